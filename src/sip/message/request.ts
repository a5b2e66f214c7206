import { HeaderId } from './header-name.ts';
import type { SipRequest, SipResponse } from './message.ts';

export interface RequestParts {
  readonly method: string;
  readonly uri: string;
  /** The Via value of this hop. */
  readonly via: string;
  /** Header values, tags included. */
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  /** Absent: 70 (RFC 3261 8.1.1.6). */
  readonly maxForwards?: number;
  /** Route values, the next hop first. */
  readonly routes?: readonly string[];
  /** Further header lines, each with its CRLF. */
  readonly headers?: string;
  readonly body?: string;
  readonly contentType?: string;
}

/** A request that we originate ourselves (RFC 3261 8.1.1). */
export function buildRequest(parts: RequestParts): string {
  const body = parts.body ?? '';
  let request = `${parts.method} ${parts.uri} SIP/2.0\r\nVia: ${parts.via}\r\n`;
  for (const route of parts.routes ?? []) request += `Route: ${route}\r\n`;
  request +=
    `Max-Forwards: ${parts.maxForwards ?? 70}\r\nFrom: ${parts.from}\r\nTo: ${parts.to}\r\n` +
    `Call-ID: ${parts.callId}\r\nCSeq: ${parts.cseq} ${parts.method}\r\n`;
  if (parts.headers !== undefined) request += parts.headers;
  if (body !== '') request += `Content-Type: ${parts.contentType ?? 'application/sdp'}\r\n`;
  return `${request}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** The ACK to a non-2xx final response (RFC 3261 17.1.1.3). `request` is the INVITE as we sent it. */
export function buildAck(request: SipRequest, response: SipResponse): string {
  return sameTransaction(request, 'ACK', response.headers.value(HeaderId.To) ?? '', undefined);
}

/**
 * The CANCEL of a request (RFC 3261 9.1). `request` is the request as we sent it; `headers` are further header
 * lines, such as Reason (RFC 3326), each with its CRLF.
 */
export function buildCancel(request: SipRequest, headers?: string): string {
  return sameTransaction(request, 'CANCEL', request.headers.value(HeaderId.To) ?? '', headers);
}

/** Same Request-URI, top Via, Route, From, Call-ID and CSeq number: it goes where the request went. */
function sameTransaction(
  request: SipRequest,
  method: string,
  to: string,
  headers: string | undefined,
): string {
  return buildRequest({
    method,
    uri: request.uri,
    via: request.via.toString(),
    from: request.headers.value(HeaderId.From) ?? '',
    to,
    callId: request.callId,
    cseq: request.cseq,
    routes: request.headers.values(HeaderId.Route),
    ...(headers === undefined ? {} : { headers }),
  });
}
