import { err, ok, type Result } from '../../base/result.ts';
import { decimal, spell } from '../uri/octets.ts';
import { type HeaderError, malformed } from './header-error.ts';
import type { HeaderIndex } from './header-index.ts';
import { HeaderId } from './header-name.ts';

const MOST = 255;

/** The results that there may be, so that none is made for a request. */
const NONE: Result<undefined, HeaderError> = ok(undefined);
const VALUES: readonly Result<number, HeaderError>[] = Array.from({ length: MOST + 1 }, (_, n) => ok(n));
const MALFORMED: Result<never, HeaderError> = err(malformed('Max-Forwards', 'a number from 0 to 255'));

/** Max-Forwards, 0–255 (RFC 3261 20.22); undefined when there is none. */
export function maxForwardsOf(headers: HeaderIndex): Result<number | undefined, HeaderError> {
  const entry = headers.find(HeaderId.MaxForwards);
  if (entry === -1) return NONE;
  spell(headers.text);
  return VALUES[decimal(headers.valueStart(entry), headers.valueEnd(entry), MOST)] ?? MALFORMED;
}
