import type { Binding } from '../domain/binding.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { ToEdge } from '../link/messages.ts';
import type { RoutingChange, RoutingPolicy } from '../link/routing.ts';
import type { Repositories } from '../store/store.ts';

/** Rows in one message: large enough to be cheap, small enough that neither thread stalls. */
const CHUNK = 5_000;

/**
 * Sends the whole routing table, as of one revision, which it gives back. The order lets every row find what
 * it refers to. The caller ends the snapshot.
 */
export async function sendSnapshot(
  tables: Repositories,
  policy: RoutingPolicy,
  post: (message: ToEdge) => void,
): Promise<number> {
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
    const trunkGroups = await tables.trunkGroups.list(undefined, after, CHUNK);
    await sendRows(
      post,
      trunkGroups.map((trunkGroup) => ({ kind: 'trunkGroup', trunkGroup })),
    );
    if (trunkGroups.length < CHUNK) break;
    after = trunkGroups.at(-1)?.id;
  }
  for (let after: E164 | undefined; ; ) {
    const dids = await tables.dids.list({}, after, CHUNK);
    await sendRows(
      post,
      dids.map((did) => ({ kind: 'did', did })),
    );
    if (dids.length < CHUNK) break;
    after = dids.at(-1)?.number;
  }
  const gateways = await tables.gateways.list();
  await sendRows(
    post,
    gateways.map((gateway) => ({ kind: 'gateway', gateway })),
  );
  return revision;
}

/** Sends bindings in messages of a bearable size. */
export function sendBindings(bindings: readonly Binding[], post: (message: ToEdge) => void): void {
  for (let from = 0; from < bindings.length; from += CHUNK) {
    post({ kind: 'bindings', bindings: bindings.slice(from, from + CHUNK) });
  }
}

async function sendRows(post: (message: ToEdge) => void, rows: readonly RoutingChange[]): Promise<void> {
  if (rows.length === 0) return;
  post({ kind: 'snapshotRows', rows });
  // Between chunks the main thread also serves the API.
  await new Promise((resolve) => setImmediate(resolve));
}
