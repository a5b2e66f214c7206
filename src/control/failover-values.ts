import type { Backup, FailoverSettings } from '../domain/failover-settings.ts';
import type { TrunkGroupId } from '../domain/ids.ts';
import { formatPbxAddress } from '../domain/pbx-address.ts';
import type { FailoverValue, FailoverView } from './views.ts';

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

export function sameFailover(one: FailoverValue | undefined, other: FailoverValue | undefined): boolean {
  return one?.number === other?.number && sameBackup(one?.backup, other?.backup);
}

function sameBackup(one: FailoverValue['backup'], other: FailoverValue['backup']): boolean {
  if (typeof one === 'object' && typeof other === 'object') return one.trunkGroup === other.trunkGroup;
  return one === other;
}
