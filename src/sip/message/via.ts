import {
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
import { paramValueEnd, parseHeaderParams } from './header-params.ts';

/** One Via value (RFC 3261 20.42), as far as routing a response and matching a transaction need it. */
export class Via {
  readonly #text: string;
  /** The value lies at text[start, end), without white space and commas around it. */
  readonly start: number;
  readonly end: number;
  /** Where the parameters begin, with their first `;`; `end` when there are none. */
  readonly paramsStart: number;
  /** In upper case: UDP, TCP, TLS, SCTP, WS, …; not checked against a list. */
  readonly transport: string;
  /** The host of sent-by as it was written; IPv6 with its brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string | undefined;
  /** Without the brackets that some put around an IPv6 address (RFC 5118 4.5). */
  readonly received: string | undefined;
  /** '' when the sender asks for it (RFC 3581 section 3) and nobody has filled it in. */
  readonly rport: number | '' | undefined;
  readonly ttl: number | undefined;
  readonly maddr: string | undefined;
  /** What is behind sent-by breaks the grammar; sent-by itself is good, so an answer finds its way. */
  readonly malformed: boolean;

  constructor(
    text: string,
    start: number,
    end: number,
    paramsStart: number,
    transport: string,
    host: string,
    port: number | undefined,
    branch: string | undefined,
    received: string | undefined,
    rport: number | '' | undefined,
    ttl: number | undefined,
    maddr: string | undefined,
    malformed: boolean,
  ) {
    this.#text = text;
    this.start = start;
    this.end = end;
    this.paramsStart = paramsStart;
    this.transport = transport;
    this.host = host;
    this.port = port;
    this.branch = branch;
    this.received = received;
    this.rport = rport;
    this.ttl = ttl;
    this.maddr = maddr;
    this.malformed = malformed;
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
  p = skipLws(text, hostEnd, end);
  if (p < end && text.charCodeAt(p) === 0x3a) {
    const portStart = skipLws(text, p + 1, end);
    p = portStart;
    while (p < end && text.charCodeAt(p) >= 48 && text.charCodeAt(p) <= 57) p += 1;
    port = decimalAt(text, portStart, p, 65_535);
    if (port <= 0) return undefined;
    p = skipLws(text, p, end);
  }
  const paramsStart = p;
  let branch: string | undefined;
  let received: string | undefined;
  let rport: number | '' | undefined;
  let ttl: number | undefined;
  let maddr: string | undefined;
  let malformed = false;
  while (p < end) {
    const code = text.charCodeAt(p);
    if (code === 0x2c) break;
    if (code !== 0x3b) {
      malformed = true;
      break;
    }
    const nameStart = skipLws(text, p + 1, end);
    const nameEnd = skipWhile(text, nameStart, end, TOKEN);
    if (nameStart === nameEnd) {
      malformed = true;
      break;
    }
    p = skipLws(text, nameEnd, end);
    let valueStart = p;
    let valueEnd = p;
    if (p < end && text.charCodeAt(p) === 0x3d) {
      valueStart = skipLws(text, p + 1, end);
      valueEnd = paramValueEnd(text, valueStart, end);
      if (valueEnd <= valueStart) {
        malformed = true;
        break;
      }
      p = skipLws(text, valueEnd, end);
    }
    switch (nameEnd - nameStart) {
      case 3:
        if (equalsIgnoreCase(text, nameStart, nameEnd, 'ttl')) {
          ttl = decimalAt(text, valueStart, valueEnd, 255);
          if (ttl === -1) malformed = true;
        }
        break;
      case 5:
        if (equalsIgnoreCase(text, nameStart, nameEnd, 'rport')) {
          const value = valueStart === valueEnd ? '' : decimalAt(text, valueStart, valueEnd, 65_535);
          if (value === -1 || value === 0) malformed = true;
          else rport = value;
        } else if (equalsIgnoreCase(text, nameStart, nameEnd, 'maddr')) {
          maddr = text.substring(valueStart, valueEnd);
        }
        break;
      case 6:
        if (equalsIgnoreCase(text, nameStart, nameEnd, 'branch'))
          branch = text.substring(valueStart, valueEnd);
        break;
      case 8:
        if (equalsIgnoreCase(text, nameStart, nameEnd, 'received')) {
          received = withoutBrackets(text, valueStart, valueEnd);
        }
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
    text.substring(hostStart, hostEnd),
    port,
    branch,
    received,
    rport,
    ttl,
    maddr,
    malformed,
  );
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

function withoutBrackets(text: string, start: number, end: number): string {
  const bracketed = text.charCodeAt(start) === 0x5b && text.charCodeAt(end - 1) === 0x5d;
  return bracketed ? text.substring(start + 1, end - 1) : text.substring(start, end);
}

/** The offset behind a host name, IPv4 address or IPv6 reference, or -1. */
function skipHost(text: string, from: number, end: number): number {
  if (from < end && text.charCodeAt(from) === 0x5b) {
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
