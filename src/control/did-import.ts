import { err, ok, type Result } from '../base/result.ts';
import type { Did, TrunkGroup } from '../domain/account.ts';
import type { TrunkGroupId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { Repositories } from '../store/store.ts';
import { didRecords } from './audit/differences.ts';
import { type ControlContext, change } from './context.ts';
import type { Answer, ChangeAnswer } from './control-plane.ts';
import { inScope } from './did-commands.ts';
import { backupInput, type DidLine, namedGroup, placeIn } from './did-lines.ts';
import { demandMatch } from './edit-tags.ts';
import type { ControlError, Problem } from './errors.ts';
import { FailoverReading, misplacedAmong, settingsOf } from './failover-reading.ts';
import { failoverValue, sameFailover, withFailover } from './failover-values.ts';
import { MOST_DIDS, notADid, readDid } from './input.ts';
import { refused } from './refusals.ts';
import type { DidImport, DidImportPreview, DidsImported, Scope } from './views.ts';

/** Failover settings and trunk groups of many DIDs, as the lines of a file say: all or nothing. */
export async function importDids(
  context: ControlContext,
  scope: Scope,
  input: DidImport,
): ChangeAnswer<DidsImported> {
  return await change(
    context,
    async (tables, revision) => {
      const read = await readLines(context, tables, scope, input);
      if (!read.ok) return read;
      const { changed, problems, dids } = read.value;
      if (problems.length > 0) return err({ kind: 'refused', problems });
      const view = previewOf(read.value);
      const fits = demandMatch(context.ifMatch, { kind: 'didImport', view });
      if (!fits.ok) return fits;
      await store(tables, changed, revision);
      const after = new Map(changed.map((one) => [one.before.number, one.after]));
      return ok({
        value: { ...view, state: stateOf(dids.map((did) => after.get(did.number) ?? did)) },
        changes: changed.map(({ after }) => ({ kind: 'did', did: after })),
        audit: didRecords(
          'didsImported',
          changed.map(({ before, after }) => ({ account: before.account, before, after })),
        ),
      });
    },
    'failover',
  );
}

/** What `importDids` would change, and every line that it would refuse. Nothing is changed. */
export async function previewImport(
  context: ControlContext,
  scope: Scope,
  input: DidImport,
): Answer<DidImportPreview> {
  const found = await context.store.read((tables) => readLines(context, tables, scope, input));
  if (!found.ok) return found;
  if (!found.value.ok) return found.value;
  return ok(previewOf(found.value.value));
}

function previewOf({ changed, unchanged, problems, dids }: ReadLines): DidImportPreview {
  return { changes: changed.map(viewOf), unchanged, refused: problems, state: stateOf(dids) };
}

function stateOf(dids: readonly Did[]): DidImportPreview['state'] {
  return dids.map(({ number, trunkGroup, failover }) => [
    number,
    trunkGroup,
    failoverValue(failover) ?? null,
  ]);
}

interface ChangedDid {
  readonly line: number;
  readonly before: Did;
  readonly after: Did;
}

interface ReadLines {
  /** Those that the lines name, by number, as they are. */
  readonly dids: readonly Did[];
  readonly changed: readonly ChangedDid[];
  readonly unchanged: number;
  /** In the order of the lines. */
  readonly problems: readonly Problem[];
}

function viewOf({ line, before, after }: ChangedDid): DidImportPreview['changes'][number] {
  const state = (did: Did) => ({ trunkGroup: did.trunkGroup, failover: failoverValue(did.failover) });
  return { line, did: before.number, before: state(before), after: state(after) };
}

async function readLines(
  context: ControlContext,
  tables: Repositories,
  scope: Scope,
  { lines, account }: DidImport,
): Promise<Result<ReadLines, ControlError>> {
  if (lines.length > MOST_DIDS) {
    return refused(
      '(the whole body)',
      `There are ${lines.length} lines; ${MOST_DIDS} are the most at a time.`,
    );
  }
  const problems: Problem[] = [];
  const named = namedDids(context, lines, problems);
  const found = new Map(
    (await tables.dids.find([...named.keys()]))
      .filter((did) => inScope(scope, did.account) && (account ?? did.account) === did.account)
      .map((did) => [did.number, did]),
  );
  const accounts = [...new Set([...found.values()].map((did) => did.account))];
  const trunkGroups = Map.groupBy(await tables.trunkGroups.ofAccounts(accounts), (group) => group.account);
  const numbers = lines.flatMap(({ failoverNumber = '' }) => (failoverNumber === '' ? [] : [failoverNumber]));
  const reading = await FailoverReading.of(context, tables, numbers);
  const changed: ChangedDid[] = [];
  let unchanged = 0;
  for (const [number, line] of named) {
    const before = found.get(number);
    if (before === undefined) {
      const whose = scope.kind === 'operator' && account === undefined ? 'service' : 'account';
      problems.push({ ...placeIn(line, 'number'), message: `${number} is not a DID of this ${whose}.` });
      continue;
    }
    const own = trunkGroups.get(before.account) ?? [];
    const after = readLine(withoutRepeated(line, before, context), before, scope, own, reading);
    if (!after.ok) problems.push(...after.error);
    else if (isSame(before, after.value)) unchanged += 1;
    else changed.push({ line: line.line, before, after: after.value });
  }
  return ok({
    dids: [...found.values()],
    changed,
    unchanged,
    problems: problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  });
}

function namedDids(
  context: ControlContext,
  lines: readonly DidLine[],
  problems: Problem[],
): ReadonlyMap<E164, DidLine> {
  const named = new Map<E164, DidLine>();
  for (const line of lines) {
    const number = readDid(line.number, context);
    const first = number === undefined ? undefined : named.get(number);
    if (number === undefined) problems.push({ ...placeIn(line, 'number'), message: notADid(line.number) });
    else if (first !== undefined) {
      const message = `${number} stands in line ${first.line} already; give each DID once.`;
      problems.push({ ...placeIn(line, 'number'), message });
    } else named.set(number, line);
  }
  return named;
}

/**
 * The line without what it only repeats of the DID. What was allowed when it was set stays, as it does without a file, also
 * where it may not be set any more: or one such DID would keep the whole of an exported file from coming back.
 */
function withoutRepeated(line: DidLine, { failover }: Did, context: ControlContext): DidLine {
  const { failoverNumber, backup, ...rest } = line;
  const number = failover?.number;
  const isNumber = number !== undefined && readDid(failoverNumber ?? '', context) === number;
  const isBackup = backup !== undefined && backup === failoverValue(failover)?.backup;
  return {
    ...rest,
    ...(isNumber ? {} : { failoverNumber }),
    ...(isBackup ? {} : { backup }),
  };
}

/** The DID as the line wants it. What the line has no column for stays. */
function readLine(
  line: DidLine,
  before: Did,
  scope: Scope,
  trunkGroups: readonly TrunkGroup[],
  reading: FailoverReading,
): Result<Did, readonly Problem[]> {
  const problems: Problem[] = [];
  const refuse = (column: Parameters<typeof placeIn>[1], message: string) => {
    problems.push({ ...placeIn(line, column), message });
  };
  let { trunkGroup } = before;
  if (line.trunkGroup !== undefined) {
    const group = readTrunkGroup(line.trunkGroup, before, scope, trunkGroups);
    if (group.ok) trunkGroup = group.value;
    else refuse('trunkGroup', group.error);
  }
  let number = before.failover?.number;
  if (line.failoverNumber === '') number = undefined;
  else if (line.failoverNumber !== undefined) {
    const read = reading.number(line.failoverNumber, '');
    if (read.ok) number = read.value;
    else refuse('failoverNumber', messageOf(read.error));
  }
  let backup = before.failover?.backup;
  if (line.backup === '') backup = undefined;
  else if (line.backup !== undefined) {
    const input = backupInput(line.backup, trunkGroups);
    const read = input.ok ? reading.backup(input.value, '') : input;
    if (read.ok) backup = read.value;
    else refuse('backup', typeof read.error === 'string' ? read.error : messageOf(read.error));
  }
  const settings = settingsOf(backup, number);
  const misplaced = settings === undefined ? undefined : misplacedAmong(trunkGroups, settings, trunkGroup);
  if (misplaced !== undefined) refuse(line.backup === undefined ? 'trunkGroup' : 'backup', misplaced);
  return problems.length > 0 ? err(problems) : ok(withFailover({ ...before, trunkGroup }, settings));
}

function readTrunkGroup(
  text: string,
  before: Did,
  scope: Scope,
  trunkGroups: readonly TrunkGroup[],
): Result<TrunkGroupId, string> {
  if (text === '') return err('A DID is always on a trunk group. Name one, or leave the column out.');
  const group = namedGroup(text, trunkGroups);
  if (!group.ok) return group;
  if (group.value.id !== before.trunkGroup && scope.kind !== 'operator') {
    return err('Only the operator moves DIDs to another trunk group. Leave this as it is.');
  }
  return ok(group.value.id);
}

function messageOf(error: ControlError): string {
  return error.kind === 'refused' ? (error.problems[0]?.message ?? '') : error.kind;
}

function isSame(before: Did, after: Did): boolean {
  return (
    before.trunkGroup === after.trunkGroup &&
    sameFailover(failoverValue(before.failover), failoverValue(after.failover))
  );
}

async function store(tables: Repositories, changed: readonly ChangedDid[], revision: number): Promise<void> {
  const moved = Map.groupBy(
    changed.filter(({ before, after }) => before.trunkGroup !== after.trunkGroup),
    ({ after }) => after.trunkGroup,
  );
  for (const [trunkGroup, dids] of moved) {
    const [first] = dids;
    const numbers = dids.map(({ after }) => after.number);
    if (first !== undefined) await tables.dids.move(numbers, first.after.account, trunkGroup, revision);
  }
  const cleared = changed.flatMap(({ before, after }) =>
    before.failover !== undefined && after.failover === undefined ? [after.number] : [],
  );
  if (cleared.length > 0) await tables.failover.deleteForDids(cleared);
  const set = changed.flatMap(({ after: { number, account, failover: settings } }) =>
    settings === undefined ? [] : [{ number, account, settings }],
  );
  await tables.failover.putEach(set, revision);
}
