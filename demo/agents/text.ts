import { randomBytes } from 'node:crypto';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import type { SipRequest } from '../../src/sip/message/message.ts';
import type { SipSocket } from './sip-socket.ts';

/** Unguessable and legal in a tag, a branch and a Call-ID. */
export function token(): string {
  return randomBytes(8).toString('hex');
}

/** A branch with the magic cookie (RFC 3261 8.1.1.7). */
export function newBranch(): string {
  return `z9hG4bK${token()}`;
}

/** A message from its lines and an SDP body, if any. */
export function messageText(lines: readonly string[], sdp?: string): string {
  const body = sdp ?? '';
  const type = sdp === undefined ? [] : ['Content-Type: application/sdp'];
  return [...lines, ...type, `Content-Length: ${body.length}`, '', body].join('\r\n');
}

/** An offer or answer of one audio stream. Nothing is ever sent there. */
export function audioSdp(socket: SipSocket): string {
  return [
    'v=0',
    `o=- ${socket.port} 1 IN IP4 ${socket.address}`,
    's=-',
    `c=IN IP4 ${socket.address}`,
    't=0 0',
    'm=audio 40000 RTP/AVP 0 101',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n');
}

/** The lines of a response to `request` (RFC 3261 8.2.6.2), Record-Route copied where it makes a dialog (12.1.1). */
export function responseLines(request: SipRequest, status: number, reason: string, toTag: string): string[] {
  const { headers } = request;
  const to = headers.value(HeaderId.To) ?? '';
  const recordRoutes = status > 100 && status < 300 ? headers.values(HeaderId.RecordRoute) : [];
  return [
    `SIP/2.0 ${status} ${reason}`,
    ...headers.values(HeaderId.Via).map((via) => `Via: ${via}`),
    ...recordRoutes.map((route) => `Record-Route: ${route}`),
    `From: ${headers.value(HeaderId.From) ?? ''}`,
    `To: ${request.toTag === undefined && status > 100 ? `${to};tag=${toTag}` : to}`,
    `Call-ID: ${request.callId}`,
    `CSeq: ${request.cseq} ${request.method}`,
  ];
}
