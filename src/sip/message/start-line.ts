import { ALPHA, DIGIT, decimalAt, isAll, isIn, skipWhile } from '../uri/characters.ts';

/** True when text[start, end) is `SIP/` and something behind it. */
export function isSipVersion(text: string, start: number, end: number): boolean {
  return (
    end - start > 4 &&
    text.charCodeAt(start + 3) === 0x2f &&
    (text.startsWith('SIP', start) || text.substring(start, start + 3).toUpperCase() === 'SIP')
  );
}

/** True for SIP/2.0, in any case (RFC 3261 7.1). */
export function isSip20(text: string, start: number, end: number): boolean {
  return end - start === 7 && text.startsWith('2.0', start + 4);
}

/** What is wrong with a request, and how it is answered. */
export interface RequestFault {
  readonly status: 400 | 414 | 416 | 505 | 513;
  readonly reason: string;
}

const OTHER_VERSION: RequestFault = { status: 505, reason: 'Version Not Supported' };
const NO_VERSION: RequestFault = { status: 400, reason: 'Malformed SIP-Version' };

/** Undefined for SIP/2.0; a 505 only for what is a version, though not ours. */
export function versionFault(text: string, start: number, end: number): RequestFault | undefined {
  if (isSip20(text, start, end)) return undefined;
  const dot = text.indexOf('.', start);
  const isVersion =
    dot !== -1 && dot < end && isAll(text, start + 4, dot, DIGIT) && isAll(text, dot + 1, end, DIGIT);
  return isVersion ? OTHER_VERSION : NO_VERSION;
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
  for (let p = start; p < end; p += 1) {
    const code = text.charCodeAt(p);
    if (code <= 0x20) return SPACE_IN_URI;
    if (code === 0x3c || code === 0x3e || code === 0x22) return BRACKETS;
  }
  if (text.startsWith('sip:', start)) return undefined;
  let p = start;
  while (p < end && text.charCodeAt(p) !== 0x3a) {
    if (!isIn(text.charCodeAt(p), ALPHA | DIGIT) && '+-.'.indexOf(text.charAt(p)) === -1) return NO_SCHEME;
    p += 1;
  }
  if (p === end || p === start || !isIn(text.charCodeAt(start), ALPHA)) return NO_SCHEME;
  const scheme = text.substring(start, p).toLowerCase();
  return scheme === 'sip' || scheme === 'sips' || scheme === 'tel' ? undefined : UNKNOWN_SCHEME;
}

/** The status code of the status line whose version ends at `versionEnd`, or -1 (RFC 3261 7.2). */
export function statusCodeAt(text: string, versionEnd: number, lineEnd: number): number {
  const start = versionEnd + 1;
  const end = skipWhile(text, start, lineEnd, DIGIT);
  if (end - start !== 3 || (end < lineEnd && text.charCodeAt(end) !== 0x20)) return -1;
  const status = decimalAt(text, start, end, 699);
  return status >= 100 ? status : -1;
}

/** The reason phrase of the status line at `start`, whose syntax is good. */
export function reasonAt(text: string, start: number): string {
  const from = text.indexOf(' ', start) + ' 200 '.length;
  const lf = text.indexOf('\n', start);
  const end = text.charCodeAt(lf - 1) === 0x0d ? lf - 1 : lf;
  return text.substring(Math.min(from, end), end);
}
