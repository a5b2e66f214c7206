import type { AccountId, TrunkServerId } from '../domain/ids.ts';
import type { NumberLegCounts, ToEdge } from '../link/messages.ts';

/** Tells each trunk server how many legs to numbers the accounts have up at the others: the cap is for all together. */
export class NumberLegRelay {
  readonly #post: (to: TrunkServerId, message: ToEdge) => void;
  readonly #counts = new Map<TrunkServerId, Map<AccountId, number>>();

  /** `post` drops what is for a trunk server that does not run. */
  constructor(trunkServers: readonly TrunkServerId[], post: (to: TrunkServerId, message: ToEdge) => void) {
    this.#post = post;
    for (const trunkServer of trunkServers) this.#counts.set(trunkServer, new Map());
  }

  told(by: TrunkServerId, counts: NumberLegCounts): void {
    const known = this.#counts.get(by);
    if (known === undefined) return;
    for (const [account, up] of counts) {
      if (up > 0) known.set(account, up);
      else known.delete(account);
    }
    this.#tellOthers(by, counts, false);
  }

  /** A trunk server starts afresh or is gone: nothing that it counted holds any more. */
  forget(trunkServer: TrunkServerId): void {
    const known = this.#counts.get(trunkServer);
    if (known === undefined || known.size === 0) return;
    known.clear();
    this.#tellOthers(trunkServer, [], true);
  }

  /** What the trunk server has told and not taken back. */
  of(trunkServer: TrunkServerId): NumberLegCounts {
    return [...(this.#counts.get(trunkServer) ?? [])];
  }

  /** A trunk server has just been started and knows nothing of the others. */
  tellAll(to: TrunkServerId): void {
    for (const [trunkServer, counts] of this.#counts) {
      if (trunkServer === to || counts.size === 0) continue;
      this.#post(to, { kind: 'numberLegs', trunkServer, counts: [...counts], anew: true });
    }
  }

  #tellOthers(trunkServer: TrunkServerId, counts: NumberLegCounts, anew: boolean): void {
    for (const other of this.#counts.keys()) {
      if (other !== trunkServer) this.#post(other, { kind: 'numberLegs', trunkServer, counts, anew });
    }
  }
}
