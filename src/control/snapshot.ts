import type { Result } from '../base/result.ts';
import type { Binding } from '../domain/binding.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { ToEdge } from '../link/messages.ts';
import type { RoutingPolicy, SnapshotRow } from '../link/routing.ts';
import type { StoreUnavailable } from '../store/failure.ts';
import type { Repositories, Store } from '../store/store.ts';

/** Rows in one message: large enough to be cheap, small enough that neither thread stalls. */
const CHUNK = 5_000;
/** Of DIDs that are no more than a line. */
const LINES = 10_000;

/** At the start all trunk servers want the routing table within milliseconds. */
const GATHER_MS = 5;

type Post = (message: ToEdge) => void;

interface Reading {
  readonly posts: Post[];
  readonly done: Promise<Result<number, StoreUnavailable>>;
}

/** The routing table as it is in the store, read once for all trunk servers that want it at about the same time. */
export class Snapshots {
  readonly #store: Store;
  readonly #policy: RoutingPolicy;
  #gathering: Reading | undefined = undefined;

  constructor(store: Store, policy: RoutingPolicy) {
    this.#store = store;
    this.#policy = policy;
  }

  /**
   * Sends the whole routing table, as of one revision, which it gives back. The caller ends the snapshot; what it
   * has begun and then fails is to be begun anew.
   */
  send(post: Post): Promise<Result<number, StoreUnavailable>> {
    this.#gathering ??= this.#gather();
    this.#gathering.posts.push(post);
    return this.#gathering.done;
  }

  #gather(): Reading {
    const posts: Post[] = [];
    return { posts, done: this.#read(posts) };
  }

  async #read(posts: readonly Post[]): Promise<Result<number, StoreUnavailable>> {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    this.#gathering = undefined;
    return await this.#store.read((tables) =>
      sendTables(tables, this.#policy, (message) => {
        for (const post of posts) post(message);
      }),
    );
  }
}

/** The order lets every row find what it refers to. */
async function sendTables(tables: Repositories, policy: RoutingPolicy, post: Post): Promise<number> {
  const revision = await tables.revisions.newest();
  post({ kind: 'snapshotBegin' });
  await sendRows(post, [{ kind: 'policy', policy }]);
  for (let after: AccountId | undefined; ; ) {
    const accounts = await tables.accounts.list(after, CHUNK);
    await sendRows(
      post,
      accounts.map(({ account }) => ({ kind: 'account', account })),
    );
    if (accounts.length < CHUNK) break;
    after = accounts.at(-1)?.account.id;
  }
  for (let after: TrunkGroupId | undefined; ; ) {
    const trunkGroups = await tables.trunkGroups.listSealed(after, CHUNK);
    await sendRows(
      post,
      trunkGroups.map((trunkGroup) =>
        'sealed' in trunkGroup
          ? { kind: 'sealedTrunkGroup', trunkGroup }
          : { kind: 'trunkGroup', trunkGroup },
      ),
    );
    if (trunkGroups.length < CHUNK) break;
    after = trunkGroups.at(-1)?.id;
  }
  await sendDids(tables, post);
  const gateways = await tables.gateways.list();
  await sendRows(
    post,
    gateways.map((gateway) => ({ kind: 'gateway', gateway })),
  );
  return revision;
}

/** All of them without their settings, and then those that have settings with these. */
async function sendDids({ dids }: Repositories, post: Post): Promise<void> {
  for (let after: E164 | undefined; ; ) {
    const part = await dids.lines(after, LINES);
    if (part === undefined) break;
    post({ kind: 'snapshotDids', lines: part.lines });
    await breathe();
    after = part.last;
  }
  for (const setting of ['failover', 'triggers'] as const) {
    for (let after: E164 | undefined; ; ) {
      const own = await dids.withOwn(setting, after, CHUNK);
      await sendRows(
        post,
        own.map((did) => ({ kind: 'did', did })),
      );
      if (own.length < CHUNK) break;
      after = own.at(-1)?.number;
    }
  }
}

/** Sends bindings in messages of a bearable size. */
export function sendBindings(bindings: readonly Binding[], post: (message: ToEdge) => void): void {
  for (let from = 0; from < bindings.length; from += CHUNK) {
    post({ kind: 'bindings', bindings: bindings.slice(from, from + CHUNK) });
  }
}

async function sendRows(post: Post, rows: readonly SnapshotRow[]): Promise<void> {
  if (rows.length === 0) return;
  post({ kind: 'snapshotRows', json: JSON.stringify(rows) });
  await breathe();
}

/** Between chunks the main thread also serves the API. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
