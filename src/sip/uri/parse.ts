import { err, ok, type Result } from '../../base/result.ts';
import { ALPHA, DIGIT, HEX, IN_URI_HOST, USER } from './characters.ts';
import { skipEscaped } from './escape.ts';
import { hostKindAt, ipv4End } from './host.ts';
import { decimal, find, isAt, lowerWord, OCTETS, skip, spell } from './octets.ts';
import { SipUri } from './sip-uri.ts';
import type { Host, OtherUri, TelUri, Uri, UriError } from './uri.ts';
import { uriHeadersFault, uriParamsAt, uriParamsFault } from './uri-params.ts';

const COLON = 0x3a;
const QUESTION = 0x3f;
const SEMICOLON = 0x3b;
const AT = 0x40;
const PLUS = 0x2b;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
/** `sip:`, as `lowerWord` reads it. */
const SIP = 0x7369703a;
const octets = OCTETS;

/** Reads the URI text[start, end), without white space or brackets around it (RFC 3261 25.1 Request-URI, RFC 3966). */
export function parseUri(text: string, start = 0, end = text.length): Result<Uri, UriError> {
  spell(text);
  if (end - start > 3 && lowerWord(start) === SIP && octets[start + 3] === COLON) {
    return parseSip(text, start, end, 'sip');
  }
  const colon = schemeEnd(start, end);
  if (colon === -1) return malformed('a URI begins with a scheme such as sip:', 0);
  const scheme = text.substring(start, colon).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return parseSip(text, start, end, scheme);
  return scheme === 'tel'
    ? parseTel(text, start, colon + 1, end)
    : parseOther(text, start, scheme, colon + 1, end);
}

/** The offset of the colon behind the scheme, or -1. */
function schemeEnd(start: number, end: number): number {
  if (start === end || !isAt(start, ALPHA)) return -1;
  let p = start + 1;
  while (p < end && (isAt(p, ALPHA | DIGIT) || isSchemeMark(octets[p] ?? 0))) p += 1;
  return p < end && octets[p] === COLON ? p : -1;
}

function isSchemeMark(octet: number): boolean {
  return octet === PLUS || octet === HYPHEN || octet === DOT;
}

function parseSip(
  text: string,
  start: number,
  end: number,
  scheme: 'sip' | 'sips',
): Result<SipUri, UriError> {
  const from = start + scheme.length + 1;
  // `@` stands unescaped nowhere else, but `;` and `?` may be in the user part: look for it first.
  const at = find(from, end, AT);
  let userEnd = -1;
  let hostStart = from;
  if (at < end) {
    userEnd = skipEscaped(from, at, USER);
    if (userEnd === from) return malformed('there is no user before @', from - start);
    if (userEnd < at) {
      if (octets[userEnd] !== COLON) return malformed('this must be escaped in a user', userEnd - start);
      const passwordEnd = skipEscaped(userEnd + 1, at, USER);
      if (passwordEnd !== at) return malformed('this must be escaped in a password', passwordEnd - start);
    }
    hostStart = at + 1;
  }
  // Nearly always it is an IPv4 address, which shows where it ends.
  let hostEnd = ipv4End(hostStart, end);
  let hostKind: Host['kind'] | undefined = 'ipv4';
  if (hostEnd === -1 || (hostEnd < end && isAt(hostEnd, IN_URI_HOST))) {
    hostEnd = hostEndAt(hostStart, end);
    hostKind = hostKindAt(text, hostStart, hostEnd);
    // An IPv6 address is read as a text of its own.
    spell(text);
  }
  if (hostKind === undefined) {
    return malformed('the host is no name, IPv4 address or [IPv6 address]', hostStart - start);
  }
  let p = hostEnd;
  let port: number | undefined;
  if (p < end && octets[p] === COLON) {
    const portEnd = skip(p + 1, end, DIGIT);
    port = decimal(p + 1, portEnd, 65_535);
    if (port <= 0) return malformed('a port is a number from 1 to 65535', p + 1 - start);
    p = portEnd;
  }
  const paramsStart = p;
  let paramsEnd = end;
  if (p < end) {
    paramsEnd = find(p, end, QUESTION);
    const fault = uriParamsFault(p, paramsEnd) ?? uriHeadersFault(paramsEnd, end);
    if (fault !== undefined) return malformed(fault.reason, fault.at - start);
  }
  return ok(
    new SipUri(text, start, scheme, userEnd, hostStart, hostEnd, hostKind, port, paramsStart, paramsEnd, end),
  );
}

/** Behind an IPv6 reference, or where a host name or IPv4 address is ended by what may follow it. */
function hostEndAt(from: number, end: number): number {
  if (octets[from] !== OPENING_BRACKET) return skip(from, end, IN_URI_HOST);
  return Math.min(find(from, end, CLOSING_BRACKET) + 1, end);
}

/** RFC 3966: digits and visual separators, then parameters. */
function parseTel(text: string, start: number, from: number, end: number): Result<TelUri, UriError> {
  const isGlobal = from < end && octets[from] === PLUS;
  let p = isGlobal ? from + 1 : from;
  let digits = 0;
  while (p < end && octets[p] !== SEMICOLON) {
    const octet = octets[p] ?? 0;
    const isDigit = isAt(p, isGlobal ? DIGIT : HEX) || (!isGlobal && (octet === 0x2a || octet === 0x23));
    if (isDigit) digits += 1;
    else if (octet !== HYPHEN && octet !== DOT && octet !== 0x28 && octet !== 0x29) {
      return malformed('a telephone number has digits and -.() only', p - start);
    }
    p += 1;
  }
  if (digits === 0) return malformed('a telephone number has digits', from - start);
  const fault = uriParamsFault(p, end);
  if (fault !== undefined) return malformed(fault.reason, fault.at - start);
  return ok({ kind: 'tel', number: text.substring(from, p), params: uriParamsAt(text, p, end) });
}

function parseOther(
  text: string,
  start: number,
  scheme: string,
  from: number,
  end: number,
): Result<OtherUri, UriError> {
  for (let p = from; p < end; p += 1) {
    const octet = octets[p] ?? 0;
    if (octet <= 0x20 || octet >= 0x7f || octet === 0x22 || octet === 0x3c || octet === 0x3e) {
      return malformed('this must be escaped in a URI', p - start);
    }
  }
  if (from === end) return malformed('there is nothing behind the scheme', from - start);
  return ok({ kind: 'other', scheme, rest: text.substring(from, end) });
}

function malformed(reason: string, at: number): { readonly ok: false; readonly error: UriError } {
  return err({ kind: 'malformedUri', reason, at });
}
