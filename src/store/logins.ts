import type { Kysely } from 'kysely';
import type { LoginsTable, Tables } from './schema.ts';

/** One browser (or program) in which a user is logged in. */
export interface Login {
  readonly id: string;
  /** SHA-256 in hex; the token itself is in the browser alone. */
  readonly tokenHash: string;
  readonly user: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** The end, however much it is used. */
  readonly expiresAt: number;
  readonly userAgent: string;
  readonly address: string;
}

/** Who is logged in, and where. */
export class Logins {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async insert(login: Login): Promise<void> {
    await this.#db
      .insertInto('logins')
      .values({
        id: login.id,
        token_hash: login.tokenHash,
        user_id: login.user,
        created_at: login.createdAt,
        last_seen_at: login.lastSeenAt,
        expires_at: login.expiresAt,
        user_agent: login.userAgent,
        address: login.address,
      })
      .execute();
  }

  async byToken(hash: string): Promise<Login | undefined> {
    const row = await this.#db
      .selectFrom('logins')
      .selectAll()
      .where('token_hash', '=', hash)
      .executeTakeFirst();
    return row === undefined ? undefined : loginFrom(row);
  }

  /** The last used first. */
  async ofUser(user: string): Promise<readonly Login[]> {
    const rows = await this.#db
      .selectFrom('logins')
      .selectAll()
      .where('user_id', '=', user)
      .orderBy('last_seen_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(loginFrom);
  }

  async seen(id: string, now: number, address: string): Promise<void> {
    await this.#db.updateTable('logins').set({ last_seen_at: now, address }).where('id', '=', id).execute();
  }

  /** The old token is void from now on. */
  async setToken(id: string, hash: string): Promise<void> {
    await this.#db.updateTable('logins').set({ token_hash: hash }).where('id', '=', id).execute();
  }

  /** False where the user has no such login. */
  async delete(user: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('logins')
      .where('user_id', '=', user)
      .where('id', '=', id)
      .executeTakeFirst();
    return Number(numDeletedRows) === 1;
  }

  async deleteByToken(hash: string): Promise<void> {
    await this.#db.deleteFrom('logins').where('token_hash', '=', hash).execute();
  }

  /** All of the user's but `kept`. */
  async deleteOfUser(user: string, kept?: string): Promise<void> {
    let query = this.#db.deleteFrom('logins').where('user_id', '=', user);
    if (kept !== undefined) query = query.where('id', '!=', kept);
    await query.execute();
  }

  /** Those that have ended by now, and those last used before `idleSince`. */
  async deleteEnded(now: number, idleSince: number): Promise<void> {
    await this.#db
      .deleteFrom('logins')
      .where((where) => where.or([where('expires_at', '<=', now), where('last_seen_at', '<=', idleSince)]))
      .execute();
  }
}

function loginFrom(row: LoginsTable): Login {
  return {
    id: row.id,
    tokenHash: row.token_hash,
    user: row.user_id,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    userAgent: row.user_agent,
    address: row.address,
  };
}
