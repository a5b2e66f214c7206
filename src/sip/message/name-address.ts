import { err, ok, type Result } from '../../base/result.ts';
import { skipLws, skipQuoted, trimLwsEnd } from '../uri/characters.ts';
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
    const end = trimLwsEnd(this.#value, this.#start, this.#nameEnd);
    return end === this.#start ? undefined : unquote(unfold(this.#value.substring(this.#start, end)));
  }

  get params(): Params {
    return parseHeaderParams(this.#value, this.#paramsStart, this.#value.length) ?? NO_PARAMS;
  }
}

/**
 * Where the header parameters of the value text[start, end) begin, `end` when it has none, -1 when the part
 * before them is malformed. Without angle brackets all parameters are the header's (RFC 3261 20).
 */
export function addressParamsStart(text: string, start: number, end: number): number {
  let p = start;
  while (p < end) {
    const code = text.charCodeAt(p);
    if (code === QUOTE) {
      p = skipQuoted(text, p, end);
      if (p === -1) return -1;
    } else if (code === LESS) {
      const close = text.indexOf('>', p);
      if (close === -1 || close >= end || close === p + 1) return -1;
      const behind = skipLws(text, close + 1, end);
      return behind === end || text.charCodeAt(behind) === SEMICOLON ? behind : -1;
    } else if (code === SEMICOLON) {
      return p === start ? -1 : p;
    } else {
      p += 1;
    }
  }
  return start === end ? -1 : end;
}

/** The tag of the From or To value text[start, end); undefined when it has none. */
export function tagOf(text: string, start: number, end: number): string | undefined {
  const params = addressParamsStart(text, start, end);
  return params === -1 ? undefined : headerParam(text, params, end, 'tag');
}

/** Reads one value. `header` names the header field in the error. */
export function parseNameAddress(value: string, header: string): Result<NameAddress, HeaderError> {
  const start = skipLws(value, 0, value.length);
  const end = trimLwsEnd(value, start, value.length);
  const paramsStart = addressParamsStart(value, start, end);
  if (paramsStart === -1) return err(malformed(header, 'a URI, with or without <>, and ;parameters'));
  if (!areHeaderParams(value, paramsStart, end)) {
    return err(malformed(header, ';name=value parameters behind the URI'));
  }
  const addressEnd = trimLwsEnd(value, start, paramsStart);
  if (!isBracketed(value, addressEnd)) {
    return ok(new WrittenAddress(value, start, start, value.substring(start, addressEnd), paramsStart));
  }
  const open = openingBracket(value, start, addressEnd);
  const uriStart = skipLws(value, open + 1, addressEnd - 1);
  const uri = value.substring(uriStart, trimLwsEnd(value, uriStart, addressEnd - 1));
  if (open === -1 || uri === '') return err(malformed(header, 'a URI between < and >'));
  return ok(new WrittenAddress(value, start, open, uri, paramsStart));
}

/**
 * The sip or sips URI of the value text[start, end), without the rest of it; undefined when the value or its URI is
 * malformed, or the URI is of another scheme.
 */
export function sipUriOf(text: string, start: number, end: number): SipUri | undefined {
  const paramsStart = addressParamsStart(text, start, end);
  if (paramsStart === -1 || !areHeaderParams(text, paramsStart, end)) return undefined;
  let uriStart = start;
  let uriEnd = trimLwsEnd(text, start, paramsStart);
  if (isBracketed(text, uriEnd)) {
    const open = openingBracket(text, start, uriEnd);
    if (open === -1) return undefined;
    uriStart = skipLws(text, open + 1, uriEnd - 1);
    uriEnd = trimLwsEnd(text, uriStart, uriEnd - 1);
  }
  const uri = parseUri(text, uriStart, uriEnd);
  return uri.ok && uri.value.kind === 'sip' ? uri.value : undefined;
}

/** Where the URI in angle brackets begins; -1 when the value is malformed or has none. */
export function bracketedUriStart(value: string): number {
  const paramsStart = addressParamsStart(value, 0, value.length);
  if (paramsStart === -1 || !areHeaderParams(value, paramsStart, value.length)) return -1;
  const end = trimLwsEnd(value, 0, paramsStart);
  const open = isBracketed(value, end) ? openingBracket(value, 0, end) : -1;
  const start = open === -1 ? end : skipLws(value, open + 1, end - 1);
  return start < end - 1 ? start : -1;
}

/** Where the URI in angle brackets ends that begins at `start`. */
export function bracketedUriEnd(value: string, start: number): number {
  // Not the next `>`: as it is read as a whole, the last one before the parameters closes it.
  const addressEnd = trimLwsEnd(value, start, addressParamsStart(value, 0, value.length));
  return trimLwsEnd(value, start, addressEnd - 1);
}

function isBracketed(text: string, addressEnd: number): boolean {
  return text.charCodeAt(addressEnd - 1) === GREATER;
}

/** The offset of the `<` behind the display name, or -1. */
function openingBracket(text: string, start: number, addressEnd: number): number {
  const quoted = text.charCodeAt(start) === QUOTE;
  const open = text.indexOf(
    '<',
    quoted ? skipLws(text, skipQuoted(text, start, addressEnd), addressEnd) : start,
  );
  return open < addressEnd ? open : -1;
}
