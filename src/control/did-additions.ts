import { err, ok, type Result } from '../base/result.ts';
import type { Did, TrunkGroup } from '../domain/account.ts';
import type { AccountId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { Repositories } from '../store/store.ts';
import { didRecords } from './audit/differences.ts';
import { type Change, type ControlContext, change } from './context.ts';
import type { Answer, ChangeAnswer } from './control-plane.ts';
import { didView, trunkGroupOf } from './did-commands.ts';
import { backupInput, type DidLine, namedGroup, placeIn } from './did-lines.ts';
import type { ControlError, Place, Problem } from './errors.ts';
import { FailoverReading, misplacedAmong, settingsOf } from './failover-reading.ts';
import { MOST_DIDS, notADid, readDid, readDids, readRange } from './input.ts';
import { notFound, refused } from './refusals.ts';
import type { DidAdditionPreview, DidNumbers, DidView, NewDids } from './views.ts';

/** New DIDs, and where in the request each of them stands. */
interface Wanted {
  readonly dids: readonly Did[];
  readonly places: ReadonlyMap<E164, Place>;
}

/** What became of what was wanted: the new DIDs, and everything that stands against them. */
interface Checked extends Wanted {
  readonly problems: readonly Problem[];
  /** DIDs that exist already. */
  readonly taken: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export async function addDids(
  context: ControlContext,
  account: AccountId,
  input: NewDids,
): ChangeAnswer<readonly DidView[]> {
  return await change(context, async (tables, revision, now) => {
    const checked = await readAdditions(context, tables, account, input);
    return checked.ok ? await insertChecked(tables, checked.value, now, revision) : checked;
  });
}

/** What `addDids` would add, and every number that it would refuse. Nothing is changed. */
export async function previewAdditions(
  context: ControlContext,
  account: AccountId,
  input: NewDids,
): Answer<DidAdditionPreview> {
  const found = await context.store.read((tables) => readAdditions(context, tables, account, input));
  if (!found.ok) return found;
  if (!found.value.ok) return found.value;
  const { dids, problems, taken, warnings } = found.value.value;
  const refusedNumbers = [...problems, ...taken].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return ok({ dids: dids.map(didView), warnings, refused: refusedNumbers });
}

/** Inserts new DIDs of a new account, without failover settings, on its trunk group. */
export async function insertDids(
  tables: Repositories,
  numbers: ReadonlyMap<E164, Place>,
  { account, id: trunkGroup }: TrunkGroup,
  now: number,
  revision: number,
): Promise<Result<Change<readonly DidView[]>, ControlError>> {
  const dids = [...numbers.keys()].map((number): Did => ({ number, account, trunkGroup }));
  const checked = await check(tables, { dids, places: numbers }, []);
  return await insertChecked(tables, checked, now, revision);
}

/** The numbers of a list or a range, each with its place in the request. `names`: what the two are called there. */
export function readNumbers(
  context: ControlContext,
  { numbers, range }: DidNumbers,
  names: { readonly numbers: string; readonly range: string },
): Result<ReadonlyMap<E164, Place>, ControlError> {
  if (range !== undefined) {
    const read = readRange(range, names.range, context);
    return read.ok ? ok(new Map(read.value.map((number) => [number, { field: names.range }]))) : read;
  }
  const read = readDids(numbers ?? [], names.numbers, context);
  if (!read.ok) return read;
  return ok(
    new Map([...read.value].map(([number, index]) => [number, { field: `${names.numbers}[${index}]` }])),
  );
}

async function readAdditions(
  context: ControlContext,
  tables: Repositories,
  account: AccountId,
  input: NewDids,
): Promise<Result<Checked, ControlError>> {
  if ((await tables.accounts.get(account)) === undefined) return notFound('account', account);
  const trunkGroups = await tables.trunkGroups.ofAccounts([account]);
  const trunkGroup = trunkGroupOf(trunkGroups, account, input.trunkGroup);
  if (!trunkGroup.ok) return trunkGroup;
  if (input.lines !== undefined) {
    return await readLines(context, tables, input.lines, trunkGroup.value, trunkGroups);
  }
  const numbers = readNumbers(context, input, { numbers: 'numbers', range: 'range' });
  if (!numbers.ok) {
    return numbers.error.kind === 'refused'
      ? ok({ dids: [], places: new Map(), problems: numbers.error.problems, taken: [], warnings: [] })
      : numbers;
  }
  const places = numbers.value;
  const dids = [...places.keys()].map(
    (number): Did => ({ number, account, trunkGroup: trunkGroup.value.id }),
  );
  return ok(await check(tables, { dids, places }, []));
}

async function readLines(
  context: ControlContext,
  tables: Repositories,
  lines: readonly DidLine[],
  first: TrunkGroup,
  trunkGroups: readonly TrunkGroup[],
): Promise<Result<Checked, ControlError>> {
  if (lines.length > MOST_DIDS) {
    return refused(
      '(the whole body)',
      `There are ${lines.length} lines; ${MOST_DIDS} are the most at a time.`,
    );
  }
  const problems: Problem[] = [];
  const named = new Map<E164, DidLine>();
  for (const line of lines) {
    const place = placeIn(line, 'number');
    const number = readDid(line.number, context);
    const before = number === undefined ? undefined : named.get(number);
    if (number === undefined) problems.push({ ...place, message: notADid(line.number) });
    else if (before === undefined) named.set(number, line);
    else problems.push({ ...place, message: `${number} stands in line ${before.line} already.` });
  }
  const failoverNumbers = lines.flatMap(({ failoverNumber }) => failoverNumber || []);
  const hosted = new Set(named.keys());
  const reading = await FailoverReading.of(context, tables, failoverNumbers, hosted);
  const dids: Did[] = [];
  for (const [number, line] of named) {
    const did = readLine(number, line, first, trunkGroups, reading);
    if (did.ok) dids.push(did.value);
    else problems.push(...did.error);
  }
  const places = new Map([...named].map(([number, line]) => [number, placeIn(line, 'number')]));
  return ok(await check(tables, { dids, places }, problems));
}

/** A new DID as its line wants it; an empty cell is as good as none. */
function readLine(
  number: E164,
  line: DidLine,
  first: TrunkGroup,
  trunkGroups: readonly TrunkGroup[],
  reading: FailoverReading,
): Result<Did, readonly Problem[]> {
  const problems: Problem[] = [];
  const taken = <T>(column: Parameters<typeof placeIn>[1], read: Result<T, string | ControlError>) => {
    if (read.ok) return read.value;
    const { error } = read;
    const told =
      typeof error === 'string' ? error : error.kind === 'refused' ? error.problems[0]?.message : '';
    problems.push({ ...placeIn(line, column), message: told ?? '' });
    return undefined;
  };
  const group = line.trunkGroup ? taken('trunkGroup', namedGroup(line.trunkGroup, trunkGroups)) : first;
  const input = line.backup ? taken('backup', backupInput(line.backup, trunkGroups)) : undefined;
  const backup = input === undefined ? undefined : taken('backup', reading.backup(input, ''));
  const target = line.failoverNumber
    ? taken('failoverNumber', reading.number(line.failoverNumber, ''))
    : undefined;
  const failover = settingsOf(backup, target);
  const trunkGroup = group?.id ?? first.id;
  const misplaced = failover === undefined ? undefined : misplacedAmong(trunkGroups, failover, trunkGroup);
  if (misplaced !== undefined) problems.push({ ...placeIn(line, 'backup'), message: misplaced });
  if (problems.length > 0) return err(problems);
  const did = { number, account: first.account, trunkGroup };
  return ok(failover === undefined ? did : { ...did, failover });
}

async function check(tables: Repositories, wanted: Wanted, problems: readonly Problem[]): Promise<Checked> {
  const numbers = [...wanted.places.keys()];
  if (numbers.length === 0) return { ...wanted, problems, taken: [], warnings: [] };
  const at = (number: E164): Place => wanted.places.get(number) ?? { field: '(the whole body)' };
  const taken = (await tables.dids.find(numbers)).map(({ number, account }) => ({
    ...at(number),
    message: `${number} exists already, on account ${account}. Move it from there, or leave it out.`,
  }));
  return { ...wanted, problems, taken, warnings: await newLoops(tables, numbers, at) };
}

/**
 * Someone may have been forwarding to a number while it was with another carrier. It is hosted here now, so the trunk servers
 * refuse that as a loop; the number must not be kept away from its owner for it.
 */
export async function newLoops(
  tables: Repositories,
  numbers: readonly E164[],
  at: (did: E164) => Place,
): Promise<readonly Problem[]> {
  return (await tables.failover.ownersPointingAt(numbers)).map(({ number, owner }) => ({
    ...at(number),
    message: `${number} is the failover number of ${owner}, which skips it from now on because it would be a loop. Set another number there.`,
  }));
}

async function insertChecked(
  tables: Repositories,
  { dids, problems, taken, warnings }: Checked,
  now: number,
  revision: number,
): Promise<Result<Change<readonly DidView[]>, ControlError>> {
  if (problems.length > 0) return err({ kind: 'refused', problems: [...problems, ...taken] });
  if (taken.length > 0) return err({ kind: 'conflict', problems: taken });
  if (dids.length > 0) await tables.dids.insert(dids, now, revision);
  const set = dids.flatMap(({ number, account, failover: settings }) =>
    settings === undefined ? [] : [{ number, account, settings }],
  );
  await tables.failover.putEach(set, revision);
  return ok({
    value: dids.map(didView),
    changes: dids.map((did) => ({ kind: 'did', did })),
    audit: didRecords(
      'didsAdded',
      dids.map((after) => ({ account: after.account, before: undefined, after })),
    ),
    ...(warnings.length === 0 ? {} : { warnings }),
  });
}
