import { err, ok, type Result } from '../../base/result.ts';
import { IN_ADDRESS } from '../uri/characters.ts';
import { find, OCTETS, skip, skipLws, skipQuoted, spell, trimLws } from '../uri/octets.ts';
import { NO_PARAMS, type Params, unquote } from '../uri/params.ts';
import { parseUri } from '../uri/parse.ts';
import type { SipUri } from '../uri/sip-uri.ts';
import { unfold } from './element.ts';
import { type HeaderError, malformed } from './header-error.ts';
import { areHeaderParams, headerParam, parseHeaderParams } from './header-params.ts';

const QUOTE = 0x22;
const LESS = 0x3c;
const GREATER = 0x3e;
const SEMICOLON = 0x3b;
const octets = OCTETS;

/** What From, To, Contact, Route, Refer-To and their like hold: (name-addr / addr-spec) *(SEMI param). */
export interface NameAddress {
  /** Without quotes and escapes; undefined when there is none. */
  readonly displayName: string | undefined;
  /** As it was written. */
  readonly uri: string;
  /** Of the header field, not of the URI. */
  readonly params: Params;
}

/** A value that has been found well-formed: display name and parameters are read when somebody asks for them. */
class WrittenAddress implements NameAddress {
  readonly uri: string;
  readonly #value: string;
  readonly #start: number;
  /** Of the display name, white space included; `#start` where there is none. */
  readonly #nameEnd: number;
  readonly #paramsStart: number;

  constructor(value: string, start: number, nameEnd: number, uri: string, paramsStart: number) {
    this.uri = uri;
    this.#value = value;
    this.#start = start;
    this.#nameEnd = nameEnd;
    this.#paramsStart = paramsStart;
  }

  get displayName(): string | undefined {
    spell(this.#value);
    const end = trimLws(this.#start, this.#nameEnd);
    return end === this.#start ? undefined : unquote(unfold(this.#value.substring(this.#start, end)));
  }

  get params(): Params {
    return parseHeaderParams(this.#value, this.#paramsStart, this.#value.length) ?? NO_PARAMS;
  }
}

/**
 * Where the header parameters of the value from `start` to `end` begin in the text that is spelled, `end` when it has
 * none, -1 when the part before them is malformed. Without angle brackets all parameters are the header's (RFC 3261 20).
 */
export function addressParamsStart(start: number, end: number): number {
  let p = skip(start, end, IN_ADDRESS);
  while (p < end && octets[p] === QUOTE) {
    p = skipQuoted(p, end);
    if (p === -1) return -1;
    p = skip(p, end, IN_ADDRESS);
  }
  if (p === end || octets[p] === SEMICOLON) return p === start ? -1 : p;
  const close = find(p, end, GREATER);
  if (close === end || close === p + 1) return -1;
  const behind = skipLws(close + 1, end);
  return behind === end || octets[behind] === SEMICOLON ? behind : -1;
}

/** The tag of the From or To value text[start, end); undefined when it has none. */
export function tagOf(text: string, start: number, end: number): string | undefined {
  spell(text);
  const params = addressParamsStart(start, end);
  return params === -1 ? undefined : headerParam(text, params, end, 'tag');
}

/** Reads one value. `header` names the header field in the error. */
export function parseNameAddress(value: string, header: string): Result<NameAddress, HeaderError> {
  spell(value);
  const start = skipLws(0, value.length);
  const end = trimLws(start, value.length);
  const paramsStart = addressParamsStart(start, end);
  if (paramsStart === -1) return err(malformed(header, 'a URI, with or without <>, and ;parameters'));
  if (!areHeaderParams(value, paramsStart, end)) {
    return err(malformed(header, ';name=value parameters behind the URI'));
  }
  const addressEnd = trimLws(start, paramsStart);
  if (octets[addressEnd - 1] !== GREATER) {
    return ok(new WrittenAddress(value, start, start, value.substring(start, addressEnd), paramsStart));
  }
  const open = openingBracket(start, addressEnd);
  const uriStart = skipLws(open + 1, addressEnd - 1);
  const uri = value.substring(uriStart, trimLws(uriStart, addressEnd - 1));
  if (open === -1 || uri === '') return err(malformed(header, 'a URI between < and >'));
  return ok(new WrittenAddress(value, start, open, uri, paramsStart));
}

/**
 * The sip or sips URI of the value text[start, end), without the rest of it; undefined when the value or its URI is
 * malformed, or the URI is of another scheme.
 */
export function sipUriOf(text: string, start: number, end: number): SipUri | undefined {
  spell(text);
  const paramsStart = addressParamsStart(start, end);
  if (paramsStart === -1 || !areHeaderParams(text, paramsStart, end)) return undefined;
  let uriStart = start;
  let uriEnd = trimLws(start, paramsStart);
  if (octets[uriEnd - 1] === GREATER) {
    const open = openingBracket(start, uriEnd);
    if (open === -1) return undefined;
    uriStart = skipLws(open + 1, uriEnd - 1);
    uriEnd = trimLws(uriStart, uriEnd - 1);
  }
  const uri = parseUri(text, uriStart, uriEnd);
  return uri.ok && uri.value.kind === 'sip' ? uri.value : undefined;
}

/** Where the URI in angle brackets begins; -1 when the value is malformed or has none. */
export function bracketedUriStart(value: string): number {
  spell(value);
  const paramsStart = addressParamsStart(0, value.length);
  if (paramsStart === -1 || !areHeaderParams(value, paramsStart, value.length)) return -1;
  const end = trimLws(0, paramsStart);
  const open = octets[end - 1] === GREATER ? openingBracket(0, end) : -1;
  const start = open === -1 ? end : skipLws(open + 1, end - 1);
  return start < end - 1 ? start : -1;
}

/** Where the URI in angle brackets ends that begins at `start`. */
export function bracketedUriEnd(value: string, start: number): number {
  spell(value);
  // Not the next `>`: as it is read as a whole, the last one before the parameters closes it.
  const addressEnd = trimLws(start, addressParamsStart(0, value.length));
  return trimLws(start, addressEnd - 1);
}

/** The offset of the `<` behind the display name, or -1. */
function openingBracket(start: number, addressEnd: number): number {
  const quoted = octets[start] === QUOTE;
  const open = find(quoted ? skipLws(skipQuoted(start, addressEnd), addressEnd) : start, addressEnd, LESS);
  return open < addressEnd ? open : -1;
}
