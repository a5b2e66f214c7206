import type { Clock } from '../base/clock.ts';
import { ok, type Result } from '../base/result.ts';
import { addressPolicy } from '../domain/address-policy.ts';
import { DEFAULT_DELIVERY, type DeliverySettings } from '../domain/delivery-settings.ts';
import { type PeerAddress, placesOf, type RoutingPolicy } from '../link/routing.ts';
import type { DiskError } from '../link/spool-files.ts';
import type { StoreUnavailable } from '../store/failure.ts';
import type { OtherKey } from '../store/key-check.ts';
import type { Store } from '../store/store.ts';
import { THE_OPERATOR, THE_SERVICE } from './asker.ts';
import type { ControlContext } from './context.ts';
import type { ControlPlane } from './control-plane.ts';
import { Edges } from './edges.ts';
import { HeartBeat, type NameTaken } from './heart-beat.ts';
import { KeyUses } from './key-uses.ts';
import type { Log } from './log.ts';
import type { SendMail } from './logins/context.ts';
import { Logins } from './logins/logins.ts';
import { type Measures, measure } from './measures.ts';
import { forgetOldPasswords } from './old-passwords.ts';
import { forgetAnswers } from './once.ts';
import { keepOperatorKey, readSecrets } from './secrets.ts';
import { StoredControlPlane } from './stored-control-plane.ts';
import type { ServiceAbout } from './views.ts';

export interface ControlPlaneOptions {
  /** Opened, not yet migrated. It is closed with the control plane. */
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Those of this process, in the order in which a call is handed over. */
  readonly trunkServers: readonly PeerAddress[];
  readonly policy: RoutingPolicy;
  /** The digest realm. */
  readonly realm: string;
  readonly spoolFolder: string;
  /** Names this process, also after a restart, among those that share the database; absent: it has it for itself. */
  readonly process?: string | undefined;
  /** The operator's key where the settings have one; else one is made at the first start. */
  readonly operatorKey?: string | undefined;
  readonly newAccountDelivery?: DeliverySettings;
  /** What links for people begin with, without a slash at the end; asked whenever one is made. */
  readonly publicUrl?: () => string;
  /** Absent: links are shown to whoever invites. */
  readonly sendMail?: SendMail | undefined;
  /** For those who ask how the service is. */
  readonly about?: ServiceAbout;
}

export interface RunningControlPlane {
  readonly controlPlane: ControlPlane;
  /** Where the trunk servers are connected once they are started. */
  readonly edges: Edges;
  /** For the metrics. */
  measure(): Promise<Measures>;
  /** For EdgeStart. */
  readonly signingKey: string;
  /** To be printed once: it was made just now and cannot be had again. */
  readonly freshOperatorKey: string | undefined;
  /** To be called once the fresh key has been printed; until then a restart makes another. */
  keepFreshOperatorKey(): Promise<Result<void, StoreUnavailable>>;
  /** Brings in what the stopped trunk servers spooled last, and closes the store. */
  close(): Promise<void>;
}

const CHECK_LAG_MS = 250;
const HOUSEKEEPING_MS = 60_000;
/** What PostgreSQL does not tell of is found by looking: changes of other processes are active within 1 s all the same. */
const LOOK_FOR_CHANGES_MS = 250;

/**
 * Migrates the store, checks the sealing key, reads the secrets, and brings in what every trunk server had spooled before the process
 * ended: only then may trunk servers be started.
 */
