import { isDeepStrictEqual } from 'node:util';
import { err, ok, type Result } from '../../base/result.ts';
import type { Did } from '../../domain/account.ts';
import type { AuditEntry, AuditStates } from '../../domain/audit.ts';
import type { AccountId } from '../../domain/ids.ts';
import { type E164, parseE164 } from '../../domain/phone-number.ts';
import type { RoutingChange } from '../../link/routing.ts';
import type { Repositories } from '../../store/store.ts';
import type { ControlContext } from '../context.ts';
import { newLoops } from '../did-additions.ts';
import type { ControlError, Problem } from '../errors.ts';
import { FailoverReading, misplacedAmong } from '../failover-reading.ts';
import { failoverValue } from '../failover-values.ts';
import { didChanges, type Step } from './differences.ts';
import { drift, isGone } from './drift.ts';
import { NOTHING_BACK, type PutBack } from './put-back.ts';
import { didState } from './states.ts';

/** DIDs as they were before the entry: those that were added go, those that were removed come back. */
export async function undoDids(
  context: ControlContext,
  tables: Repositories,
  entry: AuditEntry,
  revision: number,
  now: number,
): Promise<Result<PutBack, ControlError>> {
  const changes = entry.changes.filter((one) => one.what === 'did');
  if (changes.length === 0) return ok(NOTHING_BACK);
  const owner = entry.toAccount ?? entry.account;
  const numbers = changes.flatMap(({ ids }) => ids.flatMap((id) => parseE164(id) ?? []));
  const present = new Map((await tables.dids.find(numbers)).map((did) => [did.number, did]));
  const steps: Step<Did>[] = [];
  const problems: Problem[] = [];
  for (const { ids, before, after } of changes) {
    for (const id of ids) {
      const number = parseE164(id);
      if (number === undefined) continue;
      const step = stepBack(number, before, after, present.get(number), owner);
      if (step.ok) steps.push(step.value);
      else problems.push(...step.error);
    }
  }
  if (problems.length === 0) problems.push(...(await placesGone(tables, steps)));
  if (problems.length > 0) return err({ kind: 'conflict', problems });
  const refused = await notAllowed(context, tables, steps);
  if (refused.length > 0) return err({ kind: 'refused', problems: refused });
  await write(tables, steps, revision, now);
  const back = steps.flatMap(({ before, after }) => (before === undefined && after ? [after.number] : []));
  return ok({
    changes: steps.flatMap(({ before, after }): readonly RoutingChange[] => {
      if (after !== undefined) return [{ kind: 'did', did: after }];
      return before === undefined ? [] : [{ kind: 'didRemoved', number: before.number }];
    }),
    audit: didChanges(steps),
    warnings: back.length === 0 ? [] : await newLoops(tables, back, (number) => ({ field: number })),
  });
}

/**
 * From what the DID is to what it was, where it is still what the change made of it, and still `owner`'s: a change of settings
 * does not say whose they were, and whoever has the DID today decides about it.
 */
function stepBack(
  number: E164,
  before: AuditStates['did'] | null,
  after: AuditStates['did'] | null,
  present: Did | undefined,
  owner: AccountId | undefined,
): Result<Step<Did>, Problem[]> {
  if (after === null) {
    if (present !== undefined) {
      const message = `${number} exists again, on account ${present.account}. It can come back only while nobody has it.`;
      return err([{ field: number, message }]);
    }
    const was = before === null ? undefined : didOf(number, before);
    return was === undefined ? err([isGone(number, number)]) : ok({ before: undefined, after: was });
  }
  if (present === undefined) return err([isGone(number, number)]);
  if (present.account !== owner) {
    const message = `${number} went to another account since, so nothing of it can be put back.`;
    return err([{ field: `${number}.account`, message }]);
  }
  const state = didState(present);
  const differs = drift(number, number, after, state);
  if (differs.length > 0) return err(differs);
  if (before === null) return ok({ before: present, after: undefined });
  // What it got from the account that it leaves stays there, as at every move.
  const leaves = before.account !== undefined && before.account !== present.account;
  const kept = leaves ? { ...state, failover: null, triggers: null } : state;
  return ok({ before: present, after: didOf(number, { ...kept, ...before }) });
}

