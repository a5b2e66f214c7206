import type { Kysely } from 'kysely';
import type { AccountId, ApiKeyId } from '../domain/ids.ts';
import type { ApiKeysTable, Tables } from './schema.ts';

export interface StoredApiKey {
  readonly id: ApiKeyId;
  /** undefined: an operator's. */
  readonly account: AccountId | undefined;
  readonly name: string;
  readonly access: 'read' | 'failover' | 'write';
  /** SHA-256 of the key in hex. */
  readonly keyHash: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly lastUsedAt: number | undefined;
  readonly revokedAt: number | undefined;
}

/** API keys, known by their hashes alone. */
export class ApiKeys {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async insert(key: StoredApiKey): Promise<void> {
    await this.#db
      .insertInto('api_keys')
      .values({
        id: key.id,
        account: key.account ?? null,
        name: key.name,
        access: key.access,
        key_hash: key.keyHash,
        created_by: key.createdBy,
        created_at: key.createdAt,
        expires_at: key.expiresAt ?? null,
        last_used_at: key.lastUsedAt ?? null,
        revoked_at: key.revokedAt ?? null,
      })
      .execute();
  }

  async get(id: ApiKeyId): Promise<StoredApiKey | undefined> {
    const row = await this.#db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : keyFrom(row);
  }

  /** Those of an account, or the operators' own, that are not revoked; by id, the ones behind `after`. */
  async list(
    account: AccountId | undefined,
    after: ApiKeyId | undefined,
    limit: number,
  ): Promise<readonly StoredApiKey[]> {
    let query = this.#db
      .selectFrom('api_keys')
      .selectAll()
      .where('revoked_at', 'is', null)
      .where('account', account === undefined ? 'is' : '=', account ?? null)
      .orderBy('id')
      .limit(limit);
    if (after !== undefined) query = query.where('id', '>', after);
    return (await query.execute()).map(keyFrom);
  }

  async revoke(id: ApiKeyId, at: number): Promise<void> {
    await this.#db.updateTable('api_keys').set({ revoked_at: at }).where('id', '=', id).execute();
  }

  async used(id: ApiKeyId, at: number): Promise<void> {
    await this.#db.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute();
  }
}

function keyFrom(row: ApiKeysTable): StoredApiKey {
  return {
    id: row.id,
    account: row.account ?? undefined,
    name: row.name,
    access: row.access,
    keyHash: row.key_hash,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}
