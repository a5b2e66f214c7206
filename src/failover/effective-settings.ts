import type { SettingSource } from '../domain/delivery.ts';
import type { Backup, FailoverSettings } from '../domain/failover-settings.ts';
import type { E164 } from '../domain/phone-number.ts';

/** The failover that holds for one DID, and whose setting each half is. */
export interface EffectiveFailover {
  readonly backup: Backup | undefined;
  readonly backupSource: SettingSource;
  readonly number: E164 | undefined;
  readonly numberSource: SettingSource;
}

/**
 * Chooses backup and number each on its own: the DID's if it has one, else the account's. So a DID that sets
 * only a number still has the account's backup before it.
 */
export function effectiveFailover(
  did: FailoverSettings | undefined,
  account: FailoverSettings | undefined,
): EffectiveFailover {
  const didBackup = did?.backup;
  const didNumber = did?.number;
  return {
    backup: didBackup ?? account?.backup,
    backupSource: didBackup === undefined ? 'account' : 'did',
    number: didNumber ?? account?.number,
    numberSource: didNumber === undefined ? 'account' : 'did',
  };
}

/** True where the DID or the account has failover settings at all. */
export function hasFailover(failover: EffectiveFailover): boolean {
  return failover.backup !== undefined || failover.number !== undefined;
}
