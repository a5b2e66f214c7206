import {
  DIGIT,
  decimalAt,
  equalsIgnoreCase,
  HOST,
  isIn,
  LWS,
  skipLws,
  skipWhile,
  TOKEN,
  trimLwsEnd,
} from '../uri/characters.ts';
import type { Params } from '../uri/params.ts';
import { headerParam, paramValueEnd, parseHeaderParams } from './header-params.ts';

const EQUALS = 0x3d;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;

const MAX_PORT = 65_535;
const MAX_TTL = 255;

/** For what is not there. */
const NONE = -1;

/**
 * One Via value (RFC 3261 20.42), as far as routing a response and matching a transaction need it. Offsets are
 * kept, and a part is cut out when it is asked for: of most Via values nobody asks for more than one.
 */
export class Via {
  readonly #text: string;
  /** The value lies at text[start, end), without white space and commas around it. */
  readonly start: number;
  readonly end: number;
  /** Where the parameters begin, with their first `;`; `end` when there are none. */
  readonly paramsStart: number;
  /** In upper case: UDP, TCP, TLS, SCTP, WS, …; not checked against a list. */
  readonly transport: string;
  readonly #hostStart: number;
  readonly #hostEnd: number;
  readonly port: number | undefined;
  readonly #branchStart: number;
  readonly #branchEnd: number;
  /** Behind the name of the parameter `rport`; -1 where there is none. */
  readonly rportEnd: number;
  /** The usual case: no white space among the parameters, no `received`, and `rport` at most once. */
  readonly plain: boolean;
  /** What is behind sent-by breaks the grammar; sent-by itself is good, so an answer finds its way. */
  readonly malformed: boolean;

  constructor(
    text: string,
    start: number,
    end: number,
    paramsStart: number,
    transport: string,
    hostStart: number,
    hostEnd: number,
    port: number | undefined,
    branchStart: number,
    branchEnd: number,
    rportEnd: number,
    plain: boolean,
    malformed: boolean,
  ) {
    this.#text = text;
    this.start = start;
    this.end = end;
    this.paramsStart = paramsStart;
    this.transport = transport;
    this.#hostStart = hostStart;
    this.#hostEnd = hostEnd;
    this.port = port;
    this.#branchStart = branchStart;
    this.#branchEnd = branchEnd;
    this.rportEnd = rportEnd;
    this.plain = plain;
    this.malformed = malformed;
  }

  /** The host of sent-by as it was written; IPv6 with its brackets. */
  get host(): string {
    return this.#text.substring(this.#hostStart, this.#hostEnd);
  }

