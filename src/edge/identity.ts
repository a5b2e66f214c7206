import { HeaderId } from '../sip/message/header-name.ts';
import type { SipRequest } from '../sip/message/message.ts';
import { hidesIdentity, privacyOf } from '../sip/message/privacy.ts';

const NONE: readonly HeaderId[] = [];

/** What asserts who the caller is (RFC 3325; Remote-Party-ID is its forerunner). */
const ASSERTED: readonly HeaderId[] = [HeaderId.PAssertedIdentity, HeaderId.RemotePartyId];

/**
 * The identity header fields that must not go on with a request: none inside the trust domain; from outside
 * it whatever is asserted (RFC 3325 section 5); to the outside what the caller wants kept private (section 7).
 */
export function identityToRemove(
  request: SipRequest,
  fromTrusted: boolean,
  toTrusted: boolean,
): readonly HeaderId[] {
  if (!fromTrusted) return ASSERTED;
  if (toTrusted) return NONE;
  return wantsPrivacy(request) ? ASSERTED : NONE;
}

/** By Privacy (RFC 3323, RFC 3325 section 9.3), or by what Remote-Party-ID itself asks for. */
function wantsPrivacy(request: SipRequest): boolean {
  if (request.headers.has(HeaderId.Privacy) && hidesIdentity(privacyOf(request.headers))) return true;
  if (!request.headers.has(HeaderId.RemotePartyId)) return false;
  const remoteParty = request.headers.value(HeaderId.RemotePartyId)?.toLowerCase() ?? '';
  return remoteParty.includes('privacy=') && !remoteParty.includes('privacy=off');
}
