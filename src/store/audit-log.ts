import type { ExpressionBuilder, Kysely } from 'kysely';
import type { AuditAction, AuditChange, AuditEntry } from '../domain/audit.ts';
import { auditChangesJson } from '../domain/audit-json.ts';
import type { AccountId } from '../domain/ids.ts';
import type { BulkRows } from './bulk-rows.ts';
import { readJson } from './json-column.ts';
import type { AuditEntriesTable, Tables } from './schema.ts';

/** A list of entries shows so many changes of each, and so many ids of each change. */
const BRIEF = 20;

const COLUMNS = [
  'number',
  'at',
  'action',
  'account',
  'account_name',
  'to_account',
  'actor_kind',
  'actor_id',
  'actor_name',
  'actor_account',
  'address',
  'revision',
  'undoes',
  'change_count',
  'brief_json',
  'changes_json',
] as const;

const LISTED = COLUMNS.filter((column) => column !== 'changes_json');
type Listed = Omit<AuditEntriesTable, 'changes_json'>;

/** An entry that has no number yet. */
export type NewAuditEntry = Omit<AuditEntry, 'number' | 'changeCount' | 'undoneBy'>;

/** Which entries; what is absent does not matter. */
export interface AuditWanted {
  /** What was changed was this account's, or was moved to it. */
  readonly account?: AccountId | undefined;
  readonly action?: AuditAction | undefined;
  /** The id, the name or the kind of who did it. */
  readonly actor?: string | undefined;
  /** Only what people and keys of this account did. */
  readonly actorAccount?: AccountId | undefined;
  /** One of these is among what was changed. */
  readonly targets?: readonly string[] | undefined;
  readonly revision?: number | undefined;
  /** At this time or later. */
  readonly from?: number | undefined;
  /** Before this time. */
  readonly until?: number | undefined;
}

/** Who changed what, when, from where. Entries are added; the tables refuse all else. */
export class AuditLog {
  readonly #db: Kysely<Tables>;
  readonly #bulk: BulkRows;

  constructor(db: Kysely<Tables>, bulk: BulkRows) {
    this.#db = db;
    this.#bulk = bulk;
  }

