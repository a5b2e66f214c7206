import { HeaderId } from './header-name.ts';
import { BadRequest, type SipRequest } from './message.ts';
import { tagOf } from './name-address.ts';
import { reasonPhrase } from './reason-phrase.ts';

export interface ResponseOptions {
  /** The reason phrase; absent: the registered one. */
  readonly reason?: string | undefined;
  /** Put into To when it has no tag; never into a 100 (RFC 3261 8.2.6.2). */
  readonly toTag?: string;
  /** The text of the top Via value instead of the one in the request: what `stampReceived` returned. */
  readonly topVia?: string;
  /** Copy Record-Route, as an answer that establishes a dialog must (RFC 3261 12.1.1). */
  readonly recordRoute?: boolean;
  /** Further header lines, each with its CRLF. */
  readonly headers?: string;
  readonly body?: string;
  readonly contentType?: string;
}

/** The response to a request, made by RFC 3261 8.2.6. */
export function buildResponse(
  request: SipRequest | BadRequest,
  status: number,
  options: ResponseOptions = {},
): string {
  const { headers, text, via } = request;
  // Each line is put behind the last one with its line end before it: two strings to be joined instead of three.
  let response = options.reason === undefined ? statusLine(status) : `SIP/2.0 ${status} ${options.reason}`;
  const topVia = headers.find(HeaderId.Via);
  for (let entry = topVia; entry !== -1; entry = headers.findNext(HeaderId.Via, entry)) {
    if (entry === topVia && options.topVia !== undefined) {
      response += `\r\nVia: ${options.topVia}`;
      const end = headers.valueEnd(entry);
      if (via.end < end) response += text.substring(via.end, end);
    } else {
      response += `\r\nVia: ${headers.valueAt(entry)}`;
    }
  }
  if (options.recordRoute === true && status > 100 && status < 300) {
    for (const route of headers.values(HeaderId.RecordRoute)) response += `\r\nRecord-Route: ${route}`;
  }
  const from = headers.value(HeaderId.From);
  if (from !== undefined) response += `\r\nFrom: ${from}`;
  const to = headers.value(HeaderId.To);
  if (to !== undefined) {
    response += `\r\nTo: ${to}`;
    const tag = status === 100 || hasToTag(request, to) ? undefined : options.toTag;
    if (tag !== undefined) response += `;tag=${tag}`;
  }
  const callId = headers.value(HeaderId.CallId);
  if (callId !== undefined) response += `\r\nCall-ID: ${callId}`;
  const cseq = headers.value(HeaderId.CSeq);
  if (cseq !== undefined) response += `\r\nCSeq: ${cseq}`;
  // RFC 3261 8.2.6.1: a 100 repeats Timestamp.
  const timestamp = status === 100 ? headers.value(HeaderId.Timestamp) : undefined;
  if (timestamp !== undefined) response += `\r\nTimestamp: ${timestamp}`;
  response += options.headers === undefined ? '\r\n' : `\r\n${options.headers}`;
  const body = options.body ?? '';
  if (body === '') return `${response}Content-Length: 0\r\n\r\n`;
  const contentType = options.contentType ?? 'application/sdp';
  return `${response}Content-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

const statusLines: string[] = new Array<string>(700).fill('');

/** With the registered reason phrase, and without a line end. */
function statusLine(status: number): string {
  const known = statusLines[status] ?? '';
  if (known !== '') return known;
  const line = `SIP/2.0 ${status} ${reasonPhrase(status)}`;
  if (status < statusLines.length) statusLines[status] = line;
  return line;
}

/** Of a request that is good it is known. */
function hasToTag(request: SipRequest | BadRequest, to: string): boolean {
  return (request instanceof BadRequest ? tagOf(to, 0, to.length) : request.toTag) !== undefined;
}
