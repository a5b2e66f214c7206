import { createHash, createHmac, randomBytes } from 'node:crypto';

/** A token of 256 bits for a login or a one-time link. Only its hash is kept. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in hex: enough for what is random itself. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** What a page of ours sends in X-CSRF-Token: the same for as long as the login lasts, whatever its cookie. */
export function csrfTokenOf(key: string, login: string): string {
  return createHmac('sha256', key).update(`csrf:${login}`).digest('base64url');
}

/** An id that says nothing. */
export function newLoginId(prefix: 'usr' | 'lgn' | 'lnk' | 'try'): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}
