import { ok } from '../base/result.ts';
import type { Account, TrunkGroup } from '../domain/account.ts';
import type { AccountId } from '../domain/ids.ts';
import { accountId, trunkGroupId } from '../domain/ids.ts';
import type { StoredAccount } from '../store/accounts.ts';
import type { Repositories } from '../store/store.ts';
import { accountChanges, trunkGroupChanges } from './audit/differences.ts';
import { type ControlContext, change } from './context.ts';
import type { Answer, ChangeAnswer } from './control-plane.ts';
import { insertDids, readNumbers } from './did-additions.ts';
import { demandMatch } from './edit-tags.ts';
import { failoverValue } from './failover-values.ts';
import { readDelivery, readName } from './input.ts';
import { trunkGroupView } from './old-passwords.ts';
import { notFound, pageLimit } from './refusals.ts';
import { ha1Of, newCredentials, newId } from './tokens.ts';
import type {
  AccountChange,
  AccountView,
  CreatedAccount,
  NewAccount,
  Page,
  PageRequest,
  TrunkGroupView,
} from './views.ts';

/** With one trunk group, its credentials, and its first DIDs. */
export async function createAccount(
  context: ControlContext,
  input: NewAccount,
): ChangeAnswer<CreatedAccount> {
  const name = readName(input.name, 'name');
  if (!name.ok) return name;
  const delivery = readDelivery(input.delivery, context.newAccountDelivery);
  if (!delivery.ok) return delivery;
  const { dids: numbers = [], didRange: range } = input;
  const dids =
    numbers.length === 0 && range === undefined
      ? ok(new Map())
      : readNumbers(context, { numbers, range }, { numbers: 'dids', range: 'didRange' });
  if (!dids.ok) return dids;
  return await change(context, async (tables, revision, now) => {
    const account: Account = {
      id: accountId(newId('acc', now)),
      name: name.value,
      suspended: false,
      didFormat: input.didFormat ?? '10-digits',
      delivery: delivery.value,
    };
    const { username, password } = newCredentials();
    const trunkGroup: TrunkGroup = {
      id: trunkGroupId(newId('tg', now)),
      account: account.id,
      name: 'PBX',
      username,
      ha1: ha1Of(username, context.realm, password),
    };
    await tables.accounts.insert(account, now, revision);
    await tables.trunkGroups.insert(trunkGroup, now, revision);
    const added = await insertDids(tables, dids.value, trunkGroup, now, revision);
    if (!added.ok) return added;
    const credentials = { username, password, realm: context.realm };
    return ok({
      value: {
        account: viewOf({ account, createdAt: now }, [trunkGroupView(trunkGroup, now)], dids.value.size),
        credentials,
      },
      changes: [{ kind: 'account', account }, { kind: 'trunkGroup', trunkGroup }, ...added.value.changes],
      audit: [
        {
          action: 'accountCreated',
          account: account.id,
          changes: [
            ...accountChanges({ before: undefined, after: account }),
            ...trunkGroupChanges({ before: undefined, after: trunkGroup }),
            ...added.value.audit.flatMap(({ changes }) => changes),
          ],
        },
      ],
      ...(added.value.warnings === undefined ? {} : { warnings: added.value.warnings }),
    });
  });
}

export async function changeAccount(
  context: ControlContext,
  id: AccountId,
  input: AccountChange,
): ChangeAnswer<AccountView> {
  return await change(context, async (tables, revision, now) => {
    const stored = await tables.accounts.get(id);
    if (stored === undefined) return notFound('account', id);
    const [before] = await viewsOf(tables, [stored], now);
    if (before === undefined) return notFound('account', id);
    const fits = demandMatch(context.ifMatch, { kind: 'account', view: before });
    if (!fits.ok) return fits;
    const name = input.name === undefined ? ok(stored.account.name) : readName(input.name, 'name');
    if (!name.ok) return name;
    const delivery = readDelivery(input.delivery, stored.account.delivery);
    if (!delivery.ok) return delivery;
    const account: Account = {
      ...stored.account,
      name: name.value,
      didFormat: input.didFormat ?? stored.account.didFormat,
      suspended: input.suspended ?? stored.account.suspended,
      delivery: delivery.value,
    };
    await tables.accounts.update(account, revision);
    const changed = accountChanges({ before: stored.account, after: account });
    return ok({
      value: viewOf({ ...stored, account }, before.trunkGroups, before.dids),
      changes: [{ kind: 'account', account }],
      audit: [{ action: 'accountChanged', account: id, changes: changed }],
    });
  });
}

export async function listAccounts(
  context: ControlContext,
  page: PageRequest<AccountId>,
): Answer<Page<AccountView, AccountId>> {
  const limit = pageLimit(page.limit);
  return await context.store.read(async (tables) => {
    const found = await tables.accounts.list(page.after, limit + 1);
    const shown = found.slice(0, limit);
    const entries = await viewsOf(tables, shown, context.clock.now());
    const next = found.length > limit ? shown.at(-1)?.account.id : undefined;
    return next === undefined ? { entries } : { entries, next };
  });
}

export async function getAccount(context: ControlContext, id: AccountId): Answer<AccountView> {
  const found = await context.store.read(async (tables) => {
    const stored = await tables.accounts.get(id);
    return stored === undefined ? [] : await viewsOf(tables, [stored], context.clock.now());
  });
  if (!found.ok) return found;
  const [view] = found.value;
  return view === undefined ? notFound('account', id) : ok(view);
}

async function viewsOf(
  tables: Repositories,
  accounts: readonly StoredAccount[],
  now: number,
): Promise<readonly AccountView[]> {
  const ids = accounts.map(({ account }) => account.id);
  const dids = await tables.dids.countOf(ids);
  const trunkGroups = new Map<AccountId, TrunkGroupView[]>();
  const uses = await tables.trunkGroups.oldPasswordUses(ids);
  for (const trunkGroup of await tables.trunkGroups.ofAccounts(ids)) {
    const view = trunkGroupView(trunkGroup, now, uses.get(trunkGroup.id));
    const known = trunkGroups.get(trunkGroup.account);
    if (known === undefined) trunkGroups.set(trunkGroup.account, [view]);
    else known.push(view);
  }
  return accounts.map((stored) =>
    viewOf(stored, trunkGroups.get(stored.account.id) ?? [], dids.get(stored.account.id) ?? 0),
  );
}

function viewOf(
  { account, createdAt }: Pick<StoredAccount, 'account' | 'createdAt'>,
  trunkGroups: readonly TrunkGroupView[],
  dids: number,
): AccountView {
  return {
    id: account.id,
    name: account.name,
    suspended: account.suspended,
    didFormat: account.didFormat,
    delivery: account.delivery,
    failover: failoverValue(account.failover),
    trunkGroups,
    dids,
    createdAt,
  };
}
