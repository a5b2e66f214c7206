import { ok, type Result } from '../base/result.ts';
import type { Did } from '../domain/account.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { DidsWanted } from '../store/did-lists.ts';
import type { Repositories } from '../store/store.ts';
import type { ControlContext } from './context.ts';
import type { Answer } from './control-plane.ts';
import { didIn, didView } from './did-commands.ts';
import type { ControlError } from './errors.ts';
import { effectiveFailover } from './failover-values.ts';
import { notFound, pageLimit, refused } from './refusals.ts';
import type { DidFilter, DidPage, DidPageRequest, ListedDid, Scope } from './views.ts';

export async function listDids(
  context: ControlContext,
  scope: Scope,
  filter: DidFilter,
  page: DidPageRequest,
): Answer<DidPage> {
  const wanted = readDidFilter(scope, filter, '');
  if (!wanted.ok) return wanted;
  const limit = pageLimit(page.limit);
  return await context.store.read(async (tables): Promise<DidPage> => {
    const total = await tables.didLists.count(wanted.value);
    const numbers = await tables.didLists.numbers(wanted.value, { ...page, limit: limit + 1 });
    const shown = numbers.slice(0, limit);
    const entries = await listed(tables, await tables.dids.find(shown));
    if (page.descending === true) entries.reverse();
    const next = numbers.length > limit ? shown.at(-1) : undefined;
    return next === undefined ? { entries, total } : { entries, total, next };
  });
}

export async function getDid(context: ControlContext, scope: Scope, text: string): Answer<ListedDid> {
  const found = await context.store.read(async (tables): Promise<Result<ListedDid, ControlError>> => {
    const did = await didIn(context, tables, scope, text);
    if (!did.ok) return did;
    const account = await tables.accounts.get(did.value.account);
    return ok(withEffective(did.value, account?.account.failover));
  });
  return found.ok ? found.value : found;
}

/** `field`: what the filter is called in the request, with a dot behind, or nothing. */
export function readDidFilter(
  scope: Scope,
  filter: DidFilter,
  field: string,
): Result<DidsWanted, ControlError> {
  if (scope.kind === 'account' && (filter.account ?? scope.account) !== scope.account) {
    return notFound('account', filter.account ?? '');
  }
  const wanted = {
    account: scope.kind === 'account' ? scope.account : filter.account,
    trunkGroup: filter.trunkGroup,
    failover: filter.failover,
  };
  if (filter.search === undefined) return ok(wanted);
  const part = filter.search.replaceAll(/[\s()./-]/gu, '');
  if (!/^\+?\d+$/u.test(part)) {
    return refused(
      `${field}search`,
      'Give digits of a number, such as 512 555, or +1 512 for its beginning.',
    );
  }
  return ok({ ...wanted, part });
}

/** Every DID that the filter lets through and the asker may see, by number, `most` at most. */
export async function didsMatching(
  tables: Repositories,
  wanted: DidsWanted,
  most: number,
): Promise<Result<ReadonlyMap<E164, number>, ControlError>> {
  const numbers = await tables.didLists.numbers(wanted, { limit: most });
  if (numbers.length === 0)
    return refused('filter', 'No DID matches. List the DIDs with the same filter first.');
  const count = await tables.didLists.count(wanted);
  if (count > most) {
    return refused('filter', `${count} DIDs match; ${most} are the most at a time. Narrow the filter down.`);
  }
  return ok(new Map(numbers.map((number, index) => [number, index])));
}

async function listed(tables: Repositories, dids: readonly Did[]): Promise<ListedDid[]> {
  const global = await tables.didLists.failoverOf([...new Set(dids.map(({ account }) => account))]);
  return dids.map((did) => withEffective(did, global.get(did.account)));
}

function withEffective(did: Did, global: Did['failover']): ListedDid {
  return { ...didView(did), effective: effectiveFailover(did.failover, global) };
}
