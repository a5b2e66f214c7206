import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** What is counted: tries to log in that failed, or password resets that were asked for. */
type Kind = 'login' | 'passwordReset';

/** What counts against an e-mail and against an address. */
export class FailedLogins {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async insert(id: string, kind: Kind, email: string, address: string, at: number): Promise<void> {
    await this.#db.insertInto('failed_logins').values({ id, kind, email, address, at }).execute();
  }

  /**
   * The times of the newest failures after `since`, newest first, `most` at most. Those of a time to come are left out:
   * a clock that was wrong for a while must keep nobody out for as long.
   */
  async times(
    kind: Kind,
    by: { readonly email: string } | { readonly address: string },
    since: number,
    now: number,
    most: number,
  ): Promise<readonly number[]> {
    const query = this.#db
      .selectFrom('failed_logins')
      .select('at')
      .where('kind', '=', kind)
      .where('at', '>', since)
      .where('at', '<', now + (now - since))
      .orderBy('at', 'desc')
      .limit(most);
    const rows = await ('email' in by
      ? query.where('email', '=', by.email)
      : query.where('address', '=', by.address)
    ).execute();
    return rows.map(({ at }) => at);
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('failed_logins').where('id', '=', id).execute();
  }

  async deleteOfEmail(kind: Kind, email: string): Promise<void> {
    await this.#db.deleteFrom('failed_logins').where('kind', '=', kind).where('email', '=', email).execute();
  }

  async deleteBefore(time: number): Promise<void> {
    await this.#db.deleteFrom('failed_logins').where('at', '<=', time).execute();
  }
}
