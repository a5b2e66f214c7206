import { ok, type Result } from '../base/result.ts';
import { type CallId, callId } from '../domain/ids.ts';
import type { CallKey, CallSelection, StoredCall } from '../store/calls.ts';
import type { Repositories } from '../store/store.ts';
import type { ControlContext } from './context.ts';
import type { Answer } from './control-plane.ts';
import { inScope } from './did-commands.ts';
import type { ControlError } from './errors.ts';
import { notADid, readDid } from './input.ts';
import { notFound, pageLimit, refused } from './refusals.ts';
import type { CallFilter, CallView, Page, PageRequest, Scope } from './views.ts';

/** A filter that the store does not know is applied to what it finds, this many calls at most for one page. */
const MOST_LOOKED_AT = 10_000;
const LOOKED_AT_ONCE = 1_000;

export async function listCalls(
  context: ControlContext,
  scope: Scope,
  filter: CallFilter,
  page: PageRequest<string>,
): Answer<Page<CallView, string>> {
  await context.edges.catchUp();
  const limit = pageLimit(page.limit);
  const after = page.after === undefined ? ok(undefined) : readKey(page.after);
  if (!after.ok) return after;
  const selection = readSelection(context, scope, filter);
  if (!selection.ok) return selection;
  return await context.store.read((tables) =>
    filter.saved === true
      ? savedPage(tables, selection.value, after.value, limit)
      : pageOf(tables, selection.value, after.value, limit),
  );
}

/** How many calls `listCalls` has on all pages, those counted that `saved` would leave out; beyond `most` they are not counted. */
export async function countCalls(
  context: ControlContext,
  scope: Scope,
  filter: CallFilter,
  most: number,
): Answer<number> {
  const selection = readSelection(context, scope, filter);
  if (!selection.ok) return selection;
  return await context.store.read((tables) => tables.calls.count(selection.value, most));
}

function readSelection(
  context: ControlContext,
  scope: Scope,
  filter: CallFilter,
): Result<CallSelection, ControlError> {
  const did = filter.did === undefined ? undefined : readDid(filter.did, context);
  if (filter.did !== undefined && did === undefined) return refused('did', notADid(filter.did));
  const { outcome, from, until } = filter;
  const account = scope.kind === 'account' ? scope.account : filter.account;
  return ok({ account, did, outcome, from, until });
}

async function pageOf(
  tables: Repositories,
  selection: CallSelection,
  after: CallKey | undefined,
  limit: number,
): Promise<Page<CallView, string>> {
  const found = await tables.calls.list(selection, after, limit + 1);
  const shown = found.slice(0, limit);
  const entries = await viewsOf(tables, shown);
  const last = found.length > limit ? shown.at(-1)?.record : undefined;
  return last === undefined ? { entries } : { entries, next: keyOf(last) };
}

/** May have fewer entries than `limit`, or none, and still a next page: saved calls may be few and far between. */
async function savedPage(
  tables: Repositories,
  selection: CallSelection,
  after: CallKey | undefined,
  limit: number,
): Promise<Page<CallView, string>> {
  const entries: CallView[] = [];
  let behind = after;
  for (let lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += LOOKED_AT_ONCE) {
    const found = await tables.calls.list(selection, behind, LOOKED_AT_ONCE);
    for (const call of await viewsOf(tables, found)) {
      if (!isSaved(call)) continue;
      entries.push(call);
      if (entries.length === limit) return { entries, next: keyOf(call.record) };
    }
    behind = found.at(-1)?.record;
    if (found.length < LOOKED_AT_ONCE || behind === undefined) return { entries };
  }
  return behind === undefined ? { entries } : { entries, next: keyOf(behind) };
}

/** Somebody answered, and it was not the registered PBX. */
export function isSaved({ record, legs }: CallView): boolean {
  return [record, ...legs.map((leg) => leg.record)]
    .flatMap(({ attempts }) => attempts)
    .some(({ outcome, reason }) => outcome.kind === 'answered' && ['backup', 'number'].includes(reason.kind));
}

/** The call, whichever of its records is named. */
export async function getCall(context: ControlContext, scope: Scope, id: CallId): Answer<CallView> {
  await context.edges.catchUp();
  const found = await context.store.read(async (tables) => {
    const named = await tables.calls.get(id);
    if (named === undefined || !inScope(scope, named.record.account)) return undefined;
    const { handedOverFrom } = named.record;
    const first = handedOverFrom === undefined ? undefined : await tables.calls.get(handedOverFrom);
    const shown = first !== undefined && inScope(scope, first.record.account) ? first : named;
    const [view] = await viewsOf(tables, [shown]);
    return view;
  });
  if (!found.ok) return found;
  return found.value === undefined ? notFound('call', id) : ok(found.value);
}

async function viewsOf(tables: Repositories, calls: readonly StoredCall[]): Promise<readonly CallView[]> {
  const legs = new Map<CallId, StoredCall[]>();
  for (const leg of await tables.calls.handedOverFrom(calls.map(({ record }) => record.id))) {
    const { handedOverFrom } = leg.record;
    if (handedOverFrom === undefined) continue;
    const known = legs.get(handedOverFrom);
    if (known === undefined) legs.set(handedOverFrom, [leg]);
    else known.push(leg);
  }
  return calls.map(({ record, outcome, endedAt }) => ({
    record,
    outcome,
    endedAt,
    legs: (legs.get(record.id) ?? []).map((leg) => ({ record: leg.record, outcome: leg.outcome })),
  }));
}

function keyOf({ startedAt, id }: CallKey): string {
  return `${startedAt}.${id}`;
}

/** The key of a page: `<start in ms>.<id>`. */
function readKey(text: string): Result<CallKey, ControlError> {
  const dot = text.indexOf('.');
  const startedAt = Number(text.slice(0, dot));
  if (dot < 1 || !Number.isSafeInteger(startedAt)) {
    return refused('after', 'This is not where a page ends; give the "next" of the page before.');
  }
  return ok({ startedAt, id: callId(text.slice(dot + 1)) });
}
