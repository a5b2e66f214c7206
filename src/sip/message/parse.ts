import { decimalAt } from '../uri/characters.ts';
import { cseqMethodStart, cseqNumber } from './cseq.ts';
import { type HeaderIndex, scanHeaders } from './header-index.ts';
import { HeaderId } from './header-name.ts';
import { headerParam } from './header-params.ts';
import { DEFAULT_LIMITS, type MessageLimits } from './limits.ts';
import { BadRequest, type MessageCore, SipRequest, SipResponse } from './message.ts';
import { methodAt } from './method.ts';
import { addressParamsStart } from './name-address.ts';
import { isOtherVersion, isSip20, isSipVersion, requestUriFault, statusCodeAt } from './start-line.ts';
import { parseVia, type Via } from './via.ts';

/** The statuses that the parser itself has a request answered with. */
export type RejectStatus = 400 | 414 | 416 | 505 | 513;

/** What a text turned out to be. */
export type ParsedMessage =
  | SipRequest
  | SipResponse
  /** To be answered statelessly with `status` and `reason` (RFC 3261 8.2.6, 16.3). Never an ACK. */
  | {
      readonly kind: 'badRequest';
      readonly status: RejectStatus;
      readonly reason: string;
      readonly request: BadRequest;
    }
  /** Not SIP, a keep-alive, a broken response, or a request that cannot be answered. */
  | { readonly kind: 'discard'; readonly reason: string };

/**
 * Reads one message: a datagram, or what the framing of a stream took for one. `text` has one character per
 * byte (latin1). What is behind the body that Content-Length counts is ignored (RFC 3261 18.3).
 */
export function parseMessage(text: string, limits: MessageLimits = DEFAULT_LIMITS): ParsedMessage {
  const start = skipLineBreaks(text);
  if (start === text.length) return discard('keep-alive');
  const lf = text.indexOf('\n', start);
  if (lf === -1) return discard('not SIP: no line end');
  const lineEnd = text.charCodeAt(lf - 1) === 0x0d ? lf - 1 : lf;
  const space = text.indexOf(' ', start);
  if (space === -1 || space > lineEnd) return discard('not SIP: no space in the first line');
  return isSipVersion(text, start, space)
    ? readResponse(text, start, space, lineEnd, lf + 1, limits)
    : readRequest(text, start, space, lineEnd, lf + 1, limits);
}

function readRequest(
  text: string,
  start: number,
  space: number,
  lineEnd: number,
  headersStart: number,
  limits: MessageLimits,
): ParsedMessage {
  let versionEnd = lineEnd;
  while (text.charCodeAt(versionEnd - 1) === 0x20) versionEnd -= 1;
  const uriEnd = text.lastIndexOf(' ', versionEnd - 1);
  const versionStart = uriEnd + 1;
  if (!isSipVersion(text, versionStart, versionEnd)) return discard('not SIP: no version in the first line');
  const method = methodAt(text, start, space);
  const headers = scanHeaders(text, headersStart, limits);
  const viaEntry = headers.find(HeaderId.Via);
  if (viaEntry === -1) return discard('request without Via');
  const via = parseVia(text, headers.valueStart(viaEntry), headers.valueEnd(viaEntry));
  if (via === undefined) return discard('request with a malformed top Via');

  const bad = (status: RejectStatus, reason: string): ParsedMessage => {
    // RFC 3261 17.1.1.3: nothing answers an ACK.
    if (method === 'ACK') return discard(`ACK: ${reason}`);
    return { kind: 'badRequest', status, reason, request: new BadRequest(text, method, headers, via) };
  };
  if (text.length - start > limits.size) return bad(513, 'Message Too Large');
  if (!isSip20(text, versionStart, versionEnd)) {
    return isOtherVersion(text, versionStart, versionEnd)
      ? bad(505, 'Version Not Supported')
      : bad(400, 'Malformed SIP-Version');
  }
  if (method === '') return bad(400, 'Malformed Method');
  if (uriEnd <= space) return bad(400, 'Missing Request-URI');
  if (versionEnd !== lineEnd) return bad(400, 'White Space in Request-Line');
  if (uriEnd - space > limits.uri) return bad(414, 'Request-URI Too Long');
  const uriFault = requestUriFault(text, space + 1, uriEnd);
  if (uriFault !== undefined) return bad(uriFault.status, uriFault.reason);
  const core = readCore(text, start, headers, via, limits);
  if (typeof core === 'string') return bad(400, core);
  if (core.cseqMethod !== method) return bad(400, 'CSeq Method Is Not the Request Method');
  return new SipRequest(core, method, text.substring(space + 1, uriEnd));
}

function readResponse(
  text: string,
  start: number,
  space: number,
  lineEnd: number,
  headersStart: number,
  limits: MessageLimits,
): ParsedMessage {
  if (!isSip20(text, start, space)) return discard('response of another SIP version');
  const status = statusCodeAt(text, space, lineEnd);
  if (status === -1) return discard('response with a malformed status line');
  if (text.length - start > limits.size) return discard('response too large');
  const headers = scanHeaders(text, headersStart, limits);
  const viaEntry = headers.find(HeaderId.Via);
  if (viaEntry === -1) return discard('response without Via');
  const via = parseVia(text, headers.valueStart(viaEntry), headers.valueEnd(viaEntry));
  if (via === undefined) return discard('response with a malformed top Via');
  const core = readCore(text, start, headers, via, limits);
  if (typeof core === 'string') return discard(`response: ${core}`);
  return new SipResponse(core, status, text.substring(Math.min(space + 5, lineEnd), lineEnd));
}

