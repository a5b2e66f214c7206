import { ok } from '../../base/result.ts';
import type { AuditAction, AuditChange, AuditEntry } from '../../domain/audit.ts';
import type { AccountId } from '../../domain/ids.ts';
import type { ControlContext } from '../context.ts';
import type { Answer } from '../control-plane.ts';
import { readDid } from '../input.ts';
import { notFound, pageLimit } from '../refusals.ts';
import type { Page, PageRequest, Scope } from '../views.ts';
import { notTheirs, whyNotUndoable } from './undoable.ts';

/** Which entries; what is absent does not matter. */
export interface AuditFilter {
  /** For operators; people of an account see their own alone. */
  readonly account?: AccountId | undefined;
  readonly action?: AuditAction | undefined;
  /** The e-mail of a person, the name of a key, their id, or the kind of the actor. */
  readonly actor?: string | undefined;
  /** A DID as people write it, or the id of what was changed. */
  readonly target?: string | undefined;
  readonly revision?: number | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/** An entry as the asker may see it. */
export interface AuditEntryView extends AuditEntry {
  readonly byOperator: boolean;
  /** People of an account see that it was an operator, and no more. */
  readonly isHidden: boolean;
  /** Why it cannot be undone; absent where that depends on what is set now. */
  readonly notUndoable: string | undefined;
}

/** The newest first. Of large entries the first changes only. */
export async function listAudit(
  context: ControlContext,
  scope: Scope,
  filter: AuditFilter,
  page: PageRequest<number>,
): Answer<Page<AuditEntryView, number>> {
  const limit = pageLimit(page.limit);
  const { action, actor, target, revision, from, until } = filter;
  const own = scope.kind === 'account' ? scope.account : undefined;
  const wanted = {
    account: own ?? filter.account,
    action,
    actor: actor === undefined ? undefined : storable(actor),
    // Who of the operators did something is not to be found out by asking for each.
    actorAccount: actor === undefined ? undefined : own,
    targets:
      target === undefined ? undefined : [storable(target), readDid(target, context) ?? storable(target)],
    revision,
    from,
    until,
  };
  return await context.store.read(async (tables) => {
    const found = await tables.auditLog.list(wanted, page.after, limit + 1);
    const entries = found.slice(0, limit).map((entry) => seenBy(entry, scope));
    const next = found.length > limit ? entries.at(-1)?.number : undefined;
    return next === undefined ? { entries } : { entries, next };
  });
}

export async function getAudit(
  context: ControlContext,
  scope: Scope,
  number: number,
): Answer<AuditEntryView> {
  const found = await context.store.read((tables) => tables.auditLog.get(number));
  if (!found.ok) return found;
  const entry = found.value;
  if (entry === undefined || !isSeenBy(entry, scope)) return notFound('auditEntry', String(number));
  return ok(seenBy(entry, scope));
}

export function isSeenBy({ account, toAccount }: AuditEntry, scope: Scope): boolean {
  return scope.kind === 'operator' || account === scope.account || toAccount === scope.account;
}

/** PostgreSQL takes neither NUL nor half a pair of surrogates. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/**
 * People of an account see that it was an operator and not who, and of DIDs that were moved to or from another account that they
 * came or went, and nothing of the other account.
 */
function seenBy(entry: AuditEntry, scope: Scope): AuditEntryView {
  const notUndoable = whyNotUndoable(entry) ?? notTheirs(entry, scope);
  const byOperator = isOperator(entry);
  if (scope.kind === 'operator') return { ...entry, byOperator, isHidden: false, notUndoable };
  const { account, accountName, toAccount, address, actor, undoes, undoneBy, ...rest } = entry;
  const own = actor.account === scope.account || actor.kind === 'unknown';
  return {
    ...rest,
    account: scope.account,
    ...(account === scope.account && accountName !== undefined ? { accountName } : {}),
    actor: own ? actor : { kind: actor.kind },
    ...(own && address !== undefined ? { address } : {}),
    ...(undoes === undefined ? {} : { undoes }),
    ...(undoneBy === undefined ? {} : { undoneBy }),
    changes:
      toAccount === undefined
        ? entry.changes
        : entry.changes.map((one) => halfOf(one, account === scope.account)),
    byOperator,
    isHidden: byOperator,
    notUndoable,
  };
}

function isOperator({ actor }: AuditEntry): boolean {
  return actor.kind === 'operatorKey' || (isPersonal(actor.kind) && actor.account === undefined);
}

function isPersonal(kind: AuditEntry['actor']['kind']): boolean {
  return kind === 'apiKey' || kind === 'login';
}

function halfOf(change: AuditChange, left: boolean): AuditChange {
  if (change.what !== 'did') return change;
  if (left) return { ...change, after: null };
  const { account, trunkGroup } = change.after ?? {};
  return {
    ...change,
    before: null,
    after: {
      ...(account === undefined ? {} : { account }),
      ...(trunkGroup === undefined ? {} : { trunkGroup }),
    },
  };
}
