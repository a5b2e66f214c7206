import { ok, type Result } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import type { SpoolEvent } from '../link/messages.ts';
import type { SpoolPosition } from '../link/spool.ts';
import { parseSpoolLine } from '../link/spool-event.ts';
import type { DiskError } from '../link/spool-files.ts';
import type { SpoolBatch, SpoolReader } from '../link/spool-reader.ts';
import type { StoreUnavailable } from '../store/failure.ts';
import type { Store } from '../store/store.ts';
import type { Log } from './log.ts';
import { applySpoolEvents } from './spool-events.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Under load the store is written this often, not with every batch of a trunk server: a commit costs more than a row. */
export const SHORT_REST_MS = 500;
/**
 * So often where nobody waits for it: what is asked for through the API is brought in first, and the spool keeps what
 * waits. A page of an index is then written once for several records, and a short call once and not twice.
 */
export const LONG_REST_MS = 2_000;

/**
 * Brings one trunk server's spool into the store. The position is written in the transaction that applies the
 * events, so each of them counts exactly once, whenever the process dies. What fails is tried again, for ever.
 */
export class SpoolConsumer {
  readonly #store: Store;
  readonly #reader: SpoolReader;
  readonly #trunkServer: TrunkServerId;
  readonly #log: Log;
  readonly #consumed: (position: SpoolPosition) => void;
  readonly #applied: (events: readonly SpoolEvent[]) => void;
  readonly #rest: () => number;
  #position: SpoolPosition | undefined = undefined;
  #positionRead = false;
  #last: Promise<unknown> = Promise.resolve();
  #wanted = false;
  #running = false;
  #closed = false;
  #retry = FIRST_RETRY_MS;
  #pause: { readonly timer: NodeJS.Timeout; readonly end: () => void } | undefined = undefined;

  constructor(
    store: Store,
    reader: SpoolReader,
    trunkServer: TrunkServerId,
    log: Log,
    consumed: (position: SpoolPosition) => void,
    applied: (events: readonly SpoolEvent[]) => void = () => {},
    rest: () => number = () => SHORT_REST_MS,
  ) {
    this.#rest = rest;
    this.#applied = applied;
    this.#store = store;
    this.#reader = reader;
    this.#trunkServer = trunkServer;
    this.#log = log;
    this.#consumed = consumed;
  }

  /** There may be something new. */
  wake(): void {
    this.#wanted = true;
    if (!this.#running && !this.#closed) void this.#run();
  }

  /** Brings everything that is there now into the store. */
  drain(): Promise<Result<void, StoreUnavailable | DiskError>> {
    const drained = this.#last.then(() => this.#drain());
    this.#last = drained;
    return drained;
  }

  /** How many bytes of the spool are not in the store yet. */
  backlog(): number {
    const backlog = this.#reader.backlog(this.#position);
    return backlog.ok ? backlog.value : 0;
  }

  /** Waits for the batch in hand. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#pause !== undefined) {
      clearTimeout(this.#pause.timer);
      this.#pause.end();
    }
    await this.#last;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#wanted && !this.#closed) {
      this.#wanted = false;
      const drained = await this.drain();
      if (drained.ok) {
        await this.#wait(this.#rest());
        continue;
      }
      this.#log('warn', 'what happened at a trunk server waits in its spool', {
        trunkServer: this.#trunkServer,
        reason: drained.error.message,
        retryMs: this.#retry,
      });
      this.#wanted = true;
      await this.#wait(this.#retry);
      this.#retry = Math.min(this.#retry * 2, LAST_RETRY_MS);
    }
    this.#running = false;
  }

  #wait(milliseconds: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#pause = { timer, end: resolve };
    return promise;
  }

  async #drain(): Promise<Result<void, StoreUnavailable | DiskError>> {
    if (!this.#positionRead) {
      const position = await this.#store.read((tables) => tables.spoolPositions.get(this.#trunkServer));
      if (!position.ok) return position;
      this.#position = position.value;
      this.#positionRead = true;
      if (this.#position !== undefined) this.#told(this.#position);
    }
    while (!this.#closed) {
      const batch = this.#reader.read(this.#position);
      if (!batch.ok) return batch;
      if (batch.value === undefined) break;
      const applied = await this.#apply(batch.value);
      if (!applied.ok) return applied;
      this.#position = batch.value.next;
      this.#retry = FIRST_RETRY_MS;
      this.#told(batch.value.next);
      // The main thread also serves the API.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return ok(undefined);
  }

  async #apply(batch: SpoolBatch): Promise<Result<void, StoreUnavailable>> {
    const events: SpoolEvent[] = [];
    let damaged = batch.torn;
    for (const line of batch.lines) {
      const event = parseSpoolLine(line);
      if (event === undefined) damaged += 1;
      else events.push(event);
    }
    if (damaged > 0) {
      this.#log('error', 'lines of the spool are damaged and were passed over', {
        trunkServer: this.#trunkServer,
        lines: damaged,
        before: `file ${batch.next.file}, byte ${batch.next.offset}`,
      });
    }
    const written = await this.#store.write<void, never>(async (tables) => {
      await applySpoolEvents(tables, this.#trunkServer, events);
      await tables.spoolPositions.put(this.#trunkServer, batch.next);
      return ok(undefined);
    });
    if (written.ok) this.#applied(events);
    return written;
  }

  #told(position: SpoolPosition): void {
    const discarded = this.#reader.discardBefore(position);
    if (!discarded.ok) {
      this.#log('warn', 'a consumed spool file cannot be deleted', {
        trunkServer: this.#trunkServer,
        reason: discarded.error.message,
      });
    }
    this.#consumed(position);
  }
}
