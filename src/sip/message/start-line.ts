import { ALPHA, DIGIT, IN_REQUEST_URI } from '../uri/characters.ts';
import { areAll, decimal, find, isAt, lowerWord, OCTETS, skip } from '../uri/octets.ts';

const SP = 0x20;
const DOT = 0x2e;
const COLON = 0x3a;
/** `sip/` and `sip:`, as `lowerWord` reads them. */
const SIP_SLASH = 0x7369702f;
const SIP_COLON = 0x7369703a;
const octets = OCTETS;

// All of this is read in the text that is spelled.

/** True when there is `SIP/` from `start` to `end` and something behind it. */
export function isSipVersion(start: number, end: number): boolean {
  return end - start > 4 && octets[start + 3] === 0x2f && lowerWord(start) === SIP_SLASH;
}

/** True for SIP/2.0, in any case (RFC 3261 7.1), where `isSipVersion`. */
export function isSip20(start: number, end: number): boolean {
  if (end - start !== 7) return false;
  return octets[start + 4] === 0x32 && octets[start + 5] === DOT && octets[start + 6] === 0x30;
}

/** What is wrong with a request, and how it is answered. */
export interface RequestFault {
  readonly status: 400 | 414 | 416 | 505 | 513;
  readonly reason: string;
}

const OTHER_VERSION: RequestFault = { status: 505, reason: 'Version Not Supported' };
const NO_VERSION: RequestFault = { status: 400, reason: 'Malformed SIP-Version' };

/** Undefined for SIP/2.0; a 505 only for what is a version, though not ours. */
export function versionFault(start: number, end: number): RequestFault | undefined {
  if (isSip20(start, end)) return undefined;
  const dot = find(start, end, DOT);
  return areAll(start + 4, dot, DIGIT) && areAll(dot + 1, end, DIGIT) ? OTHER_VERSION : NO_VERSION;
}

const MISSING_URI: RequestFault = { status: 400, reason: 'Missing Request-URI' };
const URI_TOO_LONG: RequestFault = { status: 414, reason: 'Request-URI Too Long' };

const SPACE_IN_URI: RequestFault = { status: 400, reason: 'White Space in Request-Line' };
const BRACKETS: RequestFault = { status: 400, reason: 'Request-URI in Angle Brackets or Quotes' };
const NO_SCHEME: RequestFault = { status: 400, reason: 'Request-URI Without a Scheme' };
const UNKNOWN_SCHEME: RequestFault = { status: 416, reason: 'Unsupported URI Scheme' };

/**
 * Undefined when the Request-URI text[start, end) has a scheme of ours and no character out of place. The
 * rest of it shows when it is taken apart.
 */
export function requestUriFault(
  text: string,
  start: number,
  end: number,
  limit: number,
): RequestFault | undefined {
  if (start >= end) return MISSING_URI;
  if (end - start > limit) return URI_TOO_LONG;
  const odd = skip(start, end, IN_REQUEST_URI);
  if (odd < end) return (octets[odd] ?? 0) <= SP ? SPACE_IN_URI : BRACKETS;
  if (lowerWord(start) === SIP_COLON) return undefined;
  const colon = find(start, end, COLON);
  if (colon === end || !isScheme(start, colon)) return NO_SCHEME;
  const scheme = text.substring(start, colon).toLowerCase();
  return scheme === 'sip' || scheme === 'sips' || scheme === 'tel' ? undefined : UNKNOWN_SCHEME;
}

/** RFC 3261 25.1 scheme. */
function isScheme(start: number, end: number): boolean {
  if (start === end || !isAt(start, ALPHA)) return false;
  let p = start;
  while (p < end && (isAt(p, ALPHA | DIGIT) || isSchemeMark(octets[p] ?? 0))) p += 1;
  return p === end;
}

function isSchemeMark(octet: number): boolean {
  return octet === 0x2b || octet === 0x2d || octet === DOT;
}

/** The status code of the status line whose version ends at `versionEnd`, or -1 (RFC 3261 7.2). */
export function statusCodeAt(versionEnd: number, lineEnd: number): number {
  const start = versionEnd + 1;
  const end = skip(start, lineEnd, DIGIT);
  if (end - start !== 3 || (end < lineEnd && octets[end] !== SP)) return -1;
  const status = decimal(start, end, 699);
  return status >= 100 ? status : -1;
}

/** The reason phrase of the status line at `start`, whose syntax is good. */
export function reasonAt(text: string, start: number): string {
  const from = text.indexOf(' ', start) + ' 200 '.length;
  const lf = text.indexOf('\n', start);
  const end = text.charCodeAt(lf - 1) === 0x0d ? lf - 1 : lf;
  return text.substring(Math.min(from, end), end);
}
