import type { Clock } from '../base/clock.ts';
import { err, type Result } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { PlanAnswer } from '../link/messages.ts';
import type { Store } from '../store/store.ts';
import type { EdgePort } from './edge-port.ts';
import { OtherPlans } from './other-plans.ts';
import { PlanQueries } from './plan-queries.ts';
import type { PlanFailure, TrunkServerView } from './views.ts';

export type PlanAt = {
  readonly trunkServer: TrunkServerId;
  readonly plan: Result<PlanAnswer, PlanFailure>;
};

/** What trunk servers would do with a call: ours over the link, those of other processes over the database. */
export class Plans {
  /** Of the trunk servers of this process; undefined where one is not running. */
  readonly #own: ReadonlyMap<TrunkServerId, () => EdgePort | undefined>;
  readonly #queries = new PlanQueries();
  readonly #others: OtherPlans;

  constructor(store: Store, clock: Clock, own: ReadonlyMap<TrunkServerId, () => EdgePort | undefined>) {
    this.#own = own;
    this.#others = new OtherPlans(store, clock);
  }

  /** Asks all at once; each has 1 s, or 1.5 s in another process. */
  async ask(trunkServers: readonly TrunkServerView[], did: E164): Promise<readonly PlanAt[]> {
    const elsewhere = trunkServers.filter(({ id, state }) => !this.#own.has(id) && state === 'running');
    const others = this.#others.ask(
      elsewhere.map(({ id }) => id),
      did,
    );
    const own = [...this.#own.keys()].map(async (trunkServer) => ({
      trunkServer,
      plan: await this.#askOwn(trunkServer, did),
    }));
    const answered: readonly PlanAt[] = [...(await Promise.all(own)), ...(await others)];
    return trunkServers.map(
      ({ id }) =>
        answered.find(({ trunkServer }) => trunkServer === id) ?? {
          trunkServer: id,
          plan: err('notRunning'),
        },
    );
  }

  /** Answers what other processes ask our trunk servers. */
  async answerOthers(): Promise<void> {
    await this.#others.answer([...this.#own.keys()], (id, did) => this.#askOwn(id, did));
  }

  /** `answer`: undefined where the trunk server does not know the DID. */
  answered(query: number, answer: PlanAnswer | undefined): void {
    this.#queries.answered(query, answer);
  }

  #askOwn(id: TrunkServerId, did: E164): Promise<Result<PlanAnswer, PlanFailure>> {
    return this.#queries.ask(this.#own.get(id)?.(), did);
  }
}
