import { ok, type Result } from '../base/result.ts';
import type { Account, Did } from '../domain/account.ts';
import type { FailoverSettings } from '../domain/failover-settings.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { Repositories } from '../store/store.ts';
import { accountChanges, didChanges } from './audit/differences.ts';
import { type Change, type ControlContext, change } from './context.ts';
import type { Answer, ChangeAnswer } from './control-plane.ts';
import { didIn, inScope } from './did-commands.ts';
import { demandMatch } from './edit-tags.ts';
import type { ControlError } from './errors.ts';
import { misplacedBackup, readFailover } from './failover-reading.ts';
import { effectiveFailover, failoverValue, withFailover } from './failover-values.ts';
import { notFound, refused } from './refusals.ts';
import type { FailoverChanged, FailoverInput, FailoverOwner, FailoverView, Scope } from './views.ts';

/** Whose settings they are, read and allowed for the asker. */
type Owner =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'did'; readonly did: Did };

export async function getFailover(
  context: ControlContext,
  scope: Scope,
  owner: FailoverOwner,
): Answer<FailoverView> {
  const found = await context.store.read(async (tables): Promise<Result<FailoverView, ControlError>> => {
    const read = await ownerIn(context, tables, scope, owner);
    return read.ok ? ok(await viewOf(tables, read.value)) : read;
  });
  return found.ok ? found.value : found;
}

async function viewOf(tables: Repositories, owner: Owner): Promise<FailoverView> {
  if (owner.kind === 'account') {
    const { failover } = owner.account;
    return { failover: failoverValue(failover), effective: effectiveFailover(undefined, failover) };
  }
  const { did } = owner;
  const account = await tables.accounts.get(did.account);
  return {
    failover: failoverValue(did.failover),
    effective: effectiveFailover(did.failover, account?.account.failover),
  };
}

/** Whose settings they are, where they are what the asker takes them for. */
async function ownerToChange(
  context: ControlContext,
  tables: Repositories,
  scope: Scope,
  owner: FailoverOwner,
): Promise<Result<Owner, ControlError>> {
  const found = await ownerIn(context, tables, scope, owner);
  if (!found.ok || context.ifMatch === undefined) return found;
  const fits = demandMatch(context.ifMatch, { kind: 'failover', view: await viewOf(tables, found.value) });
  return fits.ok ? found : fits;
}

export async function putFailover(
  context: ControlContext,
  scope: Scope,
  owner: FailoverOwner,
  input: FailoverInput,
): ChangeAnswer<FailoverChanged> {
  return await change(
    context,
    async (tables, revision) => {
      const found = await ownerToChange(context, tables, scope, owner);
      if (!found.ok) return found;
      const settings = await readFailover(context, tables, input, '');
      if (!settings.ok) return settings;
      const { account, trunkGroup } = placeOf(found.value);
      const misplaced = await misplacedBackup(tables, settings.value, account, trunkGroup);
      if (misplaced !== undefined) return refused('backup', misplaced);
      return ok(await setFailover(tables, found.value, settings.value, revision));
    },
    'failover',
  );
}

export async function deleteFailover(
  context: ControlContext,
  scope: Scope,
  owner: FailoverOwner,
): ChangeAnswer<FailoverChanged> {
  return await change(
    context,
    async (tables, revision) => {
      const found = await ownerToChange(context, tables, scope, owner);
      return found.ok ? ok(await setFailover(tables, found.value, undefined, revision)) : found;
    },
    'failover',
  );
}

async function ownerIn(
  context: ControlContext,
  tables: Repositories,
  scope: Scope,
  owner: FailoverOwner,
): Promise<Result<Owner, ControlError>> {
  if (owner.kind === 'did') {
    const did = await didIn(context, tables, scope, owner.number);
    return did.ok ? ok({ kind: 'did', did: did.value }) : did;
  }
  const stored = inScope(scope, owner.account) ? await tables.accounts.get(owner.account) : undefined;
  return stored === undefined
    ? notFound('account', owner.account)
    : ok({ kind: 'account', account: stored.account });
}

function placeOf(owner: Owner): { account: AccountId; trunkGroup: TrunkGroupId | undefined } {
  return owner.kind === 'account'
    ? { account: owner.account.id, trunkGroup: undefined }
    : { account: owner.did.account, trunkGroup: owner.did.trunkGroup };
}

async function setFailover(
  tables: Repositories,
  owner: Owner,
  settings: FailoverSettings | undefined,
  revision: number,
): Promise<Change<FailoverChanged>> {
  const after = failoverValue(settings);
  if (owner.kind === 'account') {
    const { account } = owner;
    if (settings === undefined) await tables.failover.deleteForAccount(account.id);
    else await tables.failover.putForAccount(account.id, settings, revision);
    const changed = withFailover(account, settings);
    const changes = accountChanges({ before: account, after: changed });
    return {
      value: { before: failoverValue(account.failover), after },
      changes: [{ kind: 'account', account: changed }],
      audit: [{ action: 'failoverChanged', account: account.id, changes }],
    };
  }
  const { did } = owner;
  if (settings === undefined) await tables.failover.deleteForDids([did.number]);
  else await tables.failover.putForDids([did], settings, revision);
  const changed = withFailover(did, settings);
  const changes = didChanges([{ before: did, after: changed }]);
  return {
    value: { before: failoverValue(did.failover), after },
    changes: [{ kind: 'did', did: changed }],
    audit: [{ action: 'failoverChanged', account: did.account, changes }],
  };
}
