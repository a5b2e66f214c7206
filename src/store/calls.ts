import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { CallRecord } from '../domain/call-record.ts';
import type { AccountId, CallId } from '../domain/ids.ts';
import { callAttemptsJson } from '../domain/json-schemas.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { BulkRows } from './bulk-rows.ts';
import { readJson } from './json-column.ts';
import type { CallsTable, Tables } from './schema.ts';

const COLUMNS = [
  'id',
  'trunk_server',
  'handed_over_from',
  'account',
  'did',
  'caller',
  'sip_call_id',
  'revision',
  'started_at',
  'answered_at',
  'final_at',
  'final_status',
  'ended_at',
  'outcome',
  'attempts_json',
] as const;

type StoredOutcome = CallsTable['outcome'];

export interface StoredCall {
  readonly record: CallRecord;
  readonly outcome: StoredOutcome;
  readonly endedAt: number | undefined;
}

export interface CallSelection {
  readonly account?: AccountId | undefined;
  readonly did?: E164 | undefined;
  readonly outcome?: StoredOutcome | undefined;
  /** Started at this time or later. */
  readonly from?: number | undefined;
  /** Started before this time. */
  readonly until?: number | undefined;
}

/** Newest first: the next page begins behind this call. */
export interface CallKey {
  readonly startedAt: number;
  readonly id: CallId;
}

/** Call records, each one row with its attempts. */
export class Calls {
  readonly #db: Kysely<Tables>;
  readonly #bulk: BulkRows;

  constructor(db: Kysely<Tables>, bulk: BulkRows) {
    this.#db = db;
    this.#bulk = bulk;
  }

  /** A record that is there already stays as it is. */
  async insert(calls: readonly StoredCall[]): Promise<void> {
    await this.#bulk.insert(this.#db, 'calls', COLUMNS, calls.map(rowOf), (rows) =>
      this.#db
        .insertInto('calls')
        .columns(COLUMNS)
        .expression(rows)
        .onConflict((conflict) => conflict.column('id').doNothing()),
    );
  }

  /** The conversations of these calls have ended. */
  async end(ends: readonly { readonly id: CallId; readonly ended_at: number }[]): Promise<void> {
    await this.#bulk.run(this.#db, 'calls', ['id', 'ended_at'], ends, (rows) =>
      this.#db
        .updateTable('calls')
        .from(rows)
        .set((set) => ({ ended_at: set.ref('rows.ended_at') }))
        .whereRef('calls.id', '=', 'rows.id'),
    );
  }

  async get(id: CallId): Promise<StoredCall | undefined> {
    const row = await this.#db.selectFrom('calls').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : callFrom(row);
  }

  /**
   * Newest first. A record of a call that was handed over stands with the record that it was handed over from;
   * it is listed only where that one is missing.
   */
  async list(
    selection: CallSelection,
    after: CallKey | undefined,
    limit: number,
  ): Promise<readonly StoredCall[]> {
    let query = this.#matching(selection)
      .selectAll('calls')
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit);
    if (after !== undefined) {
      query = query.where((where) =>
        where(where.refTuple('started_at', 'id'), '<', where.tuple(after.startedAt, after.id)),
      );
    }
    return (await query.execute()).map(callFrom);
  }

  /** How many `list` has in all; beyond `most` it is not counted. */
  async count(selection: CallSelection, most: number): Promise<number> {
    const row = await this.#db
      .selectFrom(
        this.#matching(selection)
          .select('id')
          .limit(most + 1)
          .as('matching'),
      )
      .select((select) => select.fn.countAll<number | string>().as('calls'))
      .executeTakeFirst();
    // PostgreSQL counts in bigint, which its driver gives as text.
    return Number(row?.calls ?? 0);
  }

  /** The records of calls that were handed over from these, oldest first. */
  async handedOverFrom(ids: readonly CallId[]): Promise<readonly StoredCall[]> {
    if (ids.length === 0) return [];
    const rows = await this.#db
      .selectFrom('calls')
      .selectAll()
      .where('handed_over_from', 'in', ids)
      .orderBy('started_at')
      .orderBy('id')
      .execute();
    return rows.map(callFrom);
  }

  #matching({ account, did, outcome, from, until }: CallSelection) {
    let query = this.#db
      .selectFrom('calls')
      .where((where) => where.or([where('handed_over_from', 'is', null), where.not(hasFirst(where))]));
    if (account !== undefined) query = query.where('account', '=', account);
    if (did !== undefined) query = query.where('did', '=', did);
    if (outcome !== undefined) {
      if (did === undefined && (account === undefined || outcome !== 'answered')) {
        query = query.where('outcome', '=', outcome);
        // Says that the index of these alone will do.
        if (account !== undefined) query = query.where('outcome', '<>', sql.lit('answered'));
      } else {
        // Told that it is equal, SQLite goes by the index of outcomes, and so through everybody's calls.
        query = query.where('outcome', '>=', outcome).where('outcome', '<=', outcome);
      }
    }
    if (from !== undefined) query = query.where('started_at', '>=', from);
    if (until !== undefined) query = query.where('started_at', '<', until);
    return query;
  }
}

function hasFirst(where: ExpressionBuilder<Tables, 'calls'>) {
  return where.exists(
    where.selectFrom('calls as first').select('first.id').whereRef('first.id', '=', 'calls.handed_over_from'),
  );
}

function rowOf({ record, outcome, endedAt }: StoredCall): CallsTable {
  return {
    id: record.id,
    trunk_server: record.trunkServer,
    handed_over_from: record.handedOverFrom ?? null,
    account: record.account,
    did: record.did,
    caller: record.caller,
    sip_call_id: record.sipCallId,
    revision: record.revision,
    started_at: record.startedAt,
    answered_at: record.answeredAt ?? null,
    final_at: record.finalAt,
    final_status: record.finalStatus,
    ended_at: endedAt ?? null,
    outcome,
    attempts_json: JSON.stringify(record.attempts),
  };
}

function callFrom(row: CallsTable): StoredCall {
  return {
    record: {
      id: row.id,
      trunkServer: row.trunk_server,
      ...(row.handed_over_from === null ? {} : { handedOverFrom: row.handed_over_from }),
      account: row.account,
      did: row.did,
      caller: row.caller,
      sipCallId: row.sip_call_id,
      revision: row.revision,
      startedAt: row.started_at,
      ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
      finalAt: row.final_at,
      finalStatus: row.final_status,
      attempts: readJson(callAttemptsJson, row.attempts_json, 'calls.attempts_json'),
    },
    outcome: row.outcome,
    endedAt: row.ended_at ?? undefined,
  };
}
