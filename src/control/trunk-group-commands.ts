import { err, ok, type Result } from '../base/result.ts';
import type { TrunkGroup } from '../domain/account.ts';
import type { AuditChange } from '../domain/audit.ts';
import { type AccountId, type TrunkGroupId, trunkGroupId } from '../domain/ids.ts';
import type { Repositories } from '../store/store.ts';
import { trunkGroupChanges } from './audit/differences.ts';
import { type Change, type ControlContext, change } from './context.ts';
import type { Answer, ChangeAnswer } from './control-plane.ts';
import { demandMatch } from './edit-tags.ts';
import type { ControlError, Problem } from './errors.ts';
import { readName } from './input.ts';
import { endsEarlier, readOverlap, trunkGroupView } from './old-passwords.ts';
import { conflict, notFound, refused } from './refusals.ts';
import { ha1Of, newCredentials, newId, newPassword } from './tokens.ts';
import type { CreatedTrunkGroup, ReplacedCredentials, TrunkGroupView } from './views.ts';

/** How many PBXs one account may register. */
const MOST_TRUNK_GROUPS = 100;

/** Of what stands in the way of a removal so many are named. */
const NAMED = 20;

/** One more PBX of an account, with SIP credentials of its own. */
export async function createTrunkGroup(
  context: ControlContext,
  account: AccountId,
  name: string,
): ChangeAnswer<CreatedTrunkGroup> {
  const read = readName(name, 'name');
  if (!read.ok) return read;
  return await change(context, async (tables, revision, now) => {
    if ((await tables.accounts.get(account)) === undefined) return notFound('account', account);
    const known = await tables.trunkGroups.ofAccounts([account]);
    if (known.length >= MOST_TRUNK_GROUPS) {
      return refused('name', `The account has ${known.length} trunk groups, which are the most it can have.`);
    }
    const taken = known.find((group) => group.name === read.value);
    if (taken !== undefined) return sameName(taken);
    const { username, password } = newCredentials();
    const { realm } = context;
    const trunkGroup: TrunkGroup = {
      id: trunkGroupId(newId('tg', now)),
      account,
      name: read.value,
      username,
      ha1: ha1Of(username, realm, password),
    };
    await tables.trunkGroups.insert(trunkGroup, now, revision);
    return ok({
      value: { trunkGroup: trunkGroupView(trunkGroup, now), credentials: { username, password, realm } },
      changes: [{ kind: 'trunkGroup', trunkGroup }],
      audit: [
        {
          action: 'trunkGroupCreated',
          account,
          changes: trunkGroupChanges({ before: undefined, after: trunkGroup }),
        },
      ],
    });
  });
}

/** The oldest first. */
export async function listTrunkGroups(
  context: ControlContext,
  account: AccountId,
): Answer<readonly TrunkGroupView[]> {
  const found = await context.store.read(
    async (tables): Promise<Result<readonly TrunkGroupView[], ControlError>> => {
      if ((await tables.accounts.get(account)) === undefined) return notFound('account', account);
      const uses = await tables.trunkGroups.oldPasswordUses([account]);
      const groups = await tables.trunkGroups.ofAccounts([account]);
      return ok(groups.map((group) => trunkGroupView(group, context.clock.now(), uses.get(group.id))));
    },
  );
  return found.ok ? found.value : found;
}

export async function getTrunkGroup(
  context: ControlContext,
  account: AccountId,
  id: TrunkGroupId,
): Answer<TrunkGroupView> {
  const listed = await listTrunkGroups(context, account);
  if (!listed.ok) return listed;
  const found = listed.value.find((one) => one.id === id);
  return found === undefined ? notFound('trunkGroup', id) : ok(found);
}

export async function renameTrunkGroup(
  context: ControlContext,
  account: AccountId,
  id: TrunkGroupId,
  name: string,
): ChangeAnswer<TrunkGroupView> {
  const read = readName(name, 'name');
  if (!read.ok) return read;
  return await change(context, async (tables, revision, now) => {
    const groups = await groupsWith(tables, account, id);
    if (!groups.ok) return groups;
    const uses = await tables.trunkGroups.oldPasswordUses([account]);
    const before = trunkGroupView(groups.value.one, now, uses.get(id));
    const fits = demandMatch(context.ifMatch, { kind: 'trunkGroup', view: before });
    if (!fits.ok) return fits;
    const renamed = await setName(tables, account, id, read.value, revision);
    if (!renamed.ok) return renamed;
    return ok({ ...renamed.value, value: trunkGroupView(renamed.value.value, now, uses.get(id)) });
  });
}

