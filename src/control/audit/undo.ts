import { assertNever } from '../../base/assert-never.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { AuditChange, AuditEntry, AuditRecord } from '../../domain/audit.ts';
import { trunkGroupId } from '../../domain/ids.ts';
import type { Repositories } from '../../store/store.ts';
import { type ControlContext, change } from '../context.ts';
import type { ChangeAnswer } from '../control-plane.ts';
import type { ControlError } from '../errors.ts';
import { conflict, notFound } from '../refusals.ts';
import { setName } from '../trunk-group-commands.ts';
import type { Scope } from '../views.ts';
import { drift, isGone } from './drift.ts';
import { NOTHING_BACK, type PutBack } from './put-back.ts';
import { isSeenBy } from './queries.ts';
import { trunkGroupState } from './states.ts';
import { undoAccount } from './undo-account.ts';
import { undoDids } from './undo-dids.ts';
import { undoGateway } from './undo-gateway.ts';
import { notTheirs, whyNotUndoable } from './undoable.ts';

export interface Undone {
  /** The entry that was taken back. */
  readonly undid: number;
  /** How many things are as they were before. */
  readonly count: number;
}

/**
 * Puts back what was before an entry: all of it or nothing, as a change of its own, under the rules of every change.
 * Refused where anything is no longer what the entry's change made of it.
 */
export async function undoEntry(context: ControlContext, scope: Scope, number: number): ChangeAnswer<Undone> {
  return await change(context, async (tables, revision, now) => {
    const entry = await tables.auditLog.get(number);
    if (entry === undefined || !isSeenBy(entry, scope)) return notFound('auditEntry', String(number));
    const never = whyNotUndoable(entry);
    if (never !== undefined) return conflict('entry', never);
    const message = notTheirs(entry, scope);
    if (message !== undefined) return err({ kind: 'forbidden', message });
    const back = await putBack(context, tables, entry, revision, now);
    if (!back.ok) return back;
    const { changes, audit, warnings } = back.value;
    return ok({
      value: { undid: number, count: audit.reduce((sum, { count }) => sum + count, 0) },
      changes,
      warnings,
      audit: [{ ...whoseUndone(entry), action: 'undone', undoes: number, changes: audit }],
    });
  });
}

/** What was moved goes the other way. */
function whoseUndone({ account, toAccount }: AuditEntry): Pick<AuditRecord, 'account' | 'toAccount'> {
  if (account === undefined) return {};
  return toAccount === undefined ? { account } : { account: toAccount, toAccount: account };
}

async function putBack(
  context: ControlContext,
  tables: Repositories,
  entry: AuditEntry,
  revision: number,
  now: number,
): Promise<Result<PutBack, ControlError>> {
  const dids = await undoDids(context, tables, entry, revision, now);
  if (!dids.ok) return dids;
  const done: PutBack[] = [dids.value];
  for (const one of entry.changes) {
    const back = await undoOther(context, tables, entry, one, revision, now);
    if (!back.ok) return back;
    done.push(back.value);
  }
  return ok({
    changes: done.flatMap(({ changes }) => changes),
    audit: done.flatMap(({ audit }) => audit),
    warnings: done.flatMap(({ warnings }) => warnings),
  });
}

async function undoOther(
  context: ControlContext,
  tables: Repositories,
  entry: AuditEntry,
  one: AuditChange,
  revision: number,
  now: number,
): Promise<Result<PutBack, ControlError>> {
  switch (one.what) {
    case 'account':
      return await undoAccount(context, tables, one, revision);
    case 'gateway':
      return await undoGateway(context, tables, one, revision, now);
    case 'trunkGroup':
      return await undoRename(tables, entry, one, revision);
    case 'did':
    case 'apiKey':
    case 'user':
    case 'login':
    case 'trunkServer':
      return ok(NOTHING_BACK);
    default:
      return assertNever(one);
  }
}

async function undoRename(
  tables: Repositories,
  { account }: AuditEntry,
  { ids: [text = ''], before, after }: Extract<AuditChange, { what: 'trunkGroup' }>,
  revision: number,
): Promise<Result<PutBack, ControlError>> {
  const id = trunkGroupId(text);
  if (account === undefined || after === null || before?.name === undefined) return ok(NOTHING_BACK);
  const present = await tables.trunkGroups.get(id);
  if (present === undefined) {
    return err({ kind: 'conflict', problems: [isGone('trunkGroup', `The trunk group ${id}`)] });
  }
  const problems = drift('trunkGroup', `the trunk group ${present.name}`, after, trunkGroupState(present));
  if (problems.length > 0) return err({ kind: 'conflict', problems });
  const renamed = await setName(tables, account, id, before.name, revision);
  if (!renamed.ok) return renamed;
  const { changes, audit } = renamed.value;
  return ok({ changes, audit: audit.flatMap((one) => one.changes), warnings: [] });
}