function didOf(
  number: E164,
  { account, trunkGroup, failover, triggers }: AuditStates['did'],
): Did | undefined {
  if (account === undefined || trunkGroup === undefined) return undefined;
  return {
    number,
    account,
    trunkGroup,
    ...(failover === undefined || failover === null ? {} : { failover }),
    ...(triggers === undefined || triggers === null ? {} : { triggers }),
  };
}

/** Accounts and trunk groups to which DIDs would go and which are not there any more. */
async function placesGone(tables: Repositories, steps: readonly Step<Did>[]): Promise<readonly Problem[]> {
  const there = new Map<string, boolean>();
  const problems: Problem[] = [];
  for (const { before, after } of steps) {
    if (after === undefined) continue;
    const { number, account, trunkGroup } = after;
    if (before?.account === account && before.trunkGroup === trunkGroup) continue;
    if (!there.has(trunkGroup)) {
      there.set(trunkGroup, (await tables.trunkGroups.get(trunkGroup))?.account === account);
    }
    if (there.get(trunkGroup) === true) continue;
    const message = `${number} was on trunk group ${trunkGroup} of account ${account}, which is not there any more.`;
    problems.push({ field: `${number}.trunkGroup`, message });
  }
  return problems;
}

/** Failover settings that may not be set any more, by the rules that are checked whenever they are set. */
async function notAllowed(
  context: ControlContext,
  tables: Repositories,
  steps: readonly Step<Did>[],
): Promise<readonly Problem[]> {
  const set = steps.flatMap(({ before, after }) => {
    if (after?.failover === undefined) return [];
    const isNew = !isDeepStrictEqual(before?.failover, after.failover);
    return isNew || before?.trunkGroup !== after.trunkGroup
      ? [{ ...after, failover: after.failover, isNew }]
      : [];
  });
  if (set.length === 0) return [];
  const accounts = [...new Set(set.map(({ account }) => account))];
  const trunkGroups = Map.groupBy(await tables.trunkGroups.ofAccounts(accounts), ({ account }) => account);
  const numbers = set.flatMap(({ failover }) => failover.number ?? []);
  const back = steps.flatMap(({ before, after }) => (before === undefined && after ? [after.number] : []));
  const reading = await FailoverReading.of(context, tables, numbers, new Set(back));
  return set.flatMap(({ number, account, trunkGroup, failover, isNew }) => {
    const field = `${number}.failover.`;
    const read = isNew ? reading.settings(failoverValue(failover) ?? {}, field) : ok(failover);
    if (!read.ok) return read.error.kind === 'refused' ? read.error.problems : [];
    const misplaced = misplacedAmong(trunkGroups.get(account) ?? [], failover, trunkGroup);
    return misplaced === undefined ? [] : [{ field: `${field}backup`, message: misplaced }];
  });
}

async function write(
  tables: Repositories,
  steps: readonly Step<Did>[],
  revision: number,
  now: number,
): Promise<void> {
  const removed: E164[] = [];
  const added: Did[] = [];
  const cleared: E164[] = [];
  const set: Parameters<Repositories['failover']['putEach']>[0][number][] = [];
  const moved = new Map<Did['trunkGroup'], Did[]>();
  for (const { before, after } of steps) {
    if (after === undefined) {
      if (before !== undefined) removed.push(before.number);
      continue;
    }
    if (before === undefined) added.push(after);
    else if (before.trunkGroup !== after.trunkGroup) {
      const known = moved.get(after.trunkGroup);
      if (known === undefined) moved.set(after.trunkGroup, [after]);
      else known.push(after);
    }
    const { failover } = after;
    if (failover !== undefined) {
      set.push({ number: after.number, account: after.account, settings: failover });
    } else if (before?.failover !== undefined) cleared.push(after.number);
  }
  if (removed.length > 0) await tables.dids.delete(removed);
  if (added.length > 0) await tables.dids.insert(added, now, revision);
  for (const [trunkGroup, dids] of moved) {
    const [first] = dids;
    if (first === undefined) continue;
    const numbers = dids.map(({ number }) => number);
    await tables.dids.move(numbers, first.account, trunkGroup, revision);
  }
  if (cleared.length > 0) await tables.failover.deleteForDids(cleared);
  await tables.failover.putEach(set, revision);
  for (const { before, after } of steps) {
    if (before === undefined || after === undefined) continue;
    if (isDeepStrictEqual(before.triggers, after.triggers)) continue;
    await tables.dids.setTriggers(after.number, after.triggers, revision);
  }
}
