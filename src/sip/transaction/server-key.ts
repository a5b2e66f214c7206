import type { SipRequest } from '../message/message.ts';

/** Names one server transaction (RFC 3261 17.2.3). */
export type ServerKey = string;

/** Branches that begin with this were made by RFC 3261 elements and are unique (8.1.1.7). */
export const MAGIC_COOKIE = 'z9hG4bK';

/**
 * The key of the server transaction that `request` belongs to. An ACK belongs to its INVITE's; for a CANCEL
 * ask with `method` 'INVITE' to find what it cancels (9.2).
 */
export function serverKey(request: SipRequest, method = request.method): ServerKey {
  const transactionMethod = method === 'ACK' ? 'INVITE' : method;
  const { branch, host, port } = request.via;
  if (branch !== undefined && isUnique(branch))
    return `${branch}|${host}|${port ?? 5060}|${transactionMethod}`;
  return rfc2543Key(request, transactionMethod);
}

/** The cookie alone says that an identifier follows, but none does: it is the same for every request. */
function isUnique(branch: string): boolean {
  return branch.length > MAGIC_COOKIE.length && branch.startsWith(MAGIC_COOKIE);
}

/**
 * §17.2.3: without the cookie a request is matched by Request-URI, From tag, Call-ID, CSeq and top Via. The To
 * tag is left out: an ACK carries the one that we answered with, the INVITE none.
 */
function rfc2543Key(request: SipRequest, method: string): ServerKey {
  const { via } = request;
  return `2543|${request.uri}|${request.fromTag ?? ''}|${request.callId}|${request.cseq}|${via.host}|${via.port ?? 5060}|${via.branch ?? ''}|${method}`;
}

/**
 * What a request has in common with its copies that came another way (8.2.2.2). Only an INVITE outside a
 * dialog has one. The Request-URI is part of it, because to a proxy another Request-URI is a spiral, not a copy.
 */
export function mergeKey(request: SipRequest): string | undefined {
  if (request.method !== 'INVITE' || request.toTag !== undefined) return undefined;
  return `${request.callId}|${request.fromTag ?? ''}|${request.cseq}|${request.uri}`;
}
