import { err, ok, type Result } from '../../base/result.ts';
import { decimalAt } from '../uri/characters.ts';
import { type HeaderError, malformed } from './header-error.ts';
import type { HeaderIndex } from './header-index.ts';
import { HeaderId } from './header-name.ts';

/** Max-Forwards, 0–255 (RFC 3261 20.22); undefined when there is none. */
export function maxForwardsOf(headers: HeaderIndex): Result<number | undefined, HeaderError> {
  const entry = headers.find(HeaderId.MaxForwards);
  if (entry === -1) return ok(undefined);
  const value = decimalAt(headers.text, headers.valueStart(entry), headers.valueEnd(entry), 255);
  return value === -1 ? err(malformed('Max-Forwards', 'a number from 0 to 255')) : ok(value);
}
