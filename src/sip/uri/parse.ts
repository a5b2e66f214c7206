import { err, ok, type Result } from '../../base/result.ts';
import { ALPHA, DIGIT, decimalAt, HEX, isIn, skipWhile, USER } from './characters.ts';
import { skipEscaped } from './escape.ts';
import { hostKindAt, ipv4End } from './host.ts';
import { SipUri } from './sip-uri.ts';
import type { Host, OtherUri, TelUri, Uri, UriError } from './uri.ts';
import { uriHeadersFault, uriParamsAt, uriParamsFault } from './uri-params.ts';

const COLON = 0x3a;
const QUESTION = 0x3f;
const SEMICOLON = 0x3b;

/** Reads the URI text[start, end), without white space or brackets around it (RFC 3261 25.1 Request-URI, RFC 3966). */
export function parseUri(text: string, start = 0, end = text.length): Result<Uri, UriError> {
  const schemeEnd = skipScheme(text, start, end);
  if (schemeEnd === -1) return malformed('a URI begins with a scheme such as sip:', 0);
  if (text.startsWith('sip', start) && schemeEnd === start + 3) return parseSip(text, start, end, 'sip');
  const scheme = text.substring(start, schemeEnd).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return parseSip(text, start, end, scheme);
  const uri = text.substring(start, end);
  return scheme === 'tel'
    ? parseTel(uri, schemeEnd + 1 - start)
    : parseOther(uri, scheme, schemeEnd + 1 - start);
}

/** The offset of the colon behind the scheme, or -1. */
function skipScheme(text: string, start: number, end: number): number {
  if (start === end || !isIn(text.charCodeAt(start), ALPHA)) return -1;
  for (let p = start + 1; p < end; p += 1) {
    const code = text.charCodeAt(p);
    if (code === COLON) return p;
    if (!isIn(code, ALPHA | DIGIT) && code !== 0x2b && code !== 0x2d && code !== 0x2e) return -1;
  }
  return -1;
}

function parseSip(
  text: string,
  start: number,
  end: number,
  scheme: 'sip' | 'sips',
): Result<SipUri, UriError> {
  const from = start + scheme.length + 1;
  // `@` stands unescaped nowhere else, but `;` and `?` may be in the user part: look for it first.
  const at = text.indexOf('@', from);
  let userEnd = -1;
  let hostStart = from;
  if (at !== -1 && at < end) {
    userEnd = skipEscaped(text, from, at, USER);
    if (userEnd === from) return malformed('there is no user before @', from - start);
    if (userEnd < at) {
      if (text.charCodeAt(userEnd) !== COLON)
        return malformed('this must be escaped in a user', userEnd - start);
      const passwordEnd = skipEscaped(text, userEnd + 1, at, USER);
      if (passwordEnd !== at) return malformed('this must be escaped in a password', passwordEnd - start);
    }
    hostStart = at + 1;
  }
  // Nearly always it is an IPv4 address, which shows where it ends.
  let hostEnd = ipv4End(text, hostStart, end);
  let hostKind: Host['kind'] | undefined = 'ipv4';
  if (hostEnd === -1 || (hostEnd < end && !endsHost(text.charCodeAt(hostEnd)))) {
    hostEnd = hostEndAt(text, hostStart, end);
    hostKind = hostKindAt(text, hostStart, hostEnd);
  }
  if (hostKind === undefined) {
    return malformed('the host is no name, IPv4 address or [IPv6 address]', hostStart - start);
  }
  let p = hostEnd;
  let port: number | undefined;
  if (p < end && text.charCodeAt(p) === COLON) {
    const portEnd = skipWhile(text, p + 1, end, DIGIT);
    port = decimalAt(text, p + 1, portEnd, 65_535);
    if (port <= 0) return malformed('a port is a number from 1 to 65535', p + 1 - start);
    p = portEnd;
  }
  const paramsStart = p;
  let paramsEnd = end;
  if (p < end) {
    const question = text.indexOf('?', p);
    if (question !== -1 && question < end) paramsEnd = question;
    const fault = uriParamsFault(text, p, paramsEnd) ?? uriHeadersFault(text, paramsEnd, end);
    if (fault !== undefined) return malformed(fault.reason, fault.at - start);
  }
  return ok(
    new SipUri(text, start, scheme, userEnd, hostStart, hostEnd, hostKind, port, paramsStart, paramsEnd, end),
  );
}

/** Behind an IPv6 reference, or where a host name or IPv4 address is ended by what may follow it. */
function hostEndAt(text: string, from: number, end: number): number {
  let p = from;
  if (text.charCodeAt(p) === 0x5b) {
    const close = text.indexOf(']', p);
    return close === -1 || close >= end ? end : close + 1;
  }
  while (p < end && !endsHost(text.charCodeAt(p))) p += 1;
  return p;
}

function endsHost(code: number): boolean {
  return code === COLON || code === SEMICOLON || code === QUESTION;
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
  const fault = uriParamsFault(text, p, text.length);
  if (fault !== undefined) return err(fault);
  return ok({ kind: 'tel', number: text.substring(from, p), params: uriParamsAt(text, p, text.length) });
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

function malformed(reason: string, at: number): { readonly ok: false; readonly error: UriError } {
  return err({ kind: 'malformedUri', reason, at });
}
