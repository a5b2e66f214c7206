import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** Codes that stand in for a lost second factor, each once. Kept as hashes. */
export class RecoveryCodes {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Those from before are void. */
  async replace(user: string, hashes: readonly string[]): Promise<void> {
    await this.#db.deleteFrom('recovery_codes').where('user_id', '=', user).execute();
    if (hashes.length === 0) return;
    await this.#db
      .insertInto('recovery_codes')
      .values(hashes.map((hash) => ({ user_id: user, code_hash: hash, used_at: null })))
      .execute();
  }

  /** False where there is no such code or it was used. */
  async use(user: string, hash: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('recovery_codes')
      .set({ used_at: now })
      .where('user_id', '=', user)
      .where('code_hash', '=', hash)
      .where('used_at', 'is', null)
      .executeTakeFirst();
    return Number(numUpdatedRows) === 1;
  }
}