/** Gives it a name that no other of the account has. */
export async function setName(
  tables: Repositories,
  account: AccountId,
  id: TrunkGroupId,
  name: string,
  revision: number,
): Promise<Result<Change<TrunkGroup>, ControlError>> {
  const groups = await groupsWith(tables, account, id);
  if (!groups.ok) return groups;
  const taken = groups.value.all.find((group) => group.id !== id && group.name === name);
  if (taken !== undefined) return sameName(taken);
  const trunkGroup: TrunkGroup = { ...groups.value.one, name };
  await tables.trunkGroups.rename(id, name, revision);
  const changed = trunkGroupChanges({ before: groups.value.one, after: trunkGroup });
  return ok({
    value: trunkGroup,
    changes: [{ kind: 'trunkGroup', trunkGroup }],
    audit: [{ action: 'trunkGroupRenamed', account, changes: changed }],
  });
}

/**
 * Makes a new SIP password. The user name stays, because it is the address of record that the bindings hang on;
 * the old password is taken, too, for `overlap` seconds. `id` undefined: the account's first trunk group.
 */
export async function replaceCredentials(
  context: ControlContext,
  account: AccountId,
  id: TrunkGroupId | undefined,
  overlap?: number,
): ChangeAnswer<ReplacedCredentials> {
  const valid = readOverlap(overlap);
  if (!valid.ok) return valid;
  return await change(context, async (tables, revision, now) => {
    const groups = await groupsWith(tables, account, id);
    if (!groups.ok) return groups;
    const { realm } = context;
    const { oldHa1: older, ...group } = groups.value.one;
    const { username } = group;
    const password = newPassword();
    const oldPasswordUntil = valid.value === 0 ? undefined : now + valid.value;
    const trunkGroup: TrunkGroup = {
      ...group,
      ha1: ha1Of(username, realm, password),
      ...(oldPasswordUntil === undefined ? {} : { oldHa1: { ...group.ha1, until: oldPasswordUntil } }),
    };
    await tables.trunkGroups.setHa1(trunkGroup, revision);
    return ok({
      value: { username, password, realm, oldPasswordUntil },
      changes: [{ kind: 'trunkGroup', trunkGroup }],
      audit: [{ action: 'sipPasswordReplaced', account, changes: [passwordChange(trunkGroup, older, now)] }],
      warnings: older === undefined || older.until <= now ? [] : [endsEarlier(group.id, older.until)],
    });
  });
}

/** Says that there is a new password, and not which. */
function passwordChange(
  { id, name, oldHa1 }: TrunkGroup,
  older: TrunkGroup['oldHa1'],
  now: number,
): AuditChange {
  const before = { oldPasswordUntil: older === undefined || older.until <= now ? null : older.until };
  const after = { oldPasswordUntil: oldHa1?.until ?? null };
  return { what: 'trunkGroup', ids: [id], count: 1, name, before, after };
}

/** Refused while a DID or a backup needs it, and for the last one. Its PBX cannot register any more. */
export async function removeTrunkGroup(
  context: ControlContext,
  account: AccountId,
  id: TrunkGroupId,
): ChangeAnswer<{ readonly removed: TrunkGroupId }> {
  return await change(context, async (tables, _revision, now) => {
    const groups = await groupsWith(tables, account, id);
    if (!groups.ok) return groups;
    const uses = await tables.trunkGroups.oldPasswordUses([account]);
    const view = trunkGroupView(groups.value.one, now, uses.get(id));
    const fits = demandMatch(context.ifMatch, { kind: 'trunkGroup', view });
    if (!fits.ok) return fits;
    if (groups.value.all.length === 1) {
      return conflict('trunkGroup', 'It is the only trunk group of the account, which needs one.');
    }
    const problems = await whatNeeds(tables, id);
    if (problems.length > 0) return err({ kind: 'conflict', problems });
    await tables.trunkGroups.delete(id);
    const gone = trunkGroupChanges({ before: groups.value.one, after: undefined });
    return ok({
      value: { removed: id },
      changes: [{ kind: 'trunkGroupRemoved', id }],
      audit: [{ action: 'trunkGroupRemoved', account, changes: gone }],
    });
  });
}

async function whatNeeds(tables: Repositories, id: TrunkGroupId): Promise<readonly Problem[]> {
  const field = 'trunkGroup';
  const dids = await tables.dids.list({ trunkGroup: id }, undefined, NAMED);
  const backups = await tables.failover.ownersWithBackup(id, NAMED);
  return [
    ...dids.map(({ number }) => ({
      field,
      message: `${number} is on it. Move it to another trunk group first.`,
    })),
    ...backups.map((owner) => ({
      field,
      message: `It is the backup of ${owner}. Change the failover settings there first.`,
    })),
  ];
}

async function groupsWith(
  tables: Repositories,
  account: AccountId,
  id: TrunkGroupId | undefined,
): Promise<Result<{ readonly all: readonly TrunkGroup[]; readonly one: TrunkGroup }, ControlError>> {
  const all = await tables.trunkGroups.ofAccounts([account]);
  const one = id === undefined ? all[0] : all.find((group) => group.id === id);
  if (one !== undefined) return ok({ all, one });
  return all.length === 0 || id === undefined ? notFound('account', account) : notFound('trunkGroup', id);
}

function sameName(taken: TrunkGroup) {
  return conflict('name', `The trunk group ${taken.id} has this name already; give another one.`);
}
