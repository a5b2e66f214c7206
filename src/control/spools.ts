import { ok, type Result } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import type { SpoolEvent } from '../link/messages.ts';
import type { SpoolPosition } from '../link/spool.ts';
import { type DiskError, spoolOwners } from '../link/spool-files.ts';
import { SpoolReader } from '../link/spool-reader.ts';
import type { StoreUnavailable } from '../store/failure.ts';
import type { Store } from '../store/store.ts';
import type { Log } from './log.ts';
import { SpoolConsumer } from './spool-consumer.ts';

interface SpoolsOptions {
  readonly store: Store;
  readonly log: Log;
  readonly folder: string;
  readonly trunkServers: readonly TrunkServerId[];
  /** Everything before the position is in the store for good. */
  readonly consumed: (trunkServer: TrunkServerId, position: SpoolPosition) => void;
  /** These are in the store now. */
  readonly applied: (events: readonly SpoolEvent[]) => void;
  /** How long to wait behind what has been brought in, in ms. */
  readonly rest: () => number;
}

/** The spools of the trunk servers of this process, on their way into the store. */
export class Spools {
  readonly #options: SpoolsOptions;
  readonly #consumers = new Map<TrunkServerId, SpoolConsumer>();

  constructor(options: SpoolsOptions) {
    this.#options = options;
    for (const id of options.trunkServers) this.#consumers.set(id, this.#consumer(id));
  }

  /** Brings what every trunk server left behind into the store: before any of them is started. */
  async drainAll(): Promise<Result<void, StoreUnavailable | DiskError>> {
    const owners = spoolOwners(this.#options.folder);
    if (!owners.ok) return owners;
    for (const id of owners.value) {
      // A trunk server that was taken out of the settings may have left something, too.
      const drained = await (this.#consumers.get(id) ?? this.#consumer(id)).drain();
      if (!drained.ok) return drained;
    }
    return ok(undefined);
  }

  /** Brings what is there now into the store. What cannot be brought in at the moment is tried again later, as ever. */
  async catchUp(): Promise<void> {
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.drain()));
  }

  async drain(id: TrunkServerId): Promise<Result<void, StoreUnavailable | DiskError>> {
    return (await this.#consumers.get(id)?.drain()) ?? ok(undefined);
  }

  /** There may be something new. */
  wake(id: TrunkServerId): void {
    this.#consumers.get(id)?.wake();
  }

  /** How much of each is not in the store yet, in bytes. */
  backlogs(): readonly { readonly id: TrunkServerId; readonly backlog: number }[] {
    return [...this.#consumers].map(([id, consumer]) => ({ id, backlog: consumer.backlog() }));
  }

  async close(): Promise<void> {
    for (const consumer of this.#consumers.values()) {
      await consumer.drain();
      await consumer.close();
    }
  }

  #consumer(id: TrunkServerId): SpoolConsumer {
    const { store, log, folder, consumed, applied, rest } = this.#options;
    const reader = new SpoolReader(folder, id);
    return new SpoolConsumer(store, reader, id, log, (position) => consumed(id, position), applied, rest);
  }
}
