import { ok } from '../base/result.ts';
import type { ControlContext } from './context.ts';
import type { Answer } from './control-plane.ts';
import { didIn } from './did-commands.ts';
import { notFound } from './refusals.ts';
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
    for (const { id, revision: routingBy } of trunkServers) {
      const active = routingBy !== undefined && routingBy >= revision;
      const since = active
        ? ((await tables.activations.since(id, revision)) ?? context.edges.unwrittenSince(id, revision))
        : undefined;
      states.push({ trunkServer: id, routingBy, since });
    }
    return { revision, at: stored.at, newest: await tables.revisions.newest(), trunkServers: states };
  });
  if (!found.ok) return found;
  return found.value === undefined ? notFound('revision', String(revision)) : ok(found.value);
}
