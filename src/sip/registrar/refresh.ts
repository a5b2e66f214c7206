import type { Millis } from '../../base/clock.ts';
import type { Flow } from '../../base/flow.ts';
import { ownText } from '../../base/own-text.ts';
import type { HeaderIndex } from '../message/header-index.ts';
import { HeaderId } from '../message/header-name.ts';
import type { SipRequest } from '../message/message.ts';
import { decimal, octetAt, spell } from '../uri/octets.ts';
import type { LiveBinding } from './binding.ts';
import type { LocationService } from './location-service.ts';
import { isBehindNat } from './nat.ts';
import type { RegistrationLimits } from './register-request.ts';
import { MAX_USER_AGENT_LENGTH } from './update-bindings.ts';

const LESS = 0x3c;
const GREATER = 0x3e;
const EXPIRES = ';expires=';

/** More seconds than this are for the general way. */
const MOST_SECONDS = 10_000_000;

/**
 * Carries out what nearly every REGISTER asks for: the only binding of its address of record, once more. Its Contact is
 * compared and not read, for it was read when it came first, and the binding is changed in place. Undefined for
 * everything else, also what has to be refused: nothing has changed then.
 */
export function refresh(
  locationService: LocationService,
  aor: string,
  request: SipRequest,
  source: Flow,
  now: Millis,
  limits: RegistrationLimits,
): LiveBinding | undefined {
  const { headers } = request;
  const binding = locationService.only(aor, now);
  if (binding === undefined || headers.folded || !isPlain(binding)) return undefined;
  if (headers.has(HeaderId.Require) || headers.has(HeaderId.Path)) return undefined;
  const asked = secondsFor(binding.contact, headers, limits.expiry.default);
  if (asked < limits.expiry.min || asked <= 0) return undefined;
  const { uri } = binding;
  const { host } = uri;
  if (limits.isOurs(host.kind === 'name' ? host.name : host.address, uri.port ?? 5060)) return undefined;
  if (request.callId !== binding.callId) binding.callId = ownText(request.callId);
  else if (request.cseq <= binding.cseq) return undefined;
  binding.q = 1000;
  binding.registeredAt = now;
  binding.expiresAt = now + Math.min(asked, limits.expiry.max) * 1000;
  binding.cseq = request.cseq;
  binding.userAgent = userAgentOf(headers, binding.userAgent);
  binding.source = source;
  binding.behindNat = isBehindNat(request.via, uri, source);
  locationService.refreshed(aor);
  return binding;
}

/** True where nothing is kept that a Contact without parameters does not say again. */
function isPlain({ instance, regId, path }: LiveBinding): boolean {
  return instance === undefined && regId === undefined && path.length === 0;
}

/**
 * For how long a REGISTER asks whose only Contact is `<contact>`, perhaps with the parameter expires; -1 where it has
 * anything else.
 */
function secondsFor(contact: string, headers: HeaderIndex, otherwise: number): number {
  const entry = headers.find(HeaderId.Contact);
  if (entry === -1 || headers.findNext(HeaderId.Contact, entry) !== -1) return -1;
  const { text } = headers;
  const start = headers.valueStart(entry);
  const end = headers.valueEnd(entry);
  const close = start + 1 + contact.length;
  spell(text);
  if (close >= end || octetAt(start) !== LESS || octetAt(close) !== GREATER) return -1;
  if (text.substring(start + 1, close) !== contact) return -1;
  if (close + 1 < end) {
    const value = close + 1 + EXPIRES.length;
    return text.substring(close + 1, value) === EXPIRES ? decimal(value, end, MOST_SECONDS) : -1;
  }
  const expires = headers.find(HeaderId.Expires);
  if (expires === -1) return otherwise;
  return decimal(headers.valueStart(expires), headers.valueEnd(expires), MOST_SECONDS);
}

/** `known`, where the header field still says that: a text of its own. */
function userAgentOf(headers: HeaderIndex, known: string): string {
  const entry = headers.find(HeaderId.UserAgent);
  if (entry === -1) return '';
  const start = headers.valueStart(entry);
  const end = Math.min(headers.valueEnd(entry), start + MAX_USER_AGENT_LENGTH);
  const text = headers.text.substring(start, end);
  return text === known ? known : ownText(text);
}
