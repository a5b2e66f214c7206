import { err, ok } from '../base/result.ts';
import type { Did } from '../domain/account.ts';
import type { FailoverSettings } from '../domain/failover-settings.ts';
import { didRecords } from './audit/differences.ts';
import { type ControlContext, change } from './context.ts';
import type { ChangeAnswer } from './control-plane.ts';
import { didsOf } from './did-commands.ts';
import { demandMatch } from './edit-tags.ts';
import type { Problem } from './errors.ts';
import { FailoverReading, misplacedAmong } from './failover-reading.ts';
import { failoverValue, withFailover } from './failover-values.ts';
import { readDids } from './input.ts';
import { previewOf } from './mass-failover.ts';
import { refused } from './refusals.ts';
import type { EachFailover, EachFailoverChanged, Scope } from './views.ts';

/** Failover settings of many DIDs, to each its own: all or nothing. Everything that is refused is named. */
export async function eachFailover(
  context: ControlContext,
  scope: Scope,
  input: EachFailover,
): ChangeAnswer<EachFailoverChanged> {
  const texts = input.changes.map(({ did }) => did);
  const numbers = readDids(texts, 'changes', context);
  if (!numbers.ok) return numbers;
  if (numbers.value.size < texts.length) {
    const twice = new Set(numbers.value.values());
    const index = texts.findIndex((_, at) => !twice.has(at));
    return refused(`changes[${index}].did`, 'The DID comes twice; give each DID once.');
  }
  return await change(
    context,
    async (tables, revision) => {
      const dids = await didsOf(tables, scope, numbers.value, 'changes');
      if (!dids.ok) return dids;
      const accounts = [...new Set(dids.value.map(({ account }) => account))];
      const trunkGroups = Map.groupBy(await tables.trunkGroups.ofAccounts(accounts), (one) => one.account);
      const wantedNumbers = input.changes.flatMap(({ failover }) => failover?.number ?? []);
      const reading = await FailoverReading.of(context, tables, wantedNumbers);
      const problems: Problem[] = [];
      const changed: { did: Did; settings: FailoverSettings | undefined }[] = [];
      for (const did of dids.value) {
        const index = numbers.value.get(did.number) ?? 0;
        const wanted = input.changes[index]?.failover ?? null;
        if (wanted === null) {
          changed.push({ did, settings: undefined });
          continue;
        }
        const field = `changes[${index}].failover.`;
        const settings = reading.settings(wanted, field);
        if (!settings.ok) {
          if (settings.error.kind !== 'refused') return settings;
          problems.push(...settings.error.problems);
          continue;
        }
        const groups = trunkGroups.get(did.account) ?? [];
        const misplaced = misplacedAmong(groups, settings.value, did.trunkGroup);
        if (misplaced === undefined) changed.push({ did, settings: settings.value });
        else problems.push({ field: `${field}backup`, message: misplaced });
      }
      if (problems.length > 0) return err({ kind: 'refused', problems });
      const wanted = new Map(changed.map(({ did, settings }) => [did.number, settings]));
      const view = previewOf(dids.value, ({ number }) => wanted.get(number));
      const fits = demandMatch(context.ifMatch, { kind: 'massFailover', view });
      if (!fits.ok) return fits;
      const cleared = changed.filter(({ settings }) => settings === undefined).map(({ did }) => did.number);
      if (cleared.length > 0) await tables.failover.deleteForDids(cleared);
      const set = changed.flatMap(({ did: { number, account }, settings }) =>
        settings === undefined ? [] : [{ number, account, settings }],
      );
      await tables.failover.putEach(set, revision);
      const steps = changed.map(({ did, settings }) => {
        return { account: did.account, before: did, after: withFailover(did, settings) };
      });
      return ok({
        value: {
          state: changed.map(({ did, settings }) => [did.number, failoverValue(settings) ?? null]),
          changes: changed.map(({ did, settings }) => ({
            did: did.number,
            before: failoverValue(did.failover),
            after: failoverValue(settings),
          })),
        },
        changes: steps.map(({ after }) => ({ kind: 'did', did: after })),
        audit: didRecords('failoverChanged', steps),
      });
    },
    'failover',
  );
}
