import { ok } from '../base/result.ts';
import type { ApiKeyId } from '../domain/ids.ts';
import type { Store } from '../store/store.ts';

/** When each API key was used last: kept in memory and written now and then, not with every request. */
export class KeyUses {
  readonly #uses = new Map<ApiKeyId, number>();

  note(id: ApiKeyId, at: number): void {
    this.#uses.set(id, at);
  }

  /** The newest use, where the store does not know it yet. */
  of(id: ApiKeyId): number | undefined {
    return this.#uses.get(id);
  }

  /** What cannot be written is written the next time. */
  async write(store: Store): Promise<void> {
    const uses = [...this.#uses];
    if (uses.length === 0) return;
    const written = await store.write<void, never>(async (tables) => {
      for (const [id, at] of uses) await tables.apiKeys.used(id, at);
      return ok(undefined);
    });
    if (!written.ok) return;
    for (const [id, at] of uses) if (this.#uses.get(id) === at) this.#uses.delete(id);
  }
}