  /**
   * Gives each the next number and keeps it; answers with the last one. To be called last in a transaction, because
   * the lock on the counter is held to its end.
   */
  async add(entries: readonly NewAuditEntry[]): Promise<number> {
    const { number: last } = await this.#db
      .updateTable('audit_counter')
      .set((set) => ({ number: set('number', '+', entries.length) }))
      .where('id', '=', 1)
      .returning('number')
      .executeTakeFirstOrThrow();
    const first = last - entries.length + 1;
    const rows = entries.map((entry, index) => rowOf(entry, first + index));
    await this.#db
      .insertInto('audit_entries')
      .columns(COLUMNS)
      .expression((query) => query.selectFrom(this.#bulk.of('audit_entries', COLUMNS, rows)).select(COLUMNS))
      .execute();
    const targets = entries.flatMap(({ changes }, index) =>
      [...new Set(changes.flatMap(({ ids }) => ids))].map((target) => ({ target, entry: first + index })),
    );
    if (targets.length === 0) return last;
    const columns = ['target', 'entry'] as const;
    await this.#db
      .insertInto('audit_targets')
      .columns(columns)
      .expression((query) =>
        query.selectFrom(this.#bulk.of('audit_targets', columns, targets)).select(columns),
      )
      .execute();
    return last;
  }

  /** The whole of it. */
  async get(number: number): Promise<AuditEntry | undefined> {
    const row = await this.#db
      .selectFrom('audit_entries as entry')
      .selectAll()
      .select(undoneBy)
      .where('number', '=', number)
      .executeTakeFirst();
    return row === undefined ? undefined : entryFrom(row, row.changes_json ?? row.brief_json);
  }

  /** The newest first, those before `before`; of each the first changes and their first ids. */
  async list(wanted: AuditWanted, before: number | undefined, limit: number): Promise<readonly AuditEntry[]> {
    let query = this.#db
      .selectFrom('audit_entries as entry')
      .select(LISTED)
      .select(undoneBy)
      .orderBy('number', 'desc')
      .limit(limit);
    const { account, action, actor, actorAccount, targets, revision, from, until } = wanted;
    if (account !== undefined) {
      query = query.where(({ or, eb }) => or([eb('account', '=', account), eb('to_account', '=', account)]));
    }
    if (action !== undefined) query = query.where('action', '=', action);
    if (actor !== undefined) {
      query = query.where(({ or, eb, val, ref }) =>
        or([
          eb('actor_id', '=', actor),
          eb('actor_name', '=', actor),
          // As text: `actor` need not be one of the kinds.
          eb(val(actor), '=', ref('actor_kind').$castTo<string>()),
        ]),
      );
    }
    if (actorAccount !== undefined) query = query.where('actor_account', '=', actorAccount);
    if (targets !== undefined) {
      query = query.where('number', 'in', (inner) =>
        inner.selectFrom('audit_targets').select('entry').where('target', 'in', targets),
      );
    }
    if (revision !== undefined) query = query.where('revision', '=', revision);
    if (from !== undefined) query = query.where('at', '>=', from);
    if (until !== undefined) query = query.where('at', '<', until);
    if (before !== undefined) query = query.where('number', '<', before);
    return (await query.execute()).map((row) => entryFrom(row, row.brief_json));
  }
}

function undoneBy(select: ExpressionBuilder<Tables & { entry: AuditEntriesTable }, 'entry'>) {
  return select
    .selectFrom('audit_entries as later')
    .select('later.number')
    .whereRef('later.undoes', '=', 'entry.number')
    .orderBy('later.number', 'desc')
    .limit(1)
    .as('undone_by');
}

function rowOf(entry: NewAuditEntry, number: number): AuditEntriesTable {
  const { changes, actor } = entry;
  const brief = changes
    .slice(0, BRIEF)
    .map(({ ids, ...change }) => ({ ...change, ids: ids.slice(0, BRIEF) }));
  const whole = changes.length <= BRIEF && changes.every(({ ids }) => ids.length <= BRIEF);
  return {
    number,
    at: entry.at,
    action: entry.action,
    account: entry.account ?? null,
    account_name: entry.accountName ?? null,
    to_account: entry.toAccount ?? null,
    actor_kind: actor.kind,
    actor_id: actor.id ?? null,
    actor_name: actor.name ?? null,
    actor_account: actor.account ?? null,
    address: entry.address ?? null,
    revision: entry.revision ?? null,
    undoes: entry.undoes ?? null,
    change_count: changes.length,
    brief_json: JSON.stringify(brief),
    changes_json: whole ? null : JSON.stringify(changes),
  };
}

function entryFrom(row: Listed & { readonly undone_by: number | null }, changesJson: string): AuditEntry {
  const changes: readonly AuditChange[] = readJson(auditChangesJson, changesJson, 'audit_entries.brief_json');
  return {
    number: row.number,
    at: row.at,
    action: row.action,
    ...(row.account === null ? {} : { account: row.account }),
    ...(row.account_name === null ? {} : { accountName: row.account_name }),
    ...(row.to_account === null ? {} : { toAccount: row.to_account }),
    actor: {
      kind: row.actor_kind,
      ...(row.actor_id === null ? {} : { id: row.actor_id }),
      ...(row.actor_name === null ? {} : { name: row.actor_name }),
      ...(row.actor_account === null ? {} : { account: row.actor_account }),
    },
    ...(row.address === null ? {} : { address: row.address }),
    ...(row.revision === null ? {} : { revision: row.revision }),
    ...(row.undoes === null ? {} : { undoes: row.undoes }),
    ...(row.undone_by === null ? {} : { undoneBy: row.undone_by }),
    changeCount: row.change_count,
    changes,
  };
}