export async function startControlPlane(
  options: ControlPlaneOptions,
): Promise<Result<RunningControlPlane, StoreUnavailable | OtherKey | DiskError | NameTaken>> {
  const { store, clock, log, trunkServers, policy, realm, spoolFolder } = options;
  const migrated = await store.migrate();
  if (!migrated.ok) return migrated;
  const sealed = await store.takeKey(Math.floor(clock.now()));
  if (!sealed.ok) return sealed;
  const secrets = await readSecrets(store, options.operatorKey, Math.floor(clock.now()));
  if (!secrets.ok) return secrets;
  const { process } = options;
  const shared = process !== undefined;
  const edges = new Edges({ store, clock, trunkServers, policy, spoolFolder, log, shared });
  const heartBeat = process === undefined ? undefined : new HeartBeat({ store, clock, edges, process });
  const joined = await heartBeat?.join();
  if (joined?.ok === false) return joined;
  const drained = await edges.drainSpools();
  if (!drained.ok) return drained;
  const publicUrl = options.publicUrl ?? (() => 'http://127.0.0.1:8080');
  const logins = new Logins({
    store,
    clock,
    log,
    csrfKey: secrets.value.signingKey,
    sendMail: options.sendMail,
    get publicUrl() {
      return publicUrl();
    },
  });
  const context: ControlContext = {
    store,
    logins,
    asker: THE_OPERATOR,
    clock,
    underWay: new Set(),
    keyUses: new KeyUses(),
    edges,
    realm,
    numberPolicy: policy,
    policy,
    about: options.about ?? { database: 'sqlite', origins: new Map() },
    startedAt: Math.floor(clock.now()),
    get addressPolicy() {
      return addressPolicy(policy.allowedRanges, edges.addresses.flatMap(placesOf));
    },
    newAccountDelivery: options.newAccountDelivery ?? DEFAULT_DELIVERY,
  };
  const housekeeping = setInterval(() => {
    void forgetExpired(store, clock, log);
    void context.keyUses.write(store);
    void logins.forgetEnded();
    void forgetAnswers(context);
    void forgetOldPasswords({ ...context, asker: THE_SERVICE }, clock).then((done) => {
      if (!done.ok) log('warn', 'old SIP passwords stay in the store for now', { reason: done.error.kind });
    });
  }, HOUSEKEEPING_MS).unref();
  const lagCheck = setInterval(() => edges.checkLag(), CHECK_LAG_MS).unref();
  const watch = heartBeat === undefined ? undefined : watchOthers(store, edges);
  await heartBeat?.beat();
  heartBeat?.start();
  return ok({
    controlPlane: new StoredControlPlane(context, secrets.value.operatorKey),
    edges,
    signingKey: secrets.value.signingKey,
    freshOperatorKey: secrets.value.freshOperatorKey,
    measure: () => measure(store, edges),
    async keepFreshOperatorKey() {
      const fresh = secrets.value.freshOperatorKey;
      return fresh === undefined ? ok(undefined) : keepOperatorKey(store, fresh, Math.floor(clock.now()));
    },
    async close() {
      clearInterval(housekeeping);
      clearInterval(lagCheck);
      watch?.end();
      await logins.settled();
      await context.keyUses.write(store);
      await edges.close();
      await heartBeat?.end();
      await store.close();
    },
  });
}

/** A trunk server forgets expired bindings by itself and does not tell; the store does the same. */
async function forgetExpired(store: Store, clock: Clock, log: Log): Promise<void> {
  const done = await store.write<void, never>(async (tables) => {
    await tables.bindings.deleteExpired(clock.now());
    return ok(undefined);
  });
  if (!done.ok) log('warn', 'expired bindings stay in the store for now', { reason: done.error.message });
}

/**
 * Hears of the revisions that other processes make and of what they ask, and looks by itself, too, for what was not told. While the
 * database is away the next look finds it.
 */
function watchOthers(store: Store, edges: Edges): { end(): void } {
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    const known = edges.newestRevision ?? 0;
    const newest = await store.read((tables) => tables.revisions.newest());
    looking = false;
    if (!newest.ok) return;
    if (newest.value < known) edges.wentBackTo(newest.value);
    else edges.newestIs(newest.value);
    await edges.answerQuestions();
  };
  store.hear({
    revision: (revision) => edges.newestIs(revision),
    question: () => void edges.answerQuestions(),
    connected: () => void look(),
  });
  const timer = setInterval(look, LOOK_FOR_CHANGES_MS).unref();
  return { end: () => clearInterval(timer) };
}
