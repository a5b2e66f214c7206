import { type Kysely, sql } from 'kysely';
import type { Did } from '../domain/account.ts';
import type { TriggerSettings } from '../domain/delivery-settings.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import { triggerSettingsJson } from '../domain/json-schemas.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { BulkRows } from './bulk-rows.ts';
import { type FailoverColumns, failoverFrom } from './failover.ts';
import { readJson } from './json-column.ts';
import type { DidsTable, Tables } from './schema.ts';

const COLUMNS = ['number', 'account', 'trunk_group', 'triggers_json', 'created_at', 'changed_in'] as const;

/** DIDs with their failover settings. */
export class Dids {
  readonly #db: Kysely<Tables>;
  readonly #bulk: BulkRows;

  constructor(db: Kysely<Tables>, bulk: BulkRows) {
    this.#db = db;
    this.#bulk = bulk;
  }

  /** New DIDs; none of the numbers may exist. Their failover settings are put apart. */
  async insert(dids: readonly Did[], createdAt: number, revision: number): Promise<void> {
    const rows = dids.map((did) => ({
      number: did.number,
      account: did.account,
      trunk_group: did.trunkGroup,
      triggers_json: triggersColumn(did.triggers),
      created_at: createdAt,
      changed_in: revision,
    }));
    await this.#db
      .insertInto('dids')
      .columns(COLUMNS)
      .expression((query) => query.selectFrom(this.#bulk.of('dids', COLUMNS, rows)).select(COLUMNS))
      .execute();
  }

  /** By number. */
  async ofAccount(account: AccountId): Promise<readonly Did[]> {
    const rows = await this.#select().where('dids.account', '=', account).orderBy('dids.number').execute();
    return rows.map(didFrom);
  }

  /** Their failover settings go with them. */
  async deleteOfAccount(account: AccountId): Promise<void> {
    await this.#db.deleteFrom('dids').where('account', '=', account).execute();
  }

  /** Their failover settings go with them. */
  async delete(numbers: readonly E164[]): Promise<void> {
    await this.#db
      .deleteFrom('dids')
      .where('number', 'in', (query) => query.selectFrom(this.#numbers(numbers)).select('rows.number'))
      .execute();
  }

  /** To a trunk group and its account. */
  async move(
    numbers: readonly E164[],
    account: AccountId,
    trunkGroup: TrunkGroupId,
    revision: number,
  ): Promise<void> {
    await this.#db
      .updateTable('dids')
      .set({ account, trunk_group: trunkGroup, changed_in: revision })
      .where('number', 'in', (query) => query.selectFrom(this.#numbers(numbers)).select('rows.number'))
      .execute();
  }

  /** Those of their accounts apply to them again. */
  async clearTriggers(numbers: readonly E164[]): Promise<void> {
    await this.#db
      .updateTable('dids')
      .set({ triggers_json: null })
      .where('number', 'in', (query) => query.selectFrom(this.#numbers(numbers)).select('rows.number'))
      .execute();
  }

  async setTriggers(number: E164, triggers: TriggerSettings | undefined, revision: number): Promise<void> {
    await this.#db
      .updateTable('dids')
      .set({ triggers_json: triggersColumn(triggers), changed_in: revision })
      .where('number', '=', number)
      .execute();
  }

  /** Those of the numbers that exist, by number. */
  async find(numbers: readonly E164[]): Promise<readonly Did[]> {
    const rows = await this.#select()
      .where('dids.number', 'in', (query) => query.selectFrom(this.#numbers(numbers)).select('rows.number'))
      .orderBy('dids.number')
      .execute();
    return rows.map(didFrom);
  }

  /** Those of the numbers that are DIDs. */
  async hosted(numbers: readonly E164[]): Promise<ReadonlySet<E164>> {
    const rows = await this.#db
      .selectFrom('dids')
      .select('dids.number')
      .where('number', 'in', (query) => query.selectFrom(this.#numbers(numbers)).select('rows.number'))
      .execute();
    return new Set(rows.map(({ number }) => number));
  }

  async get(number: E164): Promise<Did | undefined> {
    const row = await this.#select().where('dids.number', '=', number).executeTakeFirst();
    return row === undefined ? undefined : didFrom(row);
  }

  /** By number, the ones behind `after`. */
  async list(
    filter: { readonly account?: AccountId | undefined; readonly trunkGroup?: TrunkGroupId | undefined },
    after: E164 | undefined,
    limit: number,
  ): Promise<readonly Did[]> {
    let query = this.#select().orderBy('dids.number').limit(limit);
    if (filter.account !== undefined) query = query.where('dids.account', '=', filter.account);
    if (filter.trunkGroup !== undefined) query = query.where('dids.trunk_group', '=', filter.trunkGroup);
    if (after !== undefined) query = query.where('dids.number', '>', after);
    return (await query.execute()).map(didFrom);
  }

  /**
   * By number, the ones behind `after`, each as a line of its number and the id of its trunk group, made by the database:
   * a million DIDs as objects take seconds. `last`: the number of the last line. Undefined where there are none.
   */
  async lines(
    after: E164 | undefined,
    limit: number,
  ): Promise<{ readonly lines: string; readonly last: E164 } | undefined> {
    let part = this.#db.selectFrom('dids').select(['number', 'trunk_group']).orderBy('number').limit(limit);
    if (after !== undefined) part = part.where('number', '>', after);
    const row = await this.#db
      .selectFrom(part.as('part'))
      .select((select) => [
        sql<
          string | null
        >`string_agg(${sql.ref('number')} || ' ' || ${sql.ref('trunk_group')}, ${sql.lit('\n')})`.as('lines'),
        select.fn.max('number').as('last'),
      ])
      .executeTakeFirstOrThrow();
    return row.lines === null ? undefined : { lines: row.lines, last: row.last };
  }

  /** By number, the ones behind `after` that have failover settings, or triggers, of their own. */
  async withOwn(
    setting: 'failover' | 'triggers',
    after: E164 | undefined,
    limit: number,
  ): Promise<readonly Did[]> {
    let query = this.#select().limit(limit);
    if (setting === 'triggers') {
      query = query.where('dids.triggers_json', 'is not', null).orderBy('dids.number');
      if (after !== undefined) query = query.where('dids.number', '>', after);
    } else {
      // By the index of the settings: most DIDs have none.
      query = query.where('failover.did', 'is not', null).orderBy('failover.did');
      if (after !== undefined) query = query.where('failover.did', '>', after);
    }
    return (await query.execute()).map(didFrom);
  }

  /** How many DIDs each of the accounts has; one without any is missing. */
  async countOf(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, number>> {
    if (accounts.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('dids')
      .select((select) => ['account', select.fn.countAll<number | string>().as('dids')])
      .where('account', 'in', accounts)
      .groupBy('account')
      .execute();
    // PostgreSQL counts in bigint, which its driver gives as text.
    return new Map(rows.map((row) => [row.account, Number(row.dids)]));
  }

  #numbers(numbers: readonly E164[]) {
    return this.#bulk.of(
      'dids',
      ['number'],
      numbers.map((number) => ({ number })),
    );
  }

  #select() {
    return this.#db
      .selectFrom('dids')
      .leftJoin('failover_settings as failover', 'failover.owner', 'dids.number')
      .select([
        'dids.number',
        'dids.account',
        'dids.trunk_group',
        'dids.triggers_json',
        'failover.backup_address_json',
        'failover.backup_trunk_group',
        'failover.number as failover_number',
      ]);
  }
}

function triggersColumn(triggers: TriggerSettings | undefined): string | null {
  return triggers === undefined ? null : JSON.stringify(triggers);
}

type DidColumns = Pick<DidsTable, 'number' | 'account' | 'trunk_group' | 'triggers_json'> & FailoverColumns;

function didFrom(row: DidColumns): Did {
  const failover = failoverFrom(row);
  const did = { number: row.number, account: row.account, trunkGroup: row.trunk_group };
  // Nearly all of a million DIDs have neither.
  if (failover === undefined && row.triggers_json === null) return did;
  return {
    ...did,
    ...(failover === undefined ? {} : { failover }),
    ...(row.triggers_json === null
      ? {}
      : { triggers: readJson(triggerSettingsJson, row.triggers_json, 'dids.triggers_json') }),
  };
}
