import { err, ok, type Result } from '../../base/result.ts';
import { ALPHA, DIGIT, decimalAt, HEX, isIn, PARAM, skipWhile, USER } from './characters.ts';
import { parseHost } from './host.ts';
import { NO_PARAMS, Params } from './params.ts';
import type { OtherUri, SipUri, TelUri, Uri, UriError, UriHeader } from './uri.ts';

const COLON = 0x3a;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const QUESTION = 0x3f;
const SEMICOLON = 0x3b;

/** Parameters, and headers, of one URI: comparing two URIs costs the product of theirs. */
const MAX_PARTS = 64;

/** Reads a URI without white space or brackets around it (RFC 3261 25.1 Request-URI, RFC 3966). */
export function parseUri(text: string): Result<Uri, UriError> {
  const schemeEnd = skipScheme(text);
  if (schemeEnd === -1) return malformed('a URI begins with a scheme such as sip:', 0);
  const scheme = text.substring(0, schemeEnd).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return parseSip(text, scheme, schemeEnd + 1);
  if (scheme === 'tel') return parseTel(text, schemeEnd + 1);
  return parseOther(text, scheme, schemeEnd + 1);
}

/** The offset of the colon behind the scheme, or -1. */
function skipScheme(text: string): number {
  if (!isIn(text.charCodeAt(0), ALPHA)) return -1;
  let p = 1;
  while (p < text.length) {
    const code = text.charCodeAt(p);
    if (code === COLON) return p;
    if (!isIn(code, ALPHA | DIGIT) && code !== 0x2b && code !== 0x2d && code !== 0x2e) return -1;
    p += 1;
  }
  return -1;
}

function parseSip(text: string, scheme: 'sip' | 'sips', from: number): Result<SipUri, UriError> {
  // `@` stands unescaped nowhere else, but `;` and `?` may be in the user part: look for it first.
  const at = text.indexOf('@', from);
  let user: string | undefined;
  let password: string | undefined;
  let hostStart = from;
  if (at !== -1) {
    const userEnd = skipEscaped(text, from, at, USER);
    if (userEnd === from) return malformed('there is no user before @', from);
    user = text.substring(from, userEnd);
    if (userEnd < at) {
      if (text.charCodeAt(userEnd) !== COLON) return malformed('this must be escaped in a user', userEnd);
      const passwordEnd = skipEscaped(text, userEnd + 1, at, USER);
      if (passwordEnd !== at) return malformed('this must be escaped in a password', passwordEnd);
      password = text.substring(userEnd + 1, at);
    }
    hostStart = at + 1;
  }
  const hostEnd = hostEndAt(text, hostStart);
  const host = parseHost(text.substring(hostStart, hostEnd));
  if (host === undefined) return malformed('the host is no name, IPv4 address or [IPv6 address]', hostStart);
  let p = hostEnd;
  let port: number | undefined;
  if (text.charCodeAt(p) === COLON) {
    const portEnd = skipWhile(text, p + 1, text.length, DIGIT);
    port = decimalAt(text, p + 1, portEnd, 65_535);
    if (port <= 0) return malformed('a port is a number from 1 to 65535', p + 1);
    p = portEnd;
  }
  const paramsEnd = endOfParams(text, p);
  const params = parseUriParams(text, p, paramsEnd);
  if (!params.ok) return params;
  const headers = parseUriHeaders(text, paramsEnd);
  if (!headers.ok) return headers;
  return ok({
    kind: 'sip',
    scheme,
    user,
    password,
    host,
    port,
    params: params.value,
    headers: headers.value,
  });
}

/** Behind an IPv6 reference, or where a host name or IPv4 address is ended by what may follow it. */
function hostEndAt(text: string, from: number): number {
  let p = from;
  if (text.charCodeAt(p) === 0x5b) {
    const close = text.indexOf(']', p);
    return close === -1 ? text.length : close + 1;
  }
  while (p < text.length) {
    const code = text.charCodeAt(p);
    if (code === COLON || code === SEMICOLON || code === QUESTION) break;
    p += 1;
  }
  return p;
}

function endOfParams(text: string, from: number): number {
  const question = text.indexOf('?', from);
  return question === -1 ? text.length : question;
}

