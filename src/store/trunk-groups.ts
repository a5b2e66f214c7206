import type { Kysely } from 'kysely';
import type { TrunkGroup } from '../domain/account.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { SealedTrunkGroup } from '../link/routing.ts';
import { SEALED_AS, type SealingKey } from '../link/sealing.ts';
import type { Tables, TrunkGroupsTable } from './schema.ts';
import { unseal } from './unseal.ts';

/** A trunk group without what its password is checked by: that is sealed, and takes longer to read than all else. */
export type TrunkGroupNames = Omit<TrunkGroup, 'ha1' | 'oldHa1'>;

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
        old_ha1_md5: null,
        old_ha1_sha256: null,
        old_valid_until: null,
        old_last_used: null,
        created_at: createdAt,
        changed_in: revision,
      })
      .execute();
  }

  /** Replaces what its password is checked by. */
  async setHa1(
    { id, ha1, oldHa1 }: Pick<TrunkGroup, 'id' | 'ha1' | 'oldHa1'>,
    revision: number,
  ): Promise<void> {
    const seal = (text: string | undefined, algorithm: 'MD5' | 'SHA-256') =>
      text === undefined ? null : this.#key.seal(text, SEALED_AS.oldHa1(id, algorithm));
    await this.#db
      .updateTable('trunk_groups')
      .set({
        ...this.#sealed(id, ha1),
        old_ha1_md5: seal(oldHa1?.md5, 'MD5'),
        old_ha1_sha256: seal(oldHa1?.sha256, 'SHA-256'),
        old_valid_until: oldHa1?.until ?? null,
        old_last_used: null,
        changed_in: revision,
      })
      .where('id', '=', id)
      .execute();
  }

  /** A PBX has registered with the old password. Nothing where there is none any more. */
  async oldPasswordUsed(id: TrunkGroupId, at: number): Promise<void> {
    await this.#db
      .updateTable('trunk_groups')
      .set({ old_last_used: at })
      .where('id', '=', id)
      .where('old_valid_until', 'is not', null)
      .where((where) => where.or([where('old_last_used', 'is', null), where('old_last_used', '<', at)]))
      .execute();
  }

  /** When a PBX last registered with an old password, of those of the accounts that have one. */
  async oldPasswordUses(accounts: readonly AccountId[]): Promise<ReadonlyMap<TrunkGroupId, number>> {
    if (accounts.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('trunk_groups')
      .select(['id', 'old_last_used'])
      .where('account', 'in', accounts)
      .where('old_last_used', 'is not', null)
      .execute();
    return new Map(rows.map(({ id, old_last_used }) => [id, old_last_used ?? 0]));
  }

  /** Those whose old password is not valid any more and still kept. */
  async withExpiredPassword(now: number, limit: number): Promise<readonly TrunkGroup[]> {
    const rows = await this.#db
      .selectFrom('trunk_groups')
      .selectAll()
      .where('old_valid_until', '<=', now)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map((row) => this.#from(row));
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

  /** What the trunk groups of these accounts are called. */
  async namesOf(accounts: readonly AccountId[]): Promise<ReadonlyMap<TrunkGroupId, string>> {
    if (accounts.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('trunk_groups')
      .select(['id', 'name'])
      .where('account', 'in', accounts)
      .execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** By id, the ones behind `after`; of one account or of all. Without what their passwords are checked by. */
  async list(
    account: AccountId | undefined,
    after: TrunkGroupId | undefined,
    limit: number,
  ): Promise<readonly TrunkGroupNames[]> {
    let query = this.#db
      .selectFrom('trunk_groups')
      .select(['id', 'account', 'name', 'username'])
      .orderBy('id')
      .limit(limit);
    if (account !== undefined) query = query.where('account', '=', account);
    if (after !== undefined) query = query.where('id', '>', after);
    return await query.execute();
  }

  /**
   * By id, the ones behind `after`, as trunk servers get them. One with an old password comes unsealed: few have one, and
   * not for long. So does what another key sealed, which cannot be: better to wait for that key than to let nobody register.
   */
  async listSealed(
    after: TrunkGroupId | undefined,
    limit: number,
  ): Promise<readonly (SealedTrunkGroup | TrunkGroup)[]> {
    let query = this.#db.selectFrom('trunk_groups').selectAll().orderBy('id').limit(limit);
    if (after !== undefined) query = query.where('id', '>', after);
    return (await query.execute()).map((row) =>
      row.old_valid_until !== null || !this.#key.sealed(row.ha1_md5) || !this.#key.sealed(row.ha1_sha256)
        ? this.#from(row)
        : {
            id: row.id,
            account: row.account,
            name: row.name,
            username: row.username,
            sealed: { md5: row.ha1_md5, sha256: row.ha1_sha256 },
          },
    );
  }

  #sealed(id: TrunkGroupId, { md5, sha256 }: TrunkGroup['ha1']) {
    return {
      ha1_md5: this.#key.seal(md5, SEALED_AS.ha1(id, 'MD5')),
      ha1_sha256: this.#key.seal(sha256, SEALED_AS.ha1(id, 'SHA-256')),
    };
  }

  #from(row: TrunkGroupsTable): TrunkGroup {
    const { old_ha1_md5: md5, old_ha1_sha256: sha256, old_valid_until: until } = row;
    const oldHa1 =
      md5 === null || sha256 === null || until === null
        ? undefined
        : {
            md5: unseal(this.#key, md5, SEALED_AS.oldHa1(row.id, 'MD5')),
            sha256: unseal(this.#key, sha256, SEALED_AS.oldHa1(row.id, 'SHA-256')),
            until,
          };
    return {
      id: row.id,
      account: row.account,
      name: row.name,
      username: row.username,
      ha1: {
        md5: unseal(this.#key, row.ha1_md5, SEALED_AS.ha1(row.id, 'MD5')),
        sha256: unseal(this.#key, row.ha1_sha256, SEALED_AS.ha1(row.id, 'SHA-256')),
      },
      ...(oldHa1 === undefined ? {} : { oldHa1 }),
    };
  }
}