/** Header fields of which there is at most one and which we act upon (RFC 3261 7.3.1). */
const SINGLE =
  (1 << HeaderId.From) |
  (1 << HeaderId.To) |
  (1 << HeaderId.CallId) |
  (1 << HeaderId.CSeq) |
  (1 << HeaderId.MaxForwards) |
  (1 << HeaderId.ContentLength) |
  (1 << HeaderId.ContentType) |
  (1 << HeaderId.Expires);

/** What requests and responses share, or what is wrong with it. */
function readCore(
  text: string,
  start: number,
  headers: HeaderIndex,
  via: Via,
  limits: MessageLimits,
): MessageCore | string {
  if (headers.problem !== undefined) return headers.problem;
  if (hasBareNul(text, start, headers.end)) return 'NUL in Header Field';
  if (via.malformed) return 'Malformed Via';
  let seen = 0;
  let vias = 0;
  let from = -1;
  let to = -1;
  let callId = -1;
  let cseq = -1;
  let contentLength = -1;
  for (let entry = 0; entry !== -1; entry = headers.next(entry)) {
    const id = headers.idAt(entry);
    if (id === HeaderId.Unknown || id > HeaderId.Expires) continue;
    const bit = 1 << id;
    if ((seen & bit & SINGLE) !== 0) return `More Than One ${headers.nameAt(entry)}`;
    seen |= bit;
    switch (id) {
      case HeaderId.Via:
        vias += 1 + commasIn(text, headers.valueStart(entry), headers.valueEnd(entry));
        break;
      case HeaderId.From:
        from = entry;
        break;
      case HeaderId.To:
        to = entry;
        break;
      case HeaderId.CallId:
        callId = entry;
        break;
      case HeaderId.CSeq:
        cseq = entry;
        break;
      case HeaderId.ContentLength:
        contentLength = entry;
        break;
    }
  }
  if (vias > limits.vias) return 'Too Many Via Values';
  if (from === -1) return 'Missing From';
  if (to === -1) return 'Missing To';
  if (callId === -1 || headers.valueStart(callId) === headers.valueEnd(callId)) return 'Missing Call-ID';
  if (cseq === -1) return 'Missing CSeq';

  const cseqStart = headers.valueStart(cseq);
  const cseqEnd = headers.valueEnd(cseq);
  const number = cseqNumber(text, cseqStart, cseqEnd);
  const cseqMethod = methodAt(text, cseqMethodStart(text, cseqStart, cseqEnd), cseqEnd);
  if (number === -1 || cseqMethod === '') return 'Malformed CSeq';

  const fromEnd = headers.valueEnd(from);
  const fromParams = addressParamsStart(text, headers.valueStart(from), fromEnd);
  if (fromParams === -1) return 'Malformed From';
  const toEnd = headers.valueEnd(to);
  const toParams = addressParamsStart(text, headers.valueStart(to), toEnd);
  if (toParams === -1) return 'Malformed To';

  let bodyEnd = text.length;
  if (contentLength !== -1) {
    const available = text.length - headers.bodyStart;
    const length = decimalAt(
      text,
      headers.valueStart(contentLength),
      headers.valueEnd(contentLength),
      available,
    );
    if (length === -1) return 'Content-Length Malformed or Larger Than the Body';
    bodyEnd = headers.bodyStart + length;
  }
  return {
    text,
    start,
    headers,
    bodyEnd,
    via,
    cseq: number,
    cseqMethod,
    callId: headers.valueAt(callId),
    fromTag: headerParam(text, fromParams, fromEnd, 'tag'),
    toTag: headerParam(text, toParams, toEnd, 'tag'),
  };
}

/**
 * A NUL ends the text for receivers written in C: they would see another message than we do. Only as a
 * quoted-pair is it grammatical (RFC 3261 25.1).
 */
function hasBareNul(text: string, start: number, end: number): boolean {
  for (let nul = text.indexOf('\0', start); nul !== -1 && nul < end; nul = text.indexOf('\0', nul + 1)) {
    if (text.charCodeAt(nul - 1) !== 0x5c) return true;
  }
  return false;
}

function commasIn(text: string, start: number, end: number): number {
  let count = 0;
  for (
    let comma = text.indexOf(',', start);
    comma !== -1 && comma < end;
    comma = text.indexOf(',', comma + 1)
  ) {
    count += 1;
  }
  return count;
}

/** RFC 3261 7.5: line breaks before the start line are ignored. */
function skipLineBreaks(text: string): number {
  let p = 0;
  while (text.charCodeAt(p) === 0x0d || text.charCodeAt(p) === 0x0a) p += 1;
  return p;
}

function discard(reason: string): ParsedMessage {
  return { kind: 'discard', reason };
}
