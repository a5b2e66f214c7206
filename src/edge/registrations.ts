import type { Millis } from '../base/clock.ts';
import type { Flow, UdpFlows } from '../base/flow.ts';
import type { Random } from '../base/random.ts';
import { Timer, type Timers } from '../base/timers.ts';
import type { Binding } from '../domain/binding.ts';
import type { TrunkGroupId } from '../domain/ids.ts';
import type { EdgeStart } from '../link/messages.ts';
import { SEALED_AS, SealingKey } from '../link/sealing.ts';
import { DigestAuthenticator, type DigestUsers } from '../sip/auth/authenticator.ts';
import type { KnownCredentials } from '../sip/auth/digest.ts';
import { HeaderId } from '../sip/message/header-name.ts';
import type { SipRequest } from '../sip/message/message.ts';
import { sipUriOf } from '../sip/message/name-address.ts';
import type { LiveBinding } from '../sip/registrar/binding.ts';
import { LocationService } from '../sip/registrar/location-service.ts';
import { targetOf } from '../sip/registrar/nat.ts';
import { type RegisterOutcome, register } from '../sip/registrar/register.ts';
import type { RegistrationLimits } from '../sip/registrar/register-request.ts';
import { unescapeUri } from '../sip/uri/escape.ts';
import type { TrunkServerHost } from './host.ts';
import type { Peers } from './peers.ts';
import type { RoutedTrunkGroup, Unseal } from './routed-trunk-group.ts';
import type { RoutingTable } from './routing-table.ts';
import type { Spooler } from './spooler.ts';
import type { Target } from './targets.ts';

export interface RegisterAnswer {
  readonly status: number;
  /** Undefined: the registered one. */
  readonly reason: string | undefined;
  readonly headers: string;
}

/** Expired bindings are taken out no more often than this. */
const LEAST_EXPIRY_WAIT: Millis = 100;

/** The registrar and location service of a trunk server: who may register what, and where calls find it. */
export class Registrations {
  readonly #start: EdgeStart;
  readonly #flows: UdpFlows;
  readonly #spooler: Spooler;
  readonly #timers: Timers;
  readonly #authenticator: DigestAuthenticator;
  readonly #location = new LocationService();
  readonly #users: TrunkGroupUsers;
  readonly #expiry: Timer<'expiry'>;
  /** The timer runs for what expires then. */
  #expiryAt: Millis = Number.POSITIVE_INFINITY;
  readonly #limits: RegistrationLimits;