  /** True when sent-by says the address `address`: IPv6 in lower case and without brackets. */
  isFrom(address: string): boolean {
    const start = this.#hostStart;
    const end = this.#hostEnd;
    if (this.#text.charCodeAt(start) === OPENING_BRACKET) {
      return equalsIgnoreCase(this.#text, start + 1, end - 1, address);
    }
    return end - start === address.length && this.#text.startsWith(address, start);
  }

  get branch(): string | undefined {
    const start = this.#branchStart;
    return start === NONE ? undefined : this.#text.substring(start, this.#branchEnd);
  }

  /** '' when the sender asks for it (RFC 3581 section 3) and nobody has filled it in. */
  get rport(): number | '' | undefined {
    if (this.rportEnd === NONE) return undefined;
    const equals = skipLws(this.#text, this.rportEnd, this.end);
    if (equals === this.end || this.#text.charCodeAt(equals) !== EQUALS) return '';
    const start = skipLws(this.#text, equals + 1, this.end);
    const port = decimalAt(this.#text, start, paramValueEnd(this.#text, start, this.end), MAX_PORT);
    return port > 0 ? port : undefined;
  }

  /** Without the brackets that some put around an IPv6 address (RFC 5118 4.5). */
  get received(): string | undefined {
    const value = this.#param('received');
    return value?.startsWith('[') === true && value.endsWith(']') ? value.slice(1, -1) : value;
  }

  get ttl(): number | undefined {
    const value = this.#param('ttl');
    return value === undefined ? undefined : decimalAt(value, 0, value.length, MAX_TTL);
  }

  get maddr(): string | undefined {
    return this.#param('maddr');
  }

  #param(name: string): string | undefined {
    return headerParam(this.#text, this.paramsStart, this.end, name);
  }

  /** All parameters; undefined where they are malformed. */
  get params(): Params | undefined {
    return parseHeaderParams(this.#text, this.paramsStart, this.end);
  }

  /** The value as it was written. */
  toString(): string {
    return this.#text.substring(this.start, this.end);
  }
}

/**
 * The first Via value of text[start, end), which may hold several. Undefined when protocol or sent-by are
 * malformed: nobody can be answered then.
 */
export function parseVia(text: string, start: number, end: number): Via | undefined {
  const from = skipLws(text, start, end);
  let p = skipProtocol(text, from, end);
  if (p === -1) return undefined;
  const transportStart = p;
  p = skipWhile(text, p, end, TOKEN);
  const transport = transportName(text, transportStart, p);
  const hostStart = skipLws(text, p, end);
  if (transport === '' || hostStart === p) return undefined;
  const hostEnd = skipHost(text, hostStart, end);
  if (hostEnd === -1) return undefined;
  let port: number | undefined;
  let sentByEnd = hostEnd;
  p = skipLws(text, hostEnd, end);
  if (p < end && text.charCodeAt(p) === COLON) {
    const portStart = skipLws(text, p + 1, end);
    p = skipWhile(text, portStart, end, DIGIT);
    port = decimalAt(text, portStart, p, MAX_PORT);
    if (port <= 0) return undefined;
    sentByEnd = p;
    p = skipLws(text, p, end);
  }
  const paramsStart = p;
  let branchStart = NONE;
  let branchEnd = NONE;
  let rportEnd = NONE;
  let plain = true;
  let malformed = false;
  // How long the parameters are without white space around their parts.
  let length = 0;
  while (p < end) {
    const code = text.charCodeAt(p);
    if (code === COMMA) break;
    if (code !== SEMICOLON) {
      malformed = true;
      break;
    }
    const nameStart = skipLws(text, p + 1, end);
    const nameEnd = skipWhile(text, nameStart, end, TOKEN);
    if (nameStart === nameEnd) {
      malformed = true;
      break;
    }
    length += 1 + nameEnd - nameStart;
    p = skipLws(text, nameEnd, end);
    let valueStart = p;
    let valueEnd = p;
    if (p < end && text.charCodeAt(p) === EQUALS) {
      valueStart = skipLws(text, p + 1, end);
      valueEnd = paramValueEnd(text, valueStart, end);
      if (valueEnd <= valueStart) {
        malformed = true;
        break;
      }
      length += 1 + valueEnd - valueStart;
      p = skipLws(text, valueEnd, end);
    }
    switch (nameEnd - nameStart) {
      case 3:
        if (equalsIgnoreCase(text, nameStart, nameEnd, 'ttl')) {
          if (decimalAt(text, valueStart, valueEnd, MAX_TTL) === -1) malformed = true;
        }
        break;
      case 5:
        if (equalsIgnoreCase(text, nameStart, nameEnd, 'rport')) {
          if (rportEnd !== NONE) plain = false;
          rportEnd = nameEnd;
          if (valueStart < valueEnd && decimalAt(text, valueStart, valueEnd, MAX_PORT) <= 0) malformed = true;
        }
        break;
      case 6:
        if (equalsIgnoreCase(text, nameStart, nameEnd, 'branch')) {
          branchStart = valueStart;
          branchEnd = valueEnd;
        }
        break;
      case 8:
        if (equalsIgnoreCase(text, nameStart, nameEnd, 'received')) plain = false;
        break;
    }
  }
  const valueEnd = trimLwsEnd(text, hostEnd, p);
  return new Via(
    text,
    from,
    valueEnd,
    Math.min(paramsStart, valueEnd),
    transport,
    hostStart,
    hostEnd,
    port,
    branchStart,
    branchEnd,
    rportEnd,
    plain && !malformed && sentByEnd === paramsStart && paramsStart + length === valueEnd,
    malformed,
  );
}

/** True when text[start, end) begins with a protocol and a sent-by that `parseVia` takes. */
export function isVia(text: string, start: number, end: number): boolean {
  const transport = skipProtocol(text, skipLws(text, start, end), end);
  if (transport === -1) return false;
  const transportEnd = skipWhile(text, transport, end, TOKEN);
  const host = skipLws(text, transportEnd, end);
  if (transportEnd === transport || host === transportEnd) return false;
  const hostEnd = skipHost(text, host, end);
  if (hostEnd === -1) return false;
  const colon = skipLws(text, hostEnd, end);
  if (colon === end || text.charCodeAt(colon) !== COLON) return true;
  const port = skipLws(text, colon + 1, end);
  return decimalAt(text, port, skipWhile(text, port, end, DIGIT), MAX_PORT) > 0;
}

/**
 * The offset of the transport: behind `SIP/2.0/`. Any protocol name and version is taken, because a request
 * of another SIP version must be answered with 505 along this very Via.
 */
function skipProtocol(text: string, from: number, end: number): number {
  if (text.startsWith('SIP/2.0/', from) && from + 8 < end && !isIn(text.charCodeAt(from + 8), LWS)) {
    return from + 8;
  }
  let p = from;
  for (let part = 0; part < 2; part += 1) {
    const partEnd = skipWhile(text, p, end, TOKEN);
    if (partEnd === p) return -1;
    p = skipLws(text, partEnd, end);
    if (p >= end || text.charCodeAt(p) !== 0x2f) return -1;
    p = skipLws(text, p + 1, end);
  }
  return p;
}

/** The transport in upper case, without allocating for the usual ones. */
function transportName(text: string, start: number, end: number): string {
  if (end - start === 3) {
    if (text.startsWith('UDP', start)) return 'UDP';
    if (text.startsWith('TCP', start)) return 'TCP';
    if (text.startsWith('TLS', start)) return 'TLS';
  }
  return text.substring(start, end).toUpperCase();
}

/** The offset behind a host name, IPv4 address or IPv6 reference, or -1. */
function skipHost(text: string, from: number, end: number): number {
  if (from < end && text.charCodeAt(from) === OPENING_BRACKET) {
    const close = text.indexOf(']', from);
    if (close === -1 || close >= end) return -1;
    for (let p = from + 1; p < close; p += 1) {
      const code = text.charCodeAt(p);
      if (code !== 0x3a && !isIn(code, HOST)) return -1;
    }
    return close - from > 2 ? close + 1 : -1;
  }
  const hostEnd = skipWhile(text, from, end, HOST);
  return hostEnd > from ? hostEnd : -1;
}
