import type { TrunkServerId } from '../domain/ids.ts';
import type { Transactions } from '../store/transactions.ts';
import type { Edges } from './edges.ts';
import type { TrunkServerView } from './views.ts';

/** How this process is, for the metrics. No account, number or address of a customer is in it. */
export interface Measures {
  readonly databaseReachable: boolean;
  /** The newest revision that is known here. */
  readonly newestRevision: number | undefined;
  /** Those of all processes. */
  readonly trunkServers: readonly (TrunkServerView & {
    /** Milliseconds since the oldest revision that it lacks was made, as far as is known here. */
    readonly behind: number;
  })[];
  /** Those of this process, with the bytes of their spools that are not in the store yet. */
  readonly own: readonly { readonly id: TrunkServerId; readonly backlog: number }[];
}

/** A database that takes longer is as good as away. */
const PATIENCE_MS = 2_000;

export async function measure(store: Pick<Transactions, 'read'>, edges: Edges): Promise<Measures> {
  const asked = store.read((tables) => tables.revisions.newest());
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  const newest = await Promise.race([asked, late]);
  clearTimeout(timer);
  if (newest?.ok === true) edges.newestIs(newest.value);
  return {
    databaseReachable: newest?.ok === true,
    newestRevision: edges.newestRevision,
    trunkServers: edges.views().map((view) => ({ ...view, behind: edges.behind(view) })),
    own: edges.backlogs(),
  };
}
