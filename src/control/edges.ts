import { assertNever } from '../base/assert-never.ts';
import type { Clock } from '../base/clock.ts';
import type { Result } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { FromEdge } from '../link/messages.ts';
import type { PeerAddress, RoutingChange, RoutingPolicy } from '../link/routing.ts';
import type { DiskError } from '../link/spool-files.ts';
import type { StoreUnavailable } from '../store/failure.ts';
import type { Store } from '../store/store.ts';
import { ActivationLog } from './activation-log.ts';
import { type Edge, edgeOf, UNKNOWN } from './edge.ts';
import { EdgeFeed } from './edge-feed.ts';
import type { EdgePort } from './edge-port.ts';
import { LagWatch } from './lag.ts';
import { LIVE_TOPICS, LiveEvents } from './live-events.ts';
import type { Log } from './log.ts';
import { NumberLegRelay } from './number-leg-relay.ts';
import { type OtherTrunkServer, OtherTrunkServers } from './other-trunk-servers.ts';
import { type PlanAt, Plans } from './plans.ts';
import { Snapshots } from './snapshot.ts';
import { LONG_REST_MS, SHORT_REST_MS } from './spool-consumer.ts';
import { Spools } from './spools.ts';
import type { TrunkServerView } from './views.ts';

export interface EdgesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly trunkServers: readonly PeerAddress[];
  readonly policy: RoutingPolicy;
  readonly spoolFolder: string;
  readonly log: Log;
  /** Other processes read the same store. */
  readonly shared?: boolean;
}

/** The trunk servers as the control plane sees them: feeds them, listens to them, keeps what they report. */
export class Edges {
  /** Who waits to be told that something has changed. */
  readonly live: LiveEvents;
  readonly #options: EdgesOptions;
  readonly #edges = new Map<TrunkServerId, Edge>();
  readonly #activations: ActivationLog;
  readonly #plans: Plans;
  readonly #spools: Spools;
  readonly #snapshots: Snapshots;
  readonly #legs: NumberLegRelay;
  readonly #others: OtherTrunkServers;
  readonly #lag: LagWatch;

