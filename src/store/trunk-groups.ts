import type { Kysely } from 'kysely';
import type { TrunkGroup } from '../domain/account.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { Tables, TrunkGroupsTable } from './schema.ts';
import { SEALED_AS, type SealingKey } from './sealing.ts';

/** Trunk groups. The first of an account is the one that was made first. Their HA1s are sealed. */
export class TrunkGroups {
  readonly #db: Kysely<Tables>;
  readonly #key: SealingKey;

  constructor(db: Kysely<Tables>, key: SealingKey) {
    this.#db = db;
    this.#key = key;
  }

  async insert(trunkGroup: TrunkGroup, createdAt: number, revision: number): Promise<void> {
    await this.#db
      .insertInto('trunk_groups')
      .values({
        id: trunkGroup.id,
        account: trunkGroup.account,
        name: trunkGroup.name,
        username: trunkGroup.username,
        ...this.#sealed(trunkGroup.id, trunkGroup.ha1),
        created_at: createdAt,
        changed_in: revision,
      })
      .execute();
  }

  /** Replaces what its password is checked by. */
  async setHa1(id: TrunkGroupId, ha1: TrunkGroup['ha1'], revision: number): Promise<void> {
    await this.#db
      .updateTable('trunk_groups')
      .set({ ...this.#sealed(id, ha1), changed_in: revision })
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
    return row === undefined ? undefined : this.#from(row);
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
    return rows.map((row) => this.#from(row));
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
    return (await query.execute()).map((row) => this.#from(row));
  }

  #sealed(id: TrunkGroupId, { md5, sha256 }: TrunkGroup['ha1']) {
    return {
      ha1_md5: this.#key.seal(md5, SEALED_AS.ha1(id, 'MD5')),
      ha1_sha256: this.#key.seal(sha256, SEALED_AS.ha1(id, 'SHA-256')),
    };
  }

  #from(row: TrunkGroupsTable): TrunkGroup {
    return {
      id: row.id,
      account: row.account,
      name: row.name,
      username: row.username,
      ha1: {
        md5: this.#key.open(row.ha1_md5, SEALED_AS.ha1(row.id, 'MD5')),
        sha256: this.#key.open(row.ha1_sha256, SEALED_AS.ha1(row.id, 'SHA-256')),
      },
    };
  }
}
