import { DIGIT, HOST, TOKEN } from '../uri/characters.ts';
import { decimal, find, isAt, lowerWord, OCTETS, skip, skipLws, spell, trimLws } from '../uri/octets.ts';
import type { Params } from '../uri/params.ts';
import { HeaderParam, headerParam, parseHeaderParams } from './header-params.ts';

const COLON = 0x3a;
const SEMICOLON = 0x3b;
const COMMA = 0x2c;
const SLASH = 0x2f;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

const MAX_PORT = 65_535;
const MAX_TTL = 255;

/** Parts of names, as `lowerWord` reads them. */
const UDP = 0x75647000;
const TCP = 0x74637000;
const TLS = 0x746c7300;
const TTL = 0x74746c00;
const RPOR = 0x72706f72;
const PORT = 0x706f7274;
const BRAN = 0x6272616e;
const ANCH = 0x616e6368;
const RECE = 0x72656365;
const IVED = 0x69766564;

const octets = OCTETS;

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
  #host: string | undefined;
  readonly port: number | undefined;
  readonly #branchStart: number;
  readonly #branchEnd: number;
  /** Behind the name of the parameter `rport`; -1 where there is none. */
  readonly rportEnd: number;
  /** '' when the sender asks for it (RFC 3581 section 3) and nobody has filled it in. */
  readonly rport: number | '' | undefined;
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
    rport: number | '' | undefined,
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
    this.#host = undefined;
    this.port = port;
    this.#branchStart = branchStart;
    this.#branchEnd = branchEnd;
    this.rportEnd = rportEnd;
    this.rport = rport;
    this.plain = plain;
    this.malformed = malformed;
  }

  /** The host of sent-by as it was written; IPv6 with its brackets. */
  get host(): string {
    this.#host ??= this.#text.substring(this.#hostStart, this.#hostEnd);
    return this.#host;
  }

  /** True when sent-by says the address `address`: IPv6 in lower case and without brackets. */
  isFrom(address: string): boolean {
    // A name or an IPv4 address, without its brackets an IPv6 address.
    const { host } = this;
    if (host.length === address.length) return host === address;
    return host.length === address.length + 2 && host.toLowerCase() === `[${address}]`;
  }

  get branch(): string | undefined {
    const start = this.#branchStart;
    return start === NONE ? undefined : this.#text.substring(start, this.#branchEnd);
  }

  /** Without the brackets that some put around an IPv6 address (RFC 5118 4.5). */
  get received(): string | undefined {
    const value = this.#param('received');
    return value?.startsWith('[') === true && value.endsWith(']') ? value.slice(1, -1) : value;
  }

  get ttl(): number | undefined {
    const value = this.#param('ttl');
    if (value === undefined) return undefined;
    spell(value);
    return decimal(0, value.length, MAX_TTL);
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
  spell(text);
  const from = skipLws(start, end);
  if (!sentBy.read(from, end)) return undefined;
  const { hostEnd, paramsStart } = sentBy;
  let p = paramsStart;
  let branchStart = NONE;
  let branchEnd = NONE;
  let rportEnd = NONE;
  let rport: number | '' | undefined;
  let plain = sentBy.end === paramsStart;
  let malformed = false;
  // How long the parameters are without white space around their parts.
  let length = 0;
  while (p < end && octets[p] !== COMMA) {
    const next = octets[p] === SEMICOLON ? param.read(p, end) : -1;
    if (next === -1 || !param.isGood) {
      malformed = true;
      // What is malformed does not belong to the value: neither a parameter without a name, nor what begins with `=`.
      if (octets[p] === SEMICOLON && param.nameStart < param.nameEnd) p = skipLws(param.nameEnd, end);
      break;
    }
    p = next;
    const { nameStart, nameEnd, valueStart, valueEnd } = param;
    length += 1 + nameEnd - nameStart + (valueStart === nameEnd ? 0 : 1 + valueEnd - valueStart);
    switch (nameEnd - nameStart) {
      case 3:
        if (isTtl(nameStart) && decimal(valueStart, valueEnd, MAX_TTL) === -1) malformed = true;
        break;
      case 5:
        if (isRport(nameStart)) {
          if (rportEnd !== NONE) plain = false;
          rportEnd = nameEnd;
          rport = valueStart === nameEnd ? '' : portAt(valueStart, valueEnd);
          if (rport === undefined) malformed = true;
        }
        break;
      case 6:
        if (isBranch(nameStart)) {
          branchStart = valueStart;
          branchEnd = valueEnd;
        }
        break;
      case 8:
        if (isReceived(nameStart)) plain = false;
        break;
    }
  }
  const valueEnd = trimLws(hostEnd, p);
  return new Via(
    text,
    from,
    valueEnd,
    Math.min(paramsStart, valueEnd),
    transportName(text, sentBy.transportStart, sentBy.transportEnd),
    sentBy.hostStart,
    hostEnd,
    sentBy.port,
    branchStart,
    branchEnd,
    rportEnd,
    rport,
    plain && !malformed && paramsStart + length === valueEnd,
    malformed,
  );
}