  constructor(options: EdgesOptions) {
    this.#options = options;
    this.live = new LiveEvents(options.store);
    this.#activations = new ActivationLog(options.store);
    this.#legs = new NumberLegRelay(
      options.trunkServers.map(({ id }) => id),
      (to, message) => this.#edges.get(to)?.running?.port.post(message),
    );
    this.#others = new OtherTrunkServers(options.trunkServers);
    this.#lag = new LagWatch(options.log);
    const ports = new Map<TrunkServerId, () => EdgePort | undefined>();
    for (const trunkServer of options.trunkServers) {
      const { id } = trunkServer;
      const edge = edgeOf(trunkServer);
      this.#edges.set(id, edge);
      ports.set(id, () => edge.running?.port);
    }
    this.#snapshots = new Snapshots(options.store, options.policy);
    this.#plans = new Plans(options.store, options.clock, ports);
    this.#spools = new Spools({
      store: options.store,
      log: options.log,
      folder: options.spoolFolder,
      trunkServers: options.trunkServers.map(({ id }) => id),
      consumed: (id, position) => ports.get(id)?.()?.post({ kind: 'spoolConsumed', position }),
      applied: (events) => this.live.happened(events),
      rest: () => (options.shared === true || this.live.heard ? SHORT_REST_MS : LONG_REST_MS),
    });
  }

  /** Brings what every trunk server left behind into the store: before any of them is started. */
  drainSpools(): Promise<Result<void, StoreUnavailable | DiskError>> {
    return this.#spools.drainAll();
  }

  /**
   * Brings what the trunk servers have spooled by now into the store, for a question about calls or
   * registrations. What cannot be brought in at the moment is tried again later, as ever.
   */
  catchUp(): Promise<void> {
    return this.#spools.catchUp();
  }

  /** Resolves once every trunk server has its settings and its socket, and so answers. */
  async ready(): Promise<void> {
    await Promise.all([...this.#edges.values()].map((edge) => edge.ready.promise));
  }

  /** A trunk server has been started, for the first time or again: what it was before counts no more. */
  connect(id: TrunkServerId, port: EdgePort): void {
    const edge = this.#edges.get(id);
    if (edge === undefined) throw new Error(`there is no trunk server ${id} in the settings`);
    edge.running?.feed.end();
    const { store, clock, log } = this.#options;
    const snapshots = this.#snapshots;
    const drain = () => this.#spools.drain(id);
    const feed = new EdgeFeed(id, port, { store, clock, snapshots, log, drain });
    const running = { port, feed };
    edge.running = running;
    edge.listening = false;
    edge.view = { ...edge.view, state: 'starting', reason: undefined, ...UNKNOWN };
    port.onMessage((message) => {
      if (edge.running === running) this.#receive(edge, feed, message);
    });
    this.#legs.forget(id);
    if (this.#others.addresses.length > 0) port.post(this.#others.peersOf(id));
    this.#legs.tellAll(id);
    for (const legs of this.#others.numberLegs) port.post(legs);
    feed.start();
  }

  /** The trunk server has died or was stopped. What it had spooled is brought in all the same. */
  disconnected(id: TrunkServerId, reason: string): void {
    const edge = this.#edges.get(id);
    if (edge === undefined) return;
    this.#down(edge, reason);
    this.#spools.wake(id);
  }

  published(revision: number, changes: readonly RoutingChange[]): void {
    this.#lag.newestIs(revision, this.#options.clock.now());
    for (const edge of this.#edges.values()) edge.running?.feed.published(revision, changes);
  }

  /** This revision is in the store, whoever made it. Trunk servers that lack it get it. */
  newestIs(revision: number): void {
    if (revision > (this.#lag.newest ?? 0)) this.live.tell('settings');
    this.#lag.newestIs(revision, this.#options.clock.now());
    for (const edge of this.#edges.values()) edge.running?.feed.newestIs(revision);
  }

  /**
   * The store has lost revisions, as after a fail-over to a standby that had not got all, or a restored copy. Their
   * numbers will be used again, so the trunk servers get all anew.
   */
  wentBackTo(revision: number): void {
    this.#options.log('error', 'the database has gone back: confirmed changes are lost', {
      newest: revision,
      before: this.#lag.newest ?? 0,
    });
    this.#lag.startOver();
    this.#lag.newestIs(revision, this.#options.clock.now());
    for (const edge of this.#edges.values()) edge.running?.feed.startOver(revision);
  }

  /** Of every process, the same whichever is asked. */
  views(): readonly TrunkServerView[] {
    const own = [...this.#edges.values()].map((edge) => edge.view);
    const others = this.#others.views;
    const all = others.length === 0 ? own : [...own, ...others].toSorted(byName);
    return all.map((view) => ({ ...view, lag: this.#lag.of(view.id) }));
  }

  /** The newest revision that is known here. */
  get newestRevision(): number | undefined {
    return this.#lag.newest;
  }

  /**
   * Milliseconds since the oldest revision that the trunk server lacks was known here. Those of other processes are
   * heard of once a second, so of them only what counts as lag is known.
   */
  behind({ id, revision, lag }: TrunkServerView): number {
    const now = this.#options.clock.now();
    if (this.#edges.has(id)) return this.#lag.behind(revision, now);
    return lag === undefined ? 0 : now - lag.since;
  }

  /** Of this process: how much of each spool is not in the store yet, in bytes. */
  backlogs(): readonly { readonly id: TrunkServerId; readonly backlog: number }[] {
    return this.#spools.backlogs();
  }

  /** Those of this process, as the others need to know them. */
  own() {
    return [...this.#edges.values()].map(({ id, handOver, view }) => ({
      id,
      handOver,
      view,
      numberLegs: this.#legs.of(id),
    }));
  }

  /** The trunk servers of all processes, with every address at which they are reached. */
  get addresses(): readonly PeerAddress[] {
    return [...this.#options.trunkServers, ...this.#others.addresses];
  }

  /** So it is with the trunk servers of the other processes. */
  othersAre(others: readonly OtherTrunkServer[]): void {
    // What happens there is not told here.
    if (others.length > 0) for (const topic of LIVE_TOPICS.slice(1)) this.live.tell(topic);
    const moved = this.#others.replace(others);
    for (const { id, running } of this.#edges.values()) {
      if (moved) running?.port.post(this.#others.peersOf(id));
      for (const legs of this.#others.numberLegs) running?.port.post(legs);
    }
    this.#lag.check(this.#others.views, this.#options.clock.now(), TOLD_LATE_MS);
  }

  otherRemoved(id: TrunkServerId): void {
    this.#lag.forget(id);
    this.othersAre(this.#others.without(id));
  }

  /** Looks whether a trunk server of this process lags. */
  checkLag(): void {
    const own = [...this.#edges.values()].map(({ view }) => view);
    this.#lag.check(own, this.#options.clock.now());
  }

  /** Since when the trunk server routes by the revision or a newer one, as far as the store does not know yet. */
  unwrittenSince(id: TrunkServerId, revision: number): number | undefined {
    return this.#activations.unwrittenSince(id, revision);
  }

  /** What every trunk server would do with a call. */
  plans(did: E164): Promise<readonly PlanAt[]> {
    return this.#plans.ask(this.views(), did);
  }

  /** Answers what other processes ask our trunk servers. */
  answerQuestions(): Promise<void> {
    return this.#plans.answerOthers();
  }

  async close(): Promise<void> {
    this.live.close();
    for (const edge of this.#edges.values()) {
      edge.running?.feed.end();
      edge.running = undefined;
    }
    await this.#spools.close();
    await this.#activations.flush();
  }

  #receive(edge: Edge, feed: EdgeFeed, message: FromEdge): void {
    switch (message.kind) {
      case 'listening':
        edge.listening = true;
        edge.view = { ...edge.view, address: message.address, port: message.port };
        this.#upWhenReady(edge);
        return;
      case 'failed':
        this.#down(edge, message.reason);
        return;
      case 'stopped':
        this.#down(edge, 'stopped');
        return;
      case 'routingBy':
        edge.view = { ...edge.view, revision: message.revision };
        this.live.tell('routing');
        this.#lag.newestIs(message.revision, this.#options.clock.now());
        this.#activations.add({
          trunkServer: edge.id,
          revision: message.revision,
          at: Math.round(message.at),
        });
        this.#upWhenReady(edge);
        return;
      case 'snapshotNeeded':
        feed.snapshotNeeded();
        return;
      case 'spooled':
        this.#spools.wake(edge.id);
        return;
      case 'numberLegs':
        this.#legs.told(edge.id, message.counts);
        return;
      case 'planAnswer':
        this.#plans.answered(message.query, message.answer);
        return;
      case 'health':
        edge.view = { ...edge.view, health: message.health, healthAt: this.#options.clock.now() };
        return;
      case 'log':
        this.#options.log(message.level, message.message, { trunkServer: edge.id, ...message.fields });
        return;
      default:
        assertNever(message);
    }
  }

  #upWhenReady(edge: Edge): void {
    if (edge.listening && edge.view.revision !== undefined) {
      edge.view = { ...edge.view, state: 'running', reason: undefined };
      edge.ready.resolve();
    }
  }

  #down(edge: Edge, reason: string): void {
    // The sentence in which it said itself why it cannot run says more than the exit that follows.
    if (edge.running === undefined) return;
    edge.running.feed.end();
    edge.running = undefined;
    edge.listening = false;
    this.#legs.forget(edge.id);
    edge.view = { ...edge.view, state: 'down', reason, ...UNKNOWN };
    this.live.tell('routing');
  }
}

/** What another process says of its trunk servers is at most this old: it writes activations behind. */
const TOLD_LATE_MS = 500;

function byName(a: TrunkServerView, b: TrunkServerView): number {
  return a.id.localeCompare(b.id, 'en', { numeric: true });
}
