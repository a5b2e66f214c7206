import { err, ok, type Result } from '../base/result.ts';
import type { Did, TrunkGroup } from '../domain/account.ts';
import type { AuditRecord } from '../domain/audit.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { Repositories } from '../store/store.ts';
import { didChanges } from './audit/differences.ts';
import { type ControlContext, change } from './context.ts';
import type { ChangeAnswer } from './control-plane.ts';
import { demandMatch } from './edit-tags.ts';
import type { ControlError } from './errors.ts';
import { failoverValue } from './failover-values.ts';
import { notADid, readDid, readDids, readTriggers } from './input.ts';
import { notFound, refused } from './refusals.ts';
import type { DidChange, DidView, Scope } from './views.ts';

/** As `removeDids` for one, which is not found where it is not the account's. */
export async function removeDid(
  context: ControlContext,
  account: AccountId,
  text: string,
): ChangeAnswer<{ readonly removed: number }> {
  return await change(context, async (tables) => {
    if ((await tables.accounts.get(account)) === undefined) return notFound('account', account);
    const did = await didIn(context, tables, { kind: 'account', account }, text);
    if (!did.ok) return did;
    const fits = demandMatch(context.ifMatch, { kind: 'did', view: didView(did.value) });
    if (!fits.ok) return fits;
    const { number } = did.value;
    await tables.dids.delete([number]);
    return ok({
      value: { removed: 1 },
      changes: [{ kind: 'didRemoved', number }],
      audit: [removed(account, [did.value])],
    });
  });
}

export async function removeDids(
  context: ControlContext,
  account: AccountId,
  texts: readonly string[],
): ChangeAnswer<{ readonly removed: number }> {
  const numbers = readDids(texts, 'numbers', context);
  if (!numbers.ok) return numbers;
  return await change(context, async (tables) => {
    if ((await tables.accounts.get(account)) === undefined) return notFound('account', account);
    const dids = await didsOf(tables, { kind: 'account', account }, numbers.value, 'numbers');
    if (!dids.ok) return dids;
    await tables.dids.delete([...numbers.value.keys()]);
    return ok({
      value: { removed: dids.value.length },
      changes: dids.value.map(({ number }) => ({ kind: 'didRemoved', number })),
      audit: [removed(account, dids.value)],
    });
  });
}

function removed(account: AccountId, dids: readonly Did[]): AuditRecord {
  const changes = didChanges(dids.map((before) => ({ before, after: undefined })));
  return { action: 'didsRemoved', account, changes };
}

export async function moveDids(
  context: ControlContext,
  account: AccountId,
  texts: readonly string[],
  to: { readonly account?: AccountId | undefined; readonly trunkGroup?: TrunkGroupId | undefined },
): ChangeAnswer<readonly DidView[]> {
  const numbers = readDids(texts, 'numbers', context);
  if (!numbers.ok) return numbers;
  return await change(context, async (tables, revision) => {
    if ((await tables.accounts.get(account)) === undefined) return notFound('account', account);
    const dids = await didsOf(tables, { kind: 'account', account }, numbers.value, 'numbers');
    if (!dids.ok) return dids;
    const target = to.account ?? account;
    if ((await tables.accounts.get(target)) === undefined) return notFound('account', target);
    const trunkGroup = trunkGroupOf(await tables.trunkGroups.ofAccounts([target]), target, to.trunkGroup);
    if (!trunkGroup.ok) return trunkGroup;
    const { id } = trunkGroup.value;
    const wanted = [...numbers.value.keys()];
    const leaves = target !== account;
    const ownBackups = leaves ? [] : dids.value.filter((did) => backupGroup(did) === id);
    if (ownBackups.length > 0) {
      const problems = ownBackups.map(({ number }) => ({
        field: `numbers[${numbers.value.get(number) ?? 0}]`,
        message: `The backup of ${number} is the trunk group that it would move to. Change its failover settings first.`,
      }));
      return err({ kind: 'conflict', problems });
    }
    if (leaves) await tables.failover.deleteForDids(wanted);
    await tables.dids.move(wanted, target, id, revision);
    if (leaves) await tables.dids.clearTriggers(wanted);
    const moved = dids.value.map(
      (did): Did =>
        leaves ? { number: did.number, account: target, trunkGroup: id } : { ...did, trunkGroup: id },
    );
    const before = new Map(dids.value.map((did) => [did.number, did]));
    const steps = moved.map((after) => ({ before: before.get(after.number), after }));
    return ok({
      value: moved.map(didView),
      changes: moved.map((did) => ({ kind: 'did', did })),
      audit: [
        {
          action: 'didsMoved',
          account,
          ...(leaves ? { toAccount: target } : {}),
          changes: didChanges(steps),
        },
      ],
    });
  });
}