/** Reads `;name=value;name` at text[from, end). */
function parseUriParams(text: string, from: number, end: number): Result<Params, UriError> {
  if (from === end) return ok(NO_PARAMS);
  const names: string[] = [];
  const values: (string | undefined)[] = [];
  let p = from;
  while (p < end) {
    if (text.charCodeAt(p) !== SEMICOLON) return malformed('only ;parameters and ?headers may stand here', p);
    if (names.length === MAX_PARTS) return malformed('there are too many parameters', p);
    const nameEnd = skipEscaped(text, p + 1, end, PARAM);
    if (nameEnd === p + 1) return malformed('a parameter has a name', p + 1);
    names.push(text.substring(p + 1, nameEnd));
    p = nameEnd;
    if (p < end && text.charCodeAt(p) === EQUALS) {
      const valueEnd = skipEscaped(text, p + 1, end, PARAM);
      if (valueEnd === p + 1) return malformed('a parameter with = has a value', valueEnd);
      values.push(text.substring(p + 1, valueEnd));
      p = valueEnd;
    } else {
      values.push(undefined);
    }
  }
  return ok(new Params(names, values));
}

const NO_HEADERS: readonly UriHeader[] = [];

/** Reads `?name=value&name=value` from `from` to the end. */
function parseUriHeaders(text: string, from: number): Result<readonly UriHeader[], UriError> {
  if (from === text.length) return ok(NO_HEADERS);
  const headers: UriHeader[] = [];
  let p = from + 1;
  while (p <= text.length) {
    if (headers.length === MAX_PARTS) return malformed('there are too many headers', p);
    const ampersand = text.indexOf('&', p);
    const end = ampersand === -1 ? text.length : ampersand;
    const equals = text.indexOf('=', p);
    if (equals === -1 || equals >= end || equals === p) return malformed('a header is name=value', p);
    const bad = skipHeaderText(text, p, equals, end);
    if (bad !== end) return malformed('this must be escaped in a header', bad);
    headers.push({ name: text.substring(p, equals), value: text.substring(equals + 1, end) });
    p = end + 1;
  }
  return ok(headers);
}

/** hname and hvalue: `[]/?:+$` and unreserved, else escaped; `equals` is the one bare `=`. */
function skipHeaderText(text: string, from: number, equals: number, end: number): number {
  let p = from;
  while (p < end) {
    p = skipEscaped(text, p, end, PARAM);
    if (p < end && (p === equals || text.charCodeAt(p) === QUESTION)) p += 1;
    else break;
  }
  return p;
}

/** RFC 3966: digits and visual separators, then parameters. */
function parseTel(text: string, from: number): Result<TelUri, UriError> {
  let p = text.charCodeAt(from) === 0x2b ? from + 1 : from;
  const digitsStart = p;
  const isGlobal = digitsStart > from;
  let digits = 0;
  while (p < text.length) {
    const code = text.charCodeAt(p);
    if (code === SEMICOLON) break;
    const isDigit = isIn(code, DIGIT) || (!isGlobal && (isIn(code, HEX) || code === 0x2a || code === 0x23));
    if (isDigit) digits += 1;
    else if (code !== 0x2d && code !== 0x2e && code !== 0x28 && code !== 0x29) {
      return malformed('a telephone number has digits and -.() only', p);
    }
    p += 1;
  }
  if (digits === 0) return malformed('a telephone number has digits', from);
  const params = parseUriParams(text, p, text.length);
  return params.ok ? ok({ kind: 'tel', number: text.substring(from, p), params: params.value }) : params;
}

function parseOther(text: string, scheme: string, from: number): Result<OtherUri, UriError> {
  for (let p = from; p < text.length; p += 1) {
    const code = text.charCodeAt(p);
    if (code <= 0x20 || code >= 0x7f || code === 0x22 || code === 0x3c || code === 0x3e) {
      return malformed('this must be escaped in a URI', p);
    }
  }
  if (from === text.length) return malformed('there is nothing behind the scheme', from);
  return ok({ kind: 'other', scheme, rest: text.substring(from) });
}

/** Skips characters of the class and %HH escapes. */
function skipEscaped(text: string, from: number, end: number, bits: number): number {
  let p = from;
  while (p < end) {
    const code = text.charCodeAt(p);
    if (isIn(code, bits)) p += 1;
    else if (code === PERCENT && isIn(text.charCodeAt(p + 1), HEX) && isIn(text.charCodeAt(p + 2), HEX))
      p += 3;
    else break;
  }
  return Math.min(p, end);
}

function malformed(reason: string, at: number): { readonly ok: false; readonly error: UriError } {
  return err({ kind: 'malformedUri', reason, at });
}