  constructor(
    start: EdgeStart,
    peers: Peers,
    flows: UdpFlows,
    random: Random,
    spooler: Spooler,
    timers: Timers,
    post: TrunkServerHost['post'],
  ) {
    this.#start = start;
    this.#flows = flows;
    this.#spooler = spooler;
    this.#timers = timers;
    this.#expiry = new Timer<'expiry'>(this, 'expiry');
    this.#limits = {
      expiry: start.registrationExpiry,
      isOurs: (host, port) => peers.isOurs(host, port),
    };
    const key = SealingKey.parse(start.sealingKey);
    if (key === undefined) throw new Error('the sealing key of the trunk server is none');
    this.#users = new TrunkGroupUsers(unsealing(key, post));
    this.#authenticator = new DigestAuthenticator({
      realm: start.realm,
      algorithms: start.digestAlgorithms,
      nonceSecret: random.token(32),
      nonceLifetime: start.registrationExpiry.max * 1000,
    });
  }

  /** How many bindings there are. */
  get size(): number {
    return this.#location.size;
  }

  has(trunkGroup: TrunkGroupId, now: Millis): boolean {
    return this.#location.lookup(trunkGroup, now).length > 0;
  }

  /** Where calls for a trunk group are sent, in order. */
  targets(trunkGroup: TrunkGroupId, now: Millis): Target[] {
    return this.#location.lookup(trunkGroup, now).map((binding) => this.#target(binding));
  }

  bindings(trunkGroup: TrunkGroupId, now: Millis): Binding[] {
    return this.#location.lookup(trunkGroup, now).map((binding) => this.#written(trunkGroup, binding));
  }

  /** Takes in what the store kept from before the restart. */
  restore(bindings: readonly Binding[], now: Millis): void {
    for (const binding of bindings) {
      const { source } = binding;
      if (source.transport !== 'UDP') continue;
      const record = {
        ...binding,
        source: this.#flows.of(source.address, source.port),
        instance: binding.instance,
        regId: binding.regId,
      };
      this.#location.restore(binding.trunkGroup, record, now);
    }
    this.#watchExpiry(now);
  }

  /**
   * §10.3. The answer may leave once the spooler is flushed: a binding that was confirmed to a PBX outlives this
   * process, whatever ends it.
   */
  register(request: SipRequest, source: Flow, table: RoutingTable, now: Millis): RegisterAnswer {
    this.#users.table = table;
    const verdict = this.#authenticator.verify(request, source.address, this.#users, now);
    if (verdict.kind === 'challenge') return this.challenge(request, source, now, verdict.stale);
    if (verdict.kind === 'badRequest') return refused(400, verdict.reason);
    const trunkGroup = verdict.user;
    if (!isAddressOfRecord(request, trunkGroup.username)) {
      return refused(403, 'To Is Not the Address of Record of This User');
    }
    if (table.accounts.get(trunkGroup.account)?.suspended !== false) return refused(403, 'Account Suspended');
    const outcome = register(this.#location, trunkGroup.id, request, source, now, this.#limits);
    this.#changed(trunkGroup.id, outcome.changed, verdict.byOld, now);
    return outcome;
  }

  /** 401: who are you? `stale`: the credentials were right, but their nonce is too old or used up. */
  challenge(request: SipRequest, source: Flow, now: Millis, stale = false): RegisterAnswer {
    const userAgent = request.headers.value(HeaderId.UserAgent);
    const headers = this.#authenticator.challenge(source.address, now, stale, userAgent);
    return { status: 401, reason: undefined, headers };
  }

  timerFired(_kind: 'expiry', now: Millis): void {
    // The store knows when a binding expires, and forgets it by itself.
    this.#location.expire(now);
    this.#watchExpiry(now);
  }

  #target(binding: LiveBinding): Target {
    const { address, port } = targetOf(binding);
    const { contact, behindNat, path } = binding;
    return { kind: 'binding', flow: this.#flows.of(address, port), contact, behindNat, path };
  }

  /** Keeps what a REGISTER has changed. */
  #changed(trunkGroup: TrunkGroupId, changed: RegisterOutcome['changed'], byOld: boolean, now: Millis): void {
    const { bound, unbound } = changed;
    if (bound.length === 0 && unbound.length === 0) return;
    for (const { contact } of unbound) this.#spooler.add({ kind: 'unbound', trunkGroup, contact }, now);
    for (const binding of bound) {
      this.#spooler.add({ kind: 'bound', binding: this.#written(trunkGroup, binding) }, now);
    }
    if (byOld && bound.length > 0) {
      this.#spooler.add({ kind: 'oldPasswordUsed', trunkGroup, at: Math.floor(now) }, now);
    }
    // What is put off is looked for when the time has come for what was due first.
    if (unbound.length > 0 || bound.some(({ expiresAt }) => expiresAt < this.#expiryAt))
      this.#watchExpiry(now);
  }

  #watchExpiry(now: Millis): void {
    const next = this.#location.nextExpiry();
    this.#expiryAt = next ?? Number.POSITIVE_INFINITY;
    if (next === undefined) this.#timers.cancel(this.#expiry);
    else this.#timers.set(this.#expiry, Math.max(next - now, LEAST_EXPIRY_WAIT), now);
  }

  #written(trunkGroup: TrunkGroupId, binding: LiveBinding): Binding {
    const { contact, q, registeredAt, expiresAt, callId, cseq, userAgent, source } = binding;
    const { behindNat, instance, regId, path } = binding;
    return {
      trunkServer: this.#start.self.id,
      trunkGroup,
      contact,
      q,
      registeredAt,
      expiresAt,
      callId,
      cseq,
      userAgent,
      source: { transport: source.transport, address: source.address, port: source.port },
      behindNat,
      ...(instance === undefined ? {} : { instance }),
      ...(regId === undefined ? {} : { regId }),
      path,
    };
  }
}

function unsealing(key: SealingKey, post: TrunkServerHost['post']): Unseal {
  return (id, sealed) => {
    const md5 = key.unseal(sealed.md5, SEALED_AS.ha1(id, 'MD5'));
    const sha256 = key.unseal(sealed.sha256, SEALED_AS.ha1(id, 'SHA-256'));
    if (md5.ok && sha256.ok) return { md5: md5.value, sha256: sha256.value };
    post({
      kind: 'log',
      level: 'error',
      message: 'the SIP credentials of a trunk group are damaged in the database: give it a new password',
      fields: { trunkGroup: id },
    });
    return undefined;
  };
}

/** Who may register, as the authenticator asks for them. */
class TrunkGroupUsers implements DigestUsers<RoutedTrunkGroup> {
  /** As it is while a REGISTER is worked on. */
  table: RoutingTable | undefined = undefined;
  readonly #unseal: Unseal;

  constructor(unseal: Unseal) {
    this.#unseal = unseal;
  }

  find(username: string): RoutedTrunkGroup | undefined {
    return this.table?.trunkGroupsByUsername.named(username);
  }

  credentials(trunkGroup: RoutedTrunkGroup, now: Millis): KnownCredentials | undefined {
    return trunkGroup.credentials(this.#unseal, now);
  }
}

function refused(status: number, reason: string): RegisterAnswer {
  return { status, reason, headers: '' };
}

/** §10.3 step 5: whether To is a sip URI of this user. */
function isAddressOfRecord(request: SipRequest, username: string): boolean {
  const to = request.headers.value(HeaderId.To) ?? '';
  const user = sipUriOf(to, 0, to.length)?.user;
  return user !== undefined && unescapeUri(user) === username;
}
