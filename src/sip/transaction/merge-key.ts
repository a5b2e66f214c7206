import type { Fingerprint } from '../../base/fingerprint.ts';
import type { SipRequest } from '../message/message.ts';

/**
 * Puts into `key` what a request has in common with its copies that came another way (8.2.2.2). False where it has no
 * copies: only an INVITE outside a dialog has. The Request-URI is part of it, because to a proxy another Request-URI is a
 * spiral, not a copy.
 */
export function mergeKey(request: SipRequest, key: Fingerprint): boolean {
  if (request.method !== 'INVITE' || request.toTag !== undefined) return false;
  key
    .begin()
    .text(request.callId)
    .text(request.fromTag ?? '')
    .number(request.cseq)
    .text(request.uri)
    .end();
  return true;
}
