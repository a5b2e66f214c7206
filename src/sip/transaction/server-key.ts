import type { Fingerprint } from '../../base/fingerprint.ts';
import type { SipRequest } from '../message/message.ts';

/** Branches that begin with this were made by RFC 3261 elements and are unique (8.1.1.7). */
export const MAGIC_COOKIE = 'z9hG4bK';

/**
 * Puts into `key` what names the server transaction that `request` belongs to (RFC 3261 17.2.3). An ACK belongs to its
 * INVITE's; for a CANCEL ask with `method` 'INVITE' to find what it cancels (9.2).
 */
export function serverKey(request: SipRequest, key: Fingerprint, method = request.method): void {
  const { branch, host, port } = request.via;
  key
    .begin()
    .text(branch !== undefined && isUnique(branch) ? branch : rfc2543Id(request))
    .text(host)
    .number(port ?? 5060)
    .text(method === 'ACK' ? 'INVITE' : method)
    .end();
}

/** The cookie alone says that an identifier follows, but none does: it is the same for every request. */
function isUnique(branch: string): boolean {
  return branch.length > MAGIC_COOKIE.length && branch.startsWith(MAGIC_COOKIE);
}

/**
 * §17.2.3: without the cookie a request is matched by Request-URI, From tag, Call-ID, CSeq and top Via. The To
 * tag is left out: an ACK carries the one that we answered with, the INVITE none.
 */
function rfc2543Id(request: SipRequest): string {
  const { branch } = request.via;
  return `2543|${request.uri}|${request.fromTag ?? ''}|${request.callId}|${request.cseq}|${branch ?? ''}`;
}
