import { err, ok, type Result } from '../base/result.ts';
import type { Did } from '../domain/account.ts';
import type { FailoverSettings } from '../domain/failover-settings.ts';
import type { TrunkGroupId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { Repositories } from '../store/store.ts';
import { didRecords } from './audit/differences.ts';
import { type ControlContext, change } from './context.ts';
import type { Answer, ChangeAnswer } from './control-plane.ts';
import { didsOf } from './did-commands.ts';
import { didsMatching, readDidFilter } from './did-queries.ts';
import { demandMatch } from './edit-tags.ts';
import type { ControlError, Problem } from './errors.ts';
import { misplacedBackup, readFailover } from './failover-reading.ts';
import { failoverValue, sameFailover, withFailover } from './failover-values.ts';
import { MOST_DIDS, readDids } from './input.ts';
import type { MassFailover, MassFailoverChanged, MassFailoverPreview, Scope } from './views.ts';

/** The same settings, or none, for many DIDs: all or nothing. */
export async function massFailover(
  context: ControlContext,
  scope: Scope,
  input: MassFailover,
): ChangeAnswer<MassFailoverChanged> {
  return await change(
    context,
    async (tables, revision) => {
      const read = await readMassFailover(context, tables, scope, input);
      if (!read.ok) return read;
      const { dids, settings } = read.value;
      const view = previewOf(dids, () => settings);
      const fits = demandMatch(context.ifMatch, { kind: 'massFailover', view });
      if (!fits.ok) return fits;
      if (settings === undefined) await tables.failover.deleteForDids(dids.map(({ number }) => number));
      else await tables.failover.putForDids(dids, settings, revision);
      const steps = dids.map((did) => {
        return { account: did.account, before: did, after: withFailover(did, settings) };
      });
      return ok({
        value: {
          dids: dids.length,
          failover: failoverValue(settings),
          state: dids.map(({ number }) => [number, failoverValue(settings) ?? null]),
        },
        changes: steps.map(({ after }) => ({ kind: 'did', did: after })),
        audit: didRecords('failoverChanged', steps),
      });
    },
    'failover',
  );
}

/** What `massFailover` would change, or why it would be refused. Nothing is changed. */
export async function previewMassFailover(
  context: ControlContext,
  scope: Scope,
  input: MassFailover,
): Answer<MassFailoverPreview> {
  const found = await context.store.read((tables) => readMassFailover(context, tables, scope, input));
  if (!found.ok) return found;
  if (!found.value.ok) return found.value;
  const { dids, settings } = found.value.value;
  return ok(previewOf(dids, () => settings));
}

/** What would become of the DIDs. */
export function previewOf(
  dids: readonly Did[],
  settingsFor: (did: Did) => FailoverSettings | undefined,
): MassFailoverPreview {
  const changes = dids
    .map((did) => ({
      did: did.number,
      before: failoverValue(did.failover),
      after: failoverValue(settingsFor(did)),
    }))
    .filter(({ before, after }) => !sameFailover(before, after));
  return {
    changes,
    unchanged: dids.length - changes.length,
    state: dids.map(({ number, failover }) => [number, failoverValue(failover) ?? null]),
  };
}

/** The DIDs and the settings for all of them; every DID that cannot have them is named. */
async function readMassFailover(
  context: ControlContext,
  tables: Repositories,
  scope: Scope,
  input: MassFailover,
): Promise<
  Result<{ readonly dids: readonly Did[]; readonly settings: FailoverSettings | undefined }, ControlError>
> {
  const chosen = await chosenDids(context, tables, scope, input);
  if (!chosen.ok) return chosen;
  const dids = await didsOf(tables, scope, chosen.value, 'dids');
  if (!dids.ok) return dids;
  if (input.failover === null) return ok({ dids: dids.value, settings: undefined });
  const settings = await readFailover(context, tables, input.failover, 'failover.');
  if (!settings.ok) return settings;
  const problems = await misplacedBackups(tables, settings.value, dids.value, (did) =>
    input.dids === undefined ? 'filter' : `dids[${chosen.value.get(did) ?? 0}]`,
  );
  if (problems.length > 0) return err({ kind: 'refused', problems });
  return ok({ dids: dids.value, settings: settings.value });
}

/** The DIDs by number, each with its place in the request. */
async function chosenDids(
  context: ControlContext,
  tables: Repositories,
  scope: Scope,
  input: MassFailover,
): Promise<Result<ReadonlyMap<E164, number>, ControlError>> {
  if (input.dids !== undefined) return readDids(input.dids, 'dids', context);
  const wanted = readDidFilter(scope, input.filter ?? {}, 'filter.');
  return wanted.ok ? await didsMatching(tables, wanted.value, MOST_DIDS) : wanted;
}

async function misplacedBackups(
  tables: Repositories,
  settings: FailoverSettings,
  dids: readonly Did[],
  fieldOf: (did: E164) => string,
): Promise<readonly Problem[]> {
  if (settings.backup?.kind !== 'trunkGroup') return [];
  const messages = new Map<TrunkGroupId, string | undefined>();
  const problems: Problem[] = [];
  for (const did of dids) {
    if (!messages.has(did.trunkGroup)) {
      messages.set(did.trunkGroup, await misplacedBackup(tables, settings, did.account, did.trunkGroup));
    }
    const message = messages.get(did.trunkGroup);
    if (message !== undefined) {
      problems.push({ field: fieldOf(did.number), message: `${did.number}: ${message}` });
    }
  }
  return problems;
}
