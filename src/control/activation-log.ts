import { ok } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import type { Activation } from '../store/activations.ts';
import type { Store } from '../store/store.ts';

/** Behind the last report by this much, so that a burst of changes costs one transaction. */
const WRITE_AFTER_MS = 250;
/** Beyond it the oldest are forgotten while the store is away; the newest answer every question that matters. */
const LIMIT = 10_000;

/** When each trunk server began to route by which revision: at once in memory, a moment later in the store. */
export class ActivationLog {
  readonly #store: Store;
  #unwritten: Activation[] = [];
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  add(activation: Activation): void {
    this.#unwritten.push(activation);
    if (this.#unwritten.length > LIMIT) this.#unwritten.shift();
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_AFTER_MS).unref();
  }

  /** The earliest report of the revision or a newer one that is not in the store yet. */
  unwrittenSince(trunkServer: TrunkServerId, revision: number): number | undefined {
    return this.#unwritten.find((entry) => entry.trunkServer === trunkServer && entry.revision >= revision)
      ?.at;
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const writing = this.#unwritten;
    if (writing.length === 0) return;
    const written = await this.#store.write(async (tables) => {
      await tables.activations.insert(writing);
      return ok(undefined);
    });
    if (written.ok) this.#unwritten = this.#unwritten.filter((entry) => !writing.includes(entry));
    // A store that is away is tried again with the next report.
  }
}
