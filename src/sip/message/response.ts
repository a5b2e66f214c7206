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
  let response = `SIP/2.0 ${status} ${options.reason ?? reasonPhrase(status)}\r\n`;
  const topVia = headers.find(HeaderId.Via);
  for (let entry = 0; entry !== -1; entry = headers.next(entry)) {
    if (headers.idAt(entry) !== HeaderId.Via) continue;
    if (entry === topVia && options.topVia !== undefined) {
      const below = text.substring(via.end, headers.valueEnd(entry));
      response += `Via: ${options.topVia}${below}\r\n`;
    } else {
      response += `Via: ${headers.valueAt(entry)}\r\n`;
    }
  }
  if (options.recordRoute === true && status > 100 && status < 300) {
    for (const route of headers.values(HeaderId.RecordRoute)) response += `Record-Route: ${route}\r\n`;
  }
  const from = headers.value(HeaderId.From);
  if (from !== undefined) response += `From: ${from}\r\n`;
  const to = headers.value(HeaderId.To);
  if (to !== undefined) {
    const tag = status === 100 || hasToTag(request, to) ? undefined : options.toTag;
    response += tag === undefined ? `To: ${to}\r\n` : `To: ${to};tag=${tag}\r\n`;
  }
  const callId = headers.value(HeaderId.CallId);
  if (callId !== undefined) response += `Call-ID: ${callId}\r\n`;
  const cseq = headers.value(HeaderId.CSeq);
  if (cseq !== undefined) response += `CSeq: ${cseq}\r\n`;
  // RFC 3261 8.2.6.1: a 100 repeats Timestamp.
  const timestamp = status === 100 ? headers.value(HeaderId.Timestamp) : undefined;
  if (timestamp !== undefined) response += `Timestamp: ${timestamp}\r\n`;
  if (options.headers !== undefined) response += options.headers;
  const body = options.body ?? '';
  if (body !== '') response += `Content-Type: ${options.contentType ?? 'application/sdp'}\r\n`;
  return `${response}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** Of a request that is good it is known. */
function hasToTag(request: SipRequest | BadRequest, to: string): boolean {
  return (request instanceof BadRequest ? tagOf(to, 0, to.length) : request.toTag) !== undefined;
}
