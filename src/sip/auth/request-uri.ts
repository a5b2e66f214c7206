import type { SipRequest } from '../message/message.ts';
import { hostEquals } from '../uri/equals.ts';
import { parseUri } from '../uri/parse.ts';

/**
 * True when `uri` of the credentials means the Request-URI (RFC 7616 3.4.6). User, host and port have to
 * agree; PBXs leave out the parameters of one of the two, and the default port.
 */
export function namesRequestUri(uri: string, request: SipRequest): boolean {
  if (uri === request.uri) return true;
  const theirs = parseUri(uri);
  const ours = request.requestUri;
  if (!theirs.ok || !ours.ok || theirs.value.kind !== 'sip' || ours.value.kind !== 'sip') return false;
  const a = theirs.value;
  const b = ours.value;
  return a.user === b.user && (a.port ?? 5060) === (b.port ?? 5060) && hostEquals(a.host, b.host);
}
