import { find, OCTETS, spell } from '../uri/octets.ts';
import { MessageCore, readCore } from './core.ts';
import { type HeaderIndex, NUL, scanHeaders } from './header-index.ts';
import { HeaderId } from './header-name.ts';
import { DEFAULT_LIMITS, type MessageLimits } from './limits.ts';
import { Line } from './line.ts';
import { BadRequest, SipRequest, SipResponse } from './message.ts';
import { methodAt } from './method.ts';
import {
  isSip20,
  isSipVersion,
  type RequestFault,
  requestUriFault,
  statusCodeAt,
  versionFault,
} from './start-line.ts';
import { parseVia, type Via } from './via.ts';

/** What a text turned out to be. */
export type ParsedMessage =
  | SipRequest
  | SipResponse
  /** To be answered statelessly with `status` and `reason` (RFC 3261 8.2.6, 16.3). Never an ACK. */
  | {
      readonly kind: 'badRequest';
      readonly status: RequestFault['status'];
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
  spell(text);
  const start = skipLineBreaks(text.length);
  if (start === text.length) return discard('keep-alive');
  startLine.bareNul = false;
  const headersStart = startLine.read(start, text.length);
  if (headersStart === -1) return discard('not SIP: no line end');
  const lineEnd = startLine.end;
  const space = find(start, lineEnd, SP);
  if (space === lineEnd) return discard('not SIP: no space in the first line');
  return isSipVersion(start, space)
    ? readResponse(text, start, space, lineEnd, headersStart, limits)
    : readRequest(text, start, space, lineEnd, headersStart, limits);
}

const CR = 0x0d;
const LF = 0x0a;
const SP = 0x20;
const octets = OCTETS;
const startLine = new Line();

function readRequest(
  text: string,
  start: number,
  space: number,
  lineEnd: number,
  headersStart: number,
  limits: MessageLimits,
): ParsedMessage {
  let versionEnd = lineEnd;
  while (octets[versionEnd - 1] === SP) versionEnd -= 1;
  let uriEnd = versionEnd - 1;
  while (uriEnd >= start && octets[uriEnd] !== SP) uriEnd -= 1;
  const versionStart = uriEnd + 1;
  if (!isSipVersion(versionStart, versionEnd)) return discard('not SIP: no version in the first line');
  const method = methodAt(text, start, space);
  const headers = scanHeaders(text, headersStart, limits);
  const viaEntry = headers.find(HeaderId.Via);
  if (viaEntry === -1) return discard('request without Via');
  const via = parseVia(text, headers.valueStart(viaEntry), headers.valueEnd(viaEntry));
  if (via === undefined) return discard('request with a malformed top Via');
  const fault =
    text.length - start > limits.size
      ? TOO_LARGE
      : (versionFault(versionStart, versionEnd) ??
        (method === '' ? MALFORMED_METHOD : undefined) ??
        (versionEnd === lineEnd ? undefined : TRAILING_SPACE) ??
        requestUriFault(text, space + 1, uriEnd, limits.uri));
  if (fault !== undefined) return reject(fault, text, method, headers, via);
  const wrong = readCore(text, headers, via, limits.vias, core);
  if (wrong !== undefined) return reject({ status: 400, reason: wrong }, text, method, headers, via);
  if (core.cseqMethod !== method) return reject(METHOD_MISMATCH, text, method, headers, via);
  return new SipRequest(text, start, headers, via, core, method, space + 1, uriEnd);
}

const core = new MessageCore();

const TOO_LARGE: RequestFault = { status: 513, reason: 'Message Too Large' };
const MALFORMED_METHOD: RequestFault = { status: 400, reason: 'Malformed Method' };
const TRAILING_SPACE: RequestFault = { status: 400, reason: 'White Space at the End of the Request-Line' };
const METHOD_MISMATCH: RequestFault = { status: 400, reason: 'CSeq Method Is Not the Request Method' };

function reject(
  fault: RequestFault,
  text: string,
  method: string,
  headers: HeaderIndex,
  via: Via,
): ParsedMessage {
  // RFC 3261 17.1.1.3: nothing answers an ACK.
  if (method === 'ACK') return discard(`ACK: ${fault.reason}`);
  const request = new BadRequest(text, method, headers, via);
  return { kind: 'badRequest', status: fault.status, reason: fault.reason, request };
}

function readResponse(
  text: string,
  start: number,
  space: number,
  lineEnd: number,
  headersStart: number,
  limits: MessageLimits,
): ParsedMessage {
  if (!isSip20(start, space)) return discard('response of another SIP version');
  const status = statusCodeAt(space, lineEnd);
  if (status === -1) return discard('response with a malformed status line');
  if (text.length - start > limits.size || lineEnd - start > limits.line)
    return discard('response too large');
  if (startLine.strayCr) return discard('response with a stray CR');
  const headers = scanHeaders(text, headersStart, limits);
  const viaEntry = headers.find(HeaderId.Via);
  if (viaEntry === -1) return discard('response without Via');
  const via = parseVia(text, headers.valueStart(viaEntry), headers.valueEnd(viaEntry));
  if (via === undefined) return discard('response with a malformed top Via');
  // A request that was let in with as many as it may have comes back with ours on top.
  const wrong =
    startLine.bareNul && headers.problem === undefined
      ? NUL
      : readCore(text, headers, via, limits.vias + 1, core);
  return wrong === undefined
    ? new SipResponse(text, start, headers, via, core, status)
    : discard(`response: ${wrong}`);
}

/** RFC 3261 7.5: line breaks before the start line are ignored. */
function skipLineBreaks(end: number): number {
  let p = 0;
  while (p < end && (octets[p] === CR || octets[p] === LF)) p += 1;
  return p;
}

function discard(reason: string): ParsedMessage {
  return { kind: 'discard', reason };
}
