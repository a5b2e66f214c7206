import type { Kysely, Selectable } from 'kysely';
import type { FailoverSettings } from '../domain/failover-settings.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import { pbxAddressJson } from '../domain/json-schemas.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { BulkRows } from './bulk-rows.ts';
import { readJson } from './json-column.ts';
import type { FailoverSettingsTable, Tables } from './schema.ts';

const COLUMNS = [
  'owner',
  'account',
  'did',
  'backup_address_json',
  'backup_trunk_group',
  'number',
  'changed_in',
] as const;

/** The columns that hold the settings themselves, as they come out of a left join. */
export type FailoverColumns = {
  readonly [K in 'backup_address_json' | 'backup_trunk_group']: FailoverSettingsTable[K];
} & { readonly failover_number: E164 | null };

/** Failover settings, of accounts and of DIDs. */
export class FailoverTable {
  readonly #db: Kysely<Tables>;
  readonly #bulk: BulkRows;

  constructor(db: Kysely<Tables>, bulk: BulkRows) {
    this.#db = db;
    this.#bulk = bulk;
  }

  async putForAccount(account: AccountId, settings: FailoverSettings, revision: number): Promise<void> {
    await this.#put([row(account, undefined, settings, revision)]);
  }

  /** The account's and those of all its DIDs. */
  async deleteOfAccount(account: AccountId): Promise<void> {
    await this.#db.deleteFrom('failover_settings').where('account', '=', account).execute();
  }

  async deleteForAccount(account: AccountId): Promise<void> {
    await this.#db.deleteFrom('failover_settings').where('owner', '=', account).execute();
  }

  /** The same settings for each of the DIDs. */
  async putForDids(
    dids: readonly { readonly number: E164; readonly account: AccountId }[],
    settings: FailoverSettings,
    revision: number,
  ): Promise<void> {
    await this.#put(dids.map((did) => row(did.account, did.number, settings, revision)));
  }

  /** For each of the DIDs its own. */
  async putEach(
    dids: readonly {
      readonly number: E164;
      readonly account: AccountId;
      readonly settings: FailoverSettings;
    }[],
    revision: number,
  ): Promise<void> {
    if (dids.length === 0) return;
    await this.#put(dids.map(({ number, account, settings }) => row(account, number, settings, revision)));
  }

  async deleteForDids(numbers: readonly E164[]): Promise<void> {
    const rows = this.#bulk.of(
      'dids',
      ['number'],
      numbers.map((number) => ({ number })),
    );
    await this.#db
      .deleteFrom('failover_settings')
      .where('did', 'in', (query) => query.selectFrom(rows).select('number'))
      .execute();
  }

  /** Which of the numbers are the failover number of somebody, and whose. */
  async ownersPointingAt(numbers: readonly E164[]): Promise<readonly { number: E164; owner: string }[]> {
    const rows = this.#bulk.of(
      'dids',
      ['number'],
      numbers.map((number) => ({ number })),
    );
    const found = await this.#db
      .selectFrom('failover_settings')
      .select(['number', 'owner'])
      .where('number', 'in', (query) => query.selectFrom(rows).select('rows.number'))
      .orderBy('owner')
      .execute();
    return found.flatMap(({ number, owner }) => (number === null ? [] : [{ number, owner }]));
  }

  /** DIDs and accounts whose backup is the trunk group. */
  async ownersWithBackup(trunkGroup: TrunkGroupId, limit: number): Promise<readonly string[]> {
    const found = await this.#db
      .selectFrom('failover_settings')
      .select('owner')
      .where('backup_trunk_group', '=', trunkGroup)
      .orderBy('owner')
      .limit(limit)
      .execute();
    return found.map(({ owner }) => owner);
  }

  async #put(rows: readonly FailoverSettingsTable[]): Promise<void> {
    await this.#db
      .insertInto('failover_settings')
      .columns(COLUMNS)
      .expression((query) =>
        query
          .selectFrom(this.#bulk.of('failover_settings', COLUMNS, rows))
          .select(COLUMNS)
          // SQLite needs a WHERE to tell ON CONFLICT from a join's ON.
          .where((where) => where.lit(true)),
      )
      .onConflict((conflict) =>
        conflict.column('owner').doUpdateSet((set) => ({
          account: set.ref('excluded.account'),
          backup_address_json: set.ref('excluded.backup_address_json'),
          backup_trunk_group: set.ref('excluded.backup_trunk_group'),
          number: set.ref('excluded.number'),
          changed_in: set.ref('excluded.changed_in'),
        })),
      )
      .execute();
  }
}

function row(
  account: AccountId,
  did: E164 | undefined,
  settings: FailoverSettings,
  revision: number,
): FailoverSettingsTable {
  const { backup, number } = settings;
  return {
    owner: did ?? account,
    account,
    did: did ?? null,
    backup_address_json: backup?.kind === 'address' ? JSON.stringify(backup.address) : null,
    backup_trunk_group: backup?.kind === 'trunkGroup' ? backup.trunkGroup : null,
    number: number ?? null,
    changed_in: revision,
  };
}

/** undefined where the left join found nothing. */
export function failoverFrom(columns: FailoverColumns): FailoverSettings | undefined {
  const backup = backupFrom(columns.backup_address_json, columns.backup_trunk_group);
  const number = columns.failover_number;
  if (backup === undefined) return number === null ? undefined : { number };
  return number === null ? { backup } : { backup, number };
}

function backupFrom(
  address: Selectable<FailoverSettingsTable>['backup_address_json'],
  trunkGroup: TrunkGroupId | null,
): FailoverSettings['backup'] {
  if (address !== null) {
    return { kind: 'address', address: readJson(pbxAddressJson, address, 'backup_address_json') };
  }
  return trunkGroup === null ? undefined : { kind: 'trunkGroup', trunkGroup };
}
