import type { Kysely } from 'kysely';
import type { Account } from '../domain/account.ts';
import type { AccountId } from '../domain/ids.ts';
import { deliverySettingsJson } from '../domain/json-schemas.ts';
import { type FailoverColumns, failoverFrom } from './failover.ts';
import { readsAlike } from './json-column.ts';
import type { AccountsTable, Tables } from './schema.ts';

export interface StoredAccount {
  readonly account: Account;
  readonly createdAt: number;
  /** The revision that changed it last, its failover settings apart. */
  readonly changedIn: number;
}

/** Accounts with their failover settings. */
export class Accounts {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Its failover settings are put apart. */
  async insert(account: Account, createdAt: number, revision: number): Promise<void> {
    await this.#db
      .insertInto('accounts')
      .values({ id: account.id, ...values(account), created_at: createdAt, changed_in: revision })
      .execute();
  }

  /** Everything but its failover settings. */
  async update(account: Account, revision: number): Promise<void> {
    await this.#db
      .updateTable('accounts')
      .set({ ...values(account), changed_in: revision })
      .where('id', '=', account.id)
      .execute();
  }

  /** Its people, their logins and its API keys go with it. It must have neither DIDs nor trunk groups. */
  async delete(id: AccountId): Promise<void> {
    await this.#db.deleteFrom('accounts').where('id', '=', id).execute();
  }

  async get(id: AccountId): Promise<StoredAccount | undefined> {
    const row = await this.#select().where('accounts.id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : accountFrom(row);
  }

  async getMany(ids: readonly AccountId[]): Promise<readonly StoredAccount[]> {
    if (ids.length === 0) return [];
    return (await this.#select().where('accounts.id', 'in', ids).execute()).map(accountFrom);
  }

  /** By id, the ones behind `after`. */
  async list(after: AccountId | undefined, limit: number): Promise<readonly StoredAccount[]> {
    let query = this.#select().orderBy('accounts.id').limit(limit);
    if (after !== undefined) query = query.where('accounts.id', '>', after);
    return (await query.execute()).map(accountFrom);
  }

  #select() {
    return this.#db
      .selectFrom('accounts')
      .leftJoin('failover_settings as failover', 'failover.owner', 'accounts.id')
      .selectAll('accounts')
      .select([
        'failover.backup_address_json',
        'failover.backup_trunk_group',
        'failover.number as failover_number',
      ]);
  }
}

function values(
  account: Account,
): Pick<AccountsTable, 'name' | 'suspended' | 'did_format' | 'delivery_json'> {
  return {
    name: account.name,
    suspended: account.suspended ? 1 : 0,
    did_format: account.didFormat,
    delivery_json: JSON.stringify(account.delivery),
  };
}

const readDelivery = readsAlike(deliverySettingsJson, 'accounts.delivery_json');

function accountFrom(row: AccountsTable & FailoverColumns): StoredAccount {
  const failover = failoverFrom(row);
  return {
    account: {
      id: row.id,
      name: row.name,
      suspended: row.suspended === 1,
      didFormat: row.did_format,
      delivery: readDelivery(row.delivery_json),
      ...(failover === undefined ? {} : { failover }),
    },
    createdAt: row.created_at,
    changedIn: row.changed_in,
  };
}
