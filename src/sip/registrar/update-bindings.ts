import { assertNever } from '../../base/assert-never.ts';
import type { Millis } from '../../base/clock.ts';
import type { Flow } from '../../base/flow.ts';
import { ownText } from '../../base/own-text.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { HeaderId } from '../message/header-name.ts';
import type { SipRequest } from '../message/message.ts';
import { hostEquals, uriEquals } from '../uri/equals.ts';
import { type BindingRecord, LiveBinding } from './binding.ts';
import { inCallOrder, MAX_BINDINGS } from './location-service.ts';
import { isBehindNat } from './nat.ts';
import { type Refusal, refusal } from './refusal.ts';
import type { RegisterWish, WantedContact } from './register-request.ts';

export const MAX_USER_AGENT_LENGTH = 128;

/** What all Contacts of one REGISTER have in common. */
interface Registration {
  readonly request: SipRequest;
  readonly source: Flow;
  readonly path: readonly string[];
  readonly now: Millis;
}

/**
 * The bindings as they are after a REGISTER (§10.3 steps 6 and 7), in the order in which calls try them. One
 * binding that cannot be updated leaves all as they were.
 */
export function updateBindings(
  current: readonly LiveBinding[],
  wish: RegisterWish,
  registration: Registration,
): Result<readonly LiveBinding[], Refusal> {
  const { request } = registration;
  switch (wish.kind) {
    case 'query':
      return ok(current);
    case 'removeAll':
      return current.some((binding) => isOutOfOrder(binding, request)) ? OUT_OF_ORDER : ok([]);
    case 'update': {
      const replaced = current.filter((binding) =>
        wish.contacts.some((c) => isFor(c, binding, registration)),
      );
      if (replaced.some((binding) => isOutOfOrder(binding, request))) return OUT_OF_ORDER;
      const bound = newBindings(wish.contacts, registration);
      const kept = current.filter((binding) => !replaced.includes(binding));
      return ok(inCallOrder([...bound, ...newest(kept, MAX_BINDINGS - bound.length)]));
    }
    default:
      return assertNever(wish);
  }
}

const OUT_OF_ORDER = err(refusal(500, 'CSeq Is Not Higher Than That of the Binding'));

/** §10.3 step 7: the same Call-ID without a higher CSeq is an old request that was overtaken. */
function isOutOfOrder(binding: LiveBinding, request: SipRequest): boolean {
  return binding.callId === request.callId && request.cseq <= binding.cseq;
}

/** True when `wanted` takes the place of `binding`, or removes it. */
function isFor(wanted: WantedContact, binding: LiveBinding, registration: Registration): boolean {
  if (wanted.contact === binding.contact || uriEquals(wanted.uri, binding.uri)) return true;
  // A PBX that moved says goodbye to its old Contact with the instance that its new one has too.
  if (wanted.expires === 0) return false;
  const { instance, regId } = wanted;
  if (instance !== undefined && instance === binding.instance && regId === binding.regId) return true;
  return isSamePlace(wanted, binding, registration);
}

/**
 * Decision 007: the same user, host and port, registered through the same socket and proxies, is the same PBX
 * with other URI parameters: Asterisk draws a new `line=` whenever it starts, and knows the old one no more.
 */
function isSamePlace(wanted: WantedContact, binding: LiveBinding, { source, path }: Registration): boolean {
  const { uri } = wanted;
  const other = binding.uri;
  return (
    source.address === binding.source.address &&
    source.port === binding.source.port &&
    source.transport === binding.source.transport &&
    uri.user === other.user &&
    uri.port === other.port &&
    hostEquals(uri.host, other.host) &&
    path.length === binding.path.length &&
    path.every((value, i) => value === binding.path[i])
  );
}

/** Contacts with equal URIs in one REGISTER make one binding: the last one counts. */
function newBindings(contacts: readonly WantedContact[], registration: Registration): LiveBinding[] {
  const { request, source, path, now } = registration;
  // What a binding keeps are texts of its own, or the whole REGISTER would be kept with each.
  const callId = ownText(request.callId);
  const userAgent = ownText(
    (request.headers.value(HeaderId.UserAgent) ?? '').substring(0, MAX_USER_AGENT_LENGTH),
  );
  const ownPath = path.map(ownText);
  const bindings: LiveBinding[] = [];
  for (const [i, wanted] of contacts.entries()) {
    if (wanted.expires === 0) continue;
    const again = contacts.some((c, j) => j > i && c.expires > 0 && uriEquals(c.uri, wanted.uri));
    if (again) continue;
    const record: BindingRecord = {
      contact: wanted.contact,
      q: wanted.q,
      registeredAt: now,
      expiresAt: now + wanted.expires * 1000,
      callId,
      cseq: request.cseq,
      userAgent,
      source,
      behindNat: path.length > 0 || isBehindNat(request.via, wanted.uri, source),
      path: ownPath,
      instance: wanted.instance === undefined ? undefined : ownText(wanted.instance),
      regId: wanted.regId,
    };
    bindings.push(new LiveBinding(record, wanted.uri));
  }
  return bindings;
}

/** The `count` bindings registered last. */
function newest(bindings: readonly LiveBinding[], count: number): readonly LiveBinding[] {
  if (bindings.length <= count) return bindings;
  return bindings.toSorted((a, b) => b.registeredAt - a.registeredAt).slice(0, count);
}
