import type { HeaderIndex } from './header-index.ts';
import { HeaderId } from './header-name.ts';
import { hasToken } from './token-list.ts';

/** The priv-values of all Privacy header fields (RFC 3323 4.2: separated by `;`). */
export function privacyOf(headers: HeaderIndex): readonly string[] {
  const values: string[] = [];
  for (const line of headers.elements(HeaderId.Privacy)) {
    for (const part of line.split(';')) {
      const value = part.trim();
      if (value !== '') values.push(value);
    }
  }
  return values;
}

/**
 * True when P-Asserted-Identity must not leave the trust domain: `id` was asked for (RFC 3325 section 9.3),
 * or `header` or `user`, which take it too. `none` forbids hiding anything.
 */
export function hidesIdentity(privacy: readonly string[]): boolean {
  return (
    !hasToken(privacy, 'none') &&
    (hasToken(privacy, 'id') || hasToken(privacy, 'header') || hasToken(privacy, 'user'))
  );
}
