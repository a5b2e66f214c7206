import type { TrunkGroupId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { ControlContext } from './context.ts';
import type { Answer } from './control-plane.ts';
import { backupGroupText } from './did-lines.ts';
import { readDidFilter } from './did-queries.ts';
import { effectiveFailover, failoverValue } from './failover-values.ts';
import type { DidFilter, ExportedDid, FailoverValue, Page, Scope } from './views.ts';

/** So many at a time that the store is not kept from others for long. */
const AT_ONCE = 1_000;

/** The next DIDs of a file, each as the store has it at that moment. */
export async function exportDids(
  context: ControlContext,
  scope: Scope,
  filter: DidFilter,
  after: E164 | undefined,
): Answer<Page<ExportedDid, E164>> {
  const wanted = readDidFilter(scope, filter, '');
  if (!wanted.ok) return wanted;
  return await context.store.read(async (tables): Promise<Page<ExportedDid, E164>> => {
    const numbers = await tables.didLists.numbers(wanted.value, { after, limit: AT_ONCE + 1 });
    const dids = await tables.dids.find(numbers.slice(0, AT_ONCE));
    const accounts = [...new Set(dids.map(({ account }) => account))];
    const global = await tables.didLists.failoverOf(accounts);
    const names = await tables.trunkGroups.namesOf(accounts);
    const entries = dids.map((did): ExportedDid => {
      const own = failoverValue(did.failover);
      const effective = effectiveFailover(did.failover, global.get(did.account));
      return {
        number: did.number,
        account: did.account,
        trunkGroup: names.get(did.trunkGroup) ?? did.trunkGroup,
        failoverNumber: own?.number,
        backup: backupText(own?.backup, names),
        effectiveFailoverNumber: effective.number?.value,
        effectiveBackup: backupText(effective.backup?.value, names),
      };
    });
    const next = numbers.length > AT_ONCE ? dids.at(-1)?.number : undefined;
    return next === undefined ? { entries } : { entries, next };
  });
}

function backupText(
  backup: FailoverValue['backup'],
  names: ReadonlyMap<TrunkGroupId, string>,
): string | undefined {
  if (typeof backup !== 'object') return backup;
  return backupGroupText(names.get(backup.trunkGroup) ?? backup.trunkGroup);
}