export async function changeDid(
  context: ControlContext,
  scope: Scope,
  text: string,
  input: DidChange,
): ChangeAnswer<DidView> {
  return await change(context, async (tables, revision) => {
    const found = await didIn(context, tables, scope, text);
    if (!found.ok) return found;
    const fits = demandMatch(context.ifMatch, { kind: 'did', view: didView(found.value) });
    if (!fits.ok) return fits;
    const { triggers: own, ...rest } = found.value;
    const stored = await tables.accounts.get(rest.account);
    if (stored === undefined) return notFound('account', rest.account);
    const applying = own ?? stored.account.delivery.triggers;
    const triggers = input.triggers === null ? ok(undefined) : readTriggers(input.triggers, applying);
    if (!triggers.ok) return triggers;
    const did: Did = triggers.value === undefined ? rest : { ...rest, triggers: triggers.value };
    await tables.dids.setTriggers(did.number, triggers.value, revision);
    const changed = didChanges([{ before: found.value, after: did }]);
    return ok({
      value: didView(did),
      changes: [{ kind: 'did', did }],
      audit: [{ action: 'didTriggersChanged', account: did.account, changes: changed }],
    });
  });
}

/** The DID that was written, where it exists and is the asker's. */
export async function didIn(
  context: ControlContext,
  tables: Repositories,
  scope: Scope,
  text: string,
): Promise<Result<Did, ControlError>> {
  const number = readDid(text, context);
  if (number === undefined) return refused('number', notADid(text));
  const did = await tables.dids.get(number);
  return did === undefined || !inScope(scope, did.account) ? notFound('did', number) : ok(did);
}

export function inScope(scope: Scope, account: AccountId): boolean {
  return scope.kind === 'operator' || scope.account === account;
}

/** All of these DIDs, by number; every one that does not exist or is not the asker's is named. */
export async function didsOf(
  tables: Repositories,
  scope: Scope,
  numbers: ReadonlyMap<E164, number>,
  field: string,
): Promise<Result<readonly Did[], ControlError>> {
  const found = (await tables.dids.find([...numbers.keys()])).filter((did) => inScope(scope, did.account));
  if (found.length === numbers.size) return ok(found);
  const missing = new Map(numbers);
  for (const { number } of found) missing.delete(number);
  const problems = [...missing].map(([number, index]) => ({
    field: `${field}[${index}]`,
    message: `${number} is not a DID ${scope.kind === 'account' ? 'of this account' : 'of this service'}.`,
  }));
  return err({ kind: 'refused', problems });
}

/** The trunk group of the account that is meant: its first where none is named. */
export function trunkGroupOf(
  trunkGroups: readonly TrunkGroup[],
  account: AccountId,
  id: TrunkGroupId | undefined,
): Result<TrunkGroup, ControlError> {
  const [first] = trunkGroups;
  const found = id === undefined ? first : trunkGroups.find((trunkGroup) => trunkGroup.id === id);
  if (found !== undefined) return ok(found);
  return refused('trunkGroup', `There is no trunk group ${String(id).slice(0, 60)} on account ${account}.`);
}

function backupGroup(did: Did): TrunkGroupId | undefined {
  const backup = did.failover?.backup;
  return backup?.kind === 'trunkGroup' ? backup.trunkGroup : undefined;
}

export function didView(did: Did): DidView {
  return {
    number: did.number,
    account: did.account,
    trunkGroup: did.trunkGroup,
    failover: failoverValue(did.failover),
    triggers: did.triggers,
  };
}
