import type { Kysely } from 'kysely';
import type { TrunkGroup } from '../domain/account.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { Tables, TrunkGroupsTable } from './schema.ts';

/** Trunk groups. The first of an account is the one that was made first. */
export class TrunkGroups {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async insert(trunkGroup: TrunkGroup, createdAt: number, revision: number): Promise<void> {
    await this.#db
      .insertInto('trunk_groups')
      .values({
        id: trunkGroup.id,
        account: trunkGroup.account,
        name: trunkGroup.name,
        username: trunkGroup.username,
        ha1_md5: trunkGroup.ha1.md5,
        ha1_sha256: trunkGroup.ha1.sha256,
        created_at: createdAt,
        changed_in: revision,
      })
      .execute();
  }

  /** Replaces what its password is checked by. */
  async setHa1(id: TrunkGroupId, ha1: TrunkGroup['ha1'], revision: number): Promise<void> {
    await this.#db
      .updateTable('trunk_groups')
      .set({ ha1_md5: ha1.md5, ha1_sha256: ha1.sha256, changed_in: revision })
      .where('id', '=', id)
      .execute();
  }

  async rename(id: TrunkGroupId, name: string, revision: number): Promise<void> {
    await this.#db
      .updateTable('trunk_groups')
      .set({ name, changed_in: revision })
      .where('id', '=', id)
      .execute();
  }

  /** No DID and no backup may refer to it. */
  async delete(id: TrunkGroupId): Promise<void> {
    await this.#db.deleteFrom('trunk_groups').where('id', '=', id).execute();
  }

  async get(id: TrunkGroupId): Promise<TrunkGroup | undefined> {
    const row = await this.#db.selectFrom('trunk_groups').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : trunkGroupFrom(row);
  }

  /** Those of these accounts, the oldest of each first. */
  async ofAccounts(accounts: readonly AccountId[]): Promise<readonly TrunkGroup[]> {
    if (accounts.length === 0) return [];
    const rows = await this.#db
      .selectFrom('trunk_groups')
      .selectAll()
      .where('account', 'in', accounts)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(trunkGroupFrom);
  }

  /** By id, the ones behind `after`; of one account or of all. */
  async list(
    account: AccountId | undefined,
    after: TrunkGroupId | undefined,
    limit: number,
  ): Promise<readonly TrunkGroup[]> {
    let query = this.#db.selectFrom('trunk_groups').selectAll().orderBy('id').limit(limit);
    if (account !== undefined) query = query.where('account', '=', account);
    if (after !== undefined) query = query.where('id', '>', after);
    return (await query.execute()).map(trunkGroupFrom);
  }
}

function trunkGroupFrom(row: TrunkGroupsTable): TrunkGroup {
  return {
    id: row.id,
    account: row.account,
    name: row.name,
    username: row.username,
    ha1: { md5: row.ha1_md5, sha256: row.ha1_sha256 },
  };
}
