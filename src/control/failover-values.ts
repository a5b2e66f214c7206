import { ok, type Result } from '../base/result.ts';
import { explainAddress, pbxAddressAllowed } from '../domain/address-policy.ts';
import { explainPbxAddress } from '../domain/explain-pbx-address.ts';
import { explainRefusal } from '../domain/explain-refusal.ts';
import type { Backup, FailoverSettings } from '../domain/failover-settings.ts';
import { gatewayPlaces } from '../domain/gateway.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import { checkFailoverNumber } from '../domain/number-policy.ts';
import { formatPbxAddress, parsePbxAddress } from '../domain/pbx-address.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { Repositories } from '../store/store.ts';
import type { ControlContext } from './context.ts';
import type { ControlError } from './errors.ts';
import { refused } from './refusals.ts';
import type { FailoverInput, FailoverValue, FailoverView } from './views.ts';

/**
 * Checks failover settings as far as that goes without knowing whose they are. `field`: what the settings are
 * called in the request, with a dot behind, or nothing.
 */
export async function readFailover(
  context: ControlContext,
  tables: Repositories,
  input: FailoverInput,
  field: string,
): Promise<Result<FailoverSettings, ControlError>> {
  const backup =
    input.backup === undefined ? ok(undefined) : await readBackup(context, tables, input.backup, field);
  if (!backup.ok) return backup;
  const number =
    input.number === undefined ? ok(undefined) : await readNumber(context, tables, input.number, field);
  if (!number.ok) return number;
  if (backup.value === undefined) {
    return number.value === undefined
      ? refused(`${field}number`, 'There is neither a backup nor a number. Give one, or delete the settings.')
      : ok({ number: number.value });
  }
  return ok(
    number.value === undefined ? { backup: backup.value } : { backup: backup.value, number: number.value },
  );
}

/**
 * Why these settings cannot be those of this account, or of a DID on this trunk group; undefined where they
 * can. A trunk group must not be its own backup.
 */
export async function misplacedBackup(
  tables: Repositories,
  settings: FailoverSettings,
  account: AccountId,
  trunkGroup: TrunkGroupId | undefined,
): Promise<string | undefined> {
  const { backup } = settings;
  if (backup?.kind !== 'trunkGroup') return undefined;
  const trunkGroups = await tables.trunkGroups.ofAccounts([account]);
  if (!trunkGroups.some(({ id }) => id === backup.trunkGroup)) {
    return `There is no trunk group ${backup.trunkGroup.slice(0, 60)} in this account. Name one that is, or give an address.`;
  }
  if (backup.trunkGroup === trunkGroup || trunkGroups.length === 1) {
    return 'A trunk group cannot be its own backup. Name another one, or give an address.';
  }
  return undefined;
}

async function readBackup(
  context: ControlContext,
  tables: Repositories,
  input: Exclude<FailoverInput['backup'], undefined>,
  field: string,
): Promise<Result<Backup, ControlError>> {
  if (typeof input !== 'string') return ok({ kind: 'trunkGroup', trunkGroup: input.trunkGroup });
  const address = parsePbxAddress(input);
  if (!address.ok) return refused(`${field}backup`, explainPbxAddress(address.error));
  const gateways = gatewayPlaces(await tables.gateways.list());
  const allowed = pbxAddressAllowed(address.value, { ...context.addressPolicy, gateways });
  if (!allowed.ok) return refused(`${field}backup`, explainAddress(allowed.error));
  return ok({ kind: 'address', address: allowed.value });
}

async function readNumber(
  context: ControlContext,
  tables: Repositories,
  text: string,
  field: string,
): Promise<Result<E164, ControlError>> {
  const policy = context.numberPolicy;
  const number = checkFailoverNumber(text, policy, () => false);
  if (!number.ok) return refused(`${field}number`, explainRefusal(number.error, policy.homeCountry));
  if ((await tables.dids.get(number.value)) !== undefined) {
    const refusal = explainRefusal({ kind: 'ownDid', number: number.value }, policy.homeCountry);
    return refused(`${field}number`, refusal);
  }
  return number;
}

/** Settings as people see them. */
export function failoverValue(settings: FailoverSettings | undefined): FailoverValue | undefined {
  if (settings === undefined) return undefined;
  const { backup, number } = settings;
  return {
    ...(backup === undefined ? {} : { backup: backupValue(backup) }),
    ...(number === undefined ? {} : { number }),
  };
}

function backupValue(backup: Backup): string | { readonly trunkGroup: TrunkGroupId } {
  return backup.kind === 'address' ? formatPbxAddress(backup.address) : { trunkGroup: backup.trunkGroup };
}

/** What a call gets: each part from the DID where it has one, else from the account. */
export function effectiveFailover(
  did: FailoverSettings | undefined,
  account: FailoverSettings | undefined,
): FailoverView['effective'] {
  const backup = did?.backup ?? account?.backup;
  const number = did?.number ?? account?.number;
  return {
    ...(backup === undefined
      ? {}
      : { backup: { value: backupValue(backup), source: did?.backup === undefined ? 'account' : 'did' } }),
    ...(number === undefined
      ? {}
      : { number: { value: number, source: did?.number === undefined ? 'account' : 'did' } }),
  };
}

/** The same DID or account with these failover settings, or none. */
export function withFailover<T extends { readonly failover?: FailoverSettings }>(
  owner: T,
  settings: FailoverSettings | undefined,
): Omit<T, 'failover'> & { readonly failover?: FailoverSettings } {
  const { failover: _, ...rest } = owner;
  return settings === undefined ? rest : { ...rest, failover: settings };
}
