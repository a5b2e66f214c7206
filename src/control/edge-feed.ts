import type { Clock } from '../base/clock.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import type { RoutingChange } from '../link/routing.ts';
import { parseRoutingChanges } from '../link/routing-json.ts';
import type { StoreUnavailable } from '../store/failure.ts';
import type { Store } from '../store/store.ts';
import type { EdgePort } from './edge-port.ts';
import type { Log } from './log.ts';
import { type Snapshots, sendBindings } from './snapshot.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
/**
 * More changes than this are sent in pieces, with a rest behind each: the trunk server's thread reads all that
 * waits on the link before it looks at its socket, and a call must not wait for 10,000 DIDs.
 */
const PIECE = 250;
const BREATH_MS = 2;
/** Revisions read from the store at once while catching up. */
const STEP = 10;

interface FeedOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly snapshots: Snapshots;
  readonly log: Log;
  /** Everything that the trunk server left in its spool is in the store once this is ok. */
  readonly drain: () => Promise<Result<void, { readonly message: string }>>;
}

/**
 * Feeds one running trunk server: a snapshot with the bindings of before, then every revision in order. One
 * loop does all of it, so nothing overtakes; a revision that comes while the loop is elsewhere is read from the
 * store when its turn comes.
 */
export class EdgeFeed {
  readonly #trunkServer: TrunkServerId;
  readonly #port: EdgePort;
  readonly #options: FeedOptions;
  /** The revision that was sent last; undefined while the trunk server needs a snapshot. */
  #sent: number | undefined = undefined;
  #newest = 0;
  /** Published, and too large to be sent at once. */
  #large: { readonly revision: number; readonly changes: readonly RoutingChange[] } | undefined;
  #bindingsSent = false;
  #running = false;
  #ended = false;
  #retry = FIRST_RETRY_MS;

  constructor(trunkServer: TrunkServerId, port: EdgePort, options: FeedOptions) {
    this.#trunkServer = trunkServer;
    this.#port = port;
    this.#options = options;
  }

  start(): void {
    this.#wake();
  }

  /** A revision has been committed. Sent at once where it is the next one. */
  published(revision: number, changes: readonly RoutingChange[]): void {
    this.#newest = Math.max(this.#newest, revision);
    if (this.#ended || this.#running) return;
    if (changes.length > PIECE) {
      this.#large = { revision, changes };
      this.#wake();
    } else if (this.#sent === revision - 1) {
      this.#sent = revision;
      this.#port.post({ kind: 'change', revision, changes });
    } else {
      this.#wake();
    }
  }

  /** The store has this revision. It is read from there where it was not published here. */
  newestIs(revision: number): void {
    if (revision <= this.#newest && (this.#sent ?? 0) >= revision) return;
    this.#newest = Math.max(this.#newest, revision);
    if (this.#sent === undefined || this.#sent < revision) this.#wake();
  }

  /** The store has gone back to this revision, so what was sent since is not so. */
  startOver(newest: number): void {
    this.#newest = newest;
    this.#large = undefined;
    this.snapshotNeeded();
  }

  /** The trunk server has lost its place. */
  snapshotNeeded(): void {
    this.#sent = undefined;
    this.#wake();
  }

  /** Nothing more is sent. */
  end(): void {
    this.#ended = true;
  }

  #wake(): void {
    if (!this.#running && !this.#ended) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (!this.#ended && (this.#sent === undefined || this.#sent < this.#newest)) {
      const step = this.#sent === undefined ? await this.#sendAll() : await this.#catchUp(this.#sent);
      if (step.ok) {
        this.#retry = FIRST_RETRY_MS;
        continue;
      }
      this.#options.log('warn', 'a trunk server waits for its settings', {
        trunkServer: this.#trunkServer,
        reason: step.error.message,
        retryMs: this.#retry,
      });
      await new Promise((resolve) => setTimeout(resolve, this.#retry).unref());
      this.#retry = Math.min(this.#retry * 2, LAST_RETRY_MS);
    }
    this.#running = false;
  }

  async #sendAll(): Promise<Result<void, { readonly message: string }>> {
    const { store, clock, drain, snapshots } = this.#options;
    const post = (message: Parameters<EdgePort['post']>[0]): void => {
      if (!this.#ended) this.#port.post(message);
    };
    if (!this.#bindingsSent) {
      const drained = await drain();
      if (!drained.ok) return drained;
    }
    const sent = await snapshots.send(post);
    if (!sent.ok) return sent;
    // A trunk server that runs knows its bindings better than the store does.
    if (!this.#bindingsSent) {
      const bindings = await store.read((tables) =>
        tables.bindings.atTrunkServer(this.#trunkServer, clock.now()),
      );
      if (!bindings.ok) return bindings;
      sendBindings(bindings.value, post);
      this.#bindingsSent = true;
    }
    post({ kind: 'snapshotEnd', revision: sent.value });
    this.#sent = sent.value;
    return ok(undefined);
  }

  async #catchUp(sent: number): Promise<Result<void, StoreUnavailable>> {
    const large = this.#large;
    if (large !== undefined && large.revision <= sent + 1) this.#large = undefined;
    if (large?.revision === sent + 1) {
      await this.#send(large.revision, large.changes);
      return ok(undefined);
    }
    const missing = await this.#options.store.read((tables) => tables.revisions.after(sent, STEP));
    if (!missing.ok) return missing;
    if (missing.value.length === 0) {
      return err({ kind: 'storeUnavailable', message: `revision ${sent + 1} is not in the store` });
    }
    for (const { revision, changesJson } of missing.value) {
      const changes = changesJson === undefined ? undefined : parseRoutingChanges(changesJson);
      // snapshotNeeded may have come meanwhile.
      if (this.#sent === undefined || this.#ended) return ok(undefined);
      if (changes === undefined || revision !== this.#sent + 1) {
        this.#sent = undefined;
        return ok(undefined);
      }
      await this.#send(revision, changes);
    }
    return ok(undefined);
  }

  async #send(revision: number, changes: readonly RoutingChange[]): Promise<void> {
    let from = 0;
    for (; changes.length - from > PIECE; from += PIECE) {
      this.#port.post({ kind: 'changePart', revision, changes: changes.slice(from, from + PIECE) });
      await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
      // snapshotNeeded may have come meanwhile.
      if (this.#sent === undefined || this.#ended) return;
    }
    this.#sent = revision;
    this.#port.post({ kind: 'change', revision, changes: changes.slice(from) });
  }
}
