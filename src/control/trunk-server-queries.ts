import { ok } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import { authorOf, record } from './audit/record.ts';
import { type ControlContext, refuseReader } from './context.ts';
import type { Answer } from './control-plane.ts';
import { didIn } from './did-commands.ts';
import { conflict, notFound } from './refusals.ts';
import type { PlanView, RevisionView, Scope } from './views.ts';

/** What each trunk server would do with a call for the DID now. */
export async function planOf(context: ControlContext, scope: Scope, text: string): Answer<PlanView> {
  const found = await context.store.read((tables) => didIn(context, tables, scope, text));
  if (!found.ok) return found;
  if (!found.value.ok) return found.value;
  const { number, account } = found.value.value;
  const plans = await context.edges.plans(number);
  return ok({
    number,
    account,
    trunkServers: plans.map(({ trunkServer, plan }) =>
      plan.ok ? { trunkServer, answer: plan.value } : { trunkServer, answer: undefined, failure: plan.error },
    ),
  });
}

/** Which trunk servers route by a revision, and since when. */
export async function getRevision(context: ControlContext, revision: number): Answer<RevisionView> {
  const trunkServers = context.edges.views();
  const found = await context.store.read(async (tables): Promise<RevisionView | undefined> => {
    const stored = Number.isSafeInteger(revision) ? await tables.revisions.get(revision) : undefined;
    if (stored === undefined) return undefined;
    const states: RevisionView['trunkServers'][number][] = [];
    for (const { id, state, revision: routedBy, lag } of trunkServers) {
      // Of another process the newest activation says more than the last report.
      const newest = state === 'running' ? await tables.activations.newest(id) : undefined;
      const routingBy = routedBy === undefined ? undefined : Math.max(routedBy, newest ?? 0);
      const active = routingBy !== undefined && routingBy >= revision;
      const since = active
        ? ((await tables.activations.since(id, revision)) ?? context.edges.unwrittenSince(id, revision))
        : undefined;
      states.push({ trunkServer: id, routingBy, since, lags: lag !== undefined });
    }
    return { revision, at: stored.at, newest: await tables.revisions.newest(), trunkServers: states };
  });
  if (!found.ok) return found;
  return found.value === undefined ? notFound('revision', String(revision)) : ok(found.value);
}

/** Forgets a trunk server of a process that is gone for good: nothing waits for it or warns of it any more. */
export async function removeTrunkServer(
  context: ControlContext,
  id: TrunkServerId,
): Answer<{ readonly removed: TrunkServerId }> {
  const allowed = refuseReader(context);
  if (!allowed.ok) return allowed;
  const view = context.edges.views().find((one) => one.id === id);
  if (view === undefined) return notFound('trunkServer', id);
  if (view.state !== 'away') {
    return conflict(
      'name',
      `The trunk server ${id} is ${view.state}. Take it out of the settings of its process and restart or stop that; one that is away can be removed.`,
    );
  }
  const removed = await context.store.write<void, never>(async (tables) => {
    await tables.trunkServers.remove(id);
    await tables.bindings.deleteAt(id);
    const gone = {
      what: 'trunkServer',
      ids: [id],
      count: 1,
      before: { address: view.address },
      after: null,
    } as const;
    const now = Math.floor(context.clock.now());
    const audit = { action: 'trunkServerRemoved', changes: [gone] } as const;
    await record(tables, authorOf(context.asker), now, [audit]);
    return ok(undefined);
  });
  if (!removed.ok) return removed;
  context.edges.otherRemoved(id);
  return ok({ removed: id });
}
