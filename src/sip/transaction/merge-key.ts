import type { SipRequest } from '../message/message.ts';

/**
 * What a request has in common with its copies that came another way (8.2.2.2). Only an INVITE outside a
 * dialog has one. The Request-URI is part of it, because to a proxy another Request-URI is a spiral, not a copy.
 */
export function mergeKey(request: SipRequest): string | undefined {
  if (request.method !== 'INVITE' || request.toTag !== undefined) return undefined;
  return `${request.callId}|${request.fromTag ?? ''}|${request.cseq}|${request.uri}`;
}