/** True when text[start, end) begins with a protocol and a sent-by that `parseVia` takes. */
export function isVia(text: string, start: number, end: number): boolean {
  spell(text);
  return sentBy.read(skipLws(start, end), end);
}

/** Where the parts of a Via value lie up to its parameters. There is one for all of them. */
class SentBy {
  transportStart = 0;
  transportEnd = 0;
  hostStart = 0;
  hostEnd = 0;
  port: number | undefined = undefined;
  /** Behind the host or its port. */
  end = 0;
  /** Behind white space after that. */
  paramsStart = 0;

  /** False when protocol or sent-by are malformed. */
  read(from: number, end: number): boolean {
    const transportStart = skipProtocol(from, end);
    if (transportStart === -1) return false;
    const transportEnd = skip(transportStart, end, TOKEN);
    const hostStart = skipLws(transportEnd, end);
    if (transportEnd === transportStart || hostStart === transportEnd) return false;
    const hostEnd = skipHost(hostStart, end);
    if (hostEnd === -1) return false;
    this.transportStart = transportStart;
    this.transportEnd = transportEnd;
    this.hostStart = hostStart;
    this.hostEnd = hostEnd;
    this.port = undefined;
    this.end = hostEnd;
    this.paramsStart = skipLws(hostEnd, end);
    return octets[this.paramsStart] !== COLON || this.paramsStart === end || this.#readPort(end);
  }

  #readPort(end: number): boolean {
    const start = skipLws(this.paramsStart + 1, end);
    this.end = skip(start, end, DIGIT);
    this.port = portAt(start, this.end);
    this.paramsStart = skipLws(this.end, end);
    return this.port !== undefined;
  }
}

function portAt(start: number, end: number): number | undefined {
  const port = decimal(start, end, MAX_PORT);
  return port > 0 ? port : undefined;
}

const sentBy = new SentBy();
const param = new HeaderParam();

/**
 * The offset of the transport: behind `SIP/2.0/`. Any protocol name and version is taken, because a request
 * of another SIP version must be answered with 505 along this very Via.
 */
function skipProtocol(from: number, end: number): number {
  let p = from;
  for (let part = 0; part < 2; part += 1) {
    const partEnd = skip(p, end, TOKEN);
    if (partEnd === p) return -1;
    p = skipLws(partEnd, end);
    if (p >= end || octets[p] !== SLASH) return -1;
    p = skipLws(p + 1, end);
  }
  return p;
}

/** The transport in upper case, without allocating for the usual ones. */
function transportName(text: string, start: number, end: number): string {
  if (end - start === 3) {
    const word = lowerWord(start) & 0xffffff00;
    if (word === UDP) return 'UDP';
    if (word === TCP) return 'TCP';
    if (word === TLS) return 'TLS';
  }
  return text.substring(start, end).toUpperCase();
}

/** The offset behind a host name, IPv4 address or IPv6 reference, or -1. */
function skipHost(from: number, end: number): number {
  if (from < end && octets[from] === OPENING_BRACKET) {
    const close = find(from, end, CLOSING_BRACKET);
    if (close === end) return -1;
    for (let p = from + 1; p < close; p += 1) {
      if (octets[p] !== COLON && !isAt(p, HOST)) return -1;
    }
    return close - from > 2 ? close + 1 : -1;
  }
  const hostEnd = skip(from, end, HOST);
  return hostEnd > from ? hostEnd : -1;
}

// Names of parameters, of as many octets, in any case.

function isTtl(at: number): boolean {
  return (lowerWord(at) & 0xffffff00) === TTL;
}

function isRport(at: number): boolean {
  return lowerWord(at) === RPOR && lowerWord(at + 1) === PORT;
}

function isBranch(at: number): boolean {
  return lowerWord(at) === BRAN && lowerWord(at + 2) === ANCH;
}

function isReceived(at: number): boolean {
  return lowerWord(at) === RECE && lowerWord(at + 4) === IVED;
}
