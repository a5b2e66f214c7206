import type { Kysely } from 'kysely';
import type { OneTimeLinksTable, Tables } from './schema.ts';

export type LinkKind = OneTimeLinksTable['kind'];

/** A link that lets whoever has it set the password of one user, once. */
export interface OneTimeLink {
  readonly id: string;
  readonly kind: LinkKind;
  /** SHA-256 in hex. */
  readonly tokenHash: string;
  /** Absent for `setup`, which makes the first operator. */
  readonly user?: string | undefined;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Invitations and password resets. */
export class OneTimeLinks {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async insert(link: OneTimeLink): Promise<void> {
    await this.#db
      .insertInto('one_time_links')
      .values({
        id: link.id,
        kind: link.kind,
        token_hash: link.tokenHash,
        user_id: link.user ?? null,
        created_at: link.createdAt,
        expires_at: link.expiresAt,
        used_at: null,
      })
      .execute();
  }

  /** Where it can still be used. */
  async open(kind: LinkKind, tokenHash: string, now: number): Promise<OneTimeLink | undefined> {
    const row = await this.#db
      .selectFrom('one_time_links')
      .selectAll()
      .where('kind', '=', kind)
      .where('token_hash', '=', tokenHash)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return row === undefined ? undefined : linkFrom(row);
  }

  /** False where it was used before: of two who use it at once, one gets through. */
  async use(id: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('one_time_links')
      .set({ used_at: now })
      .where('id', '=', id)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return Number(numUpdatedRows) === 1;
  }

  async deleteOfKind(kind: LinkKind): Promise<void> {
    await this.#db.deleteFrom('one_time_links').where('kind', '=', kind).execute();
  }

  /** Those that can no longer be used. */
  async deleteEnded(now: number): Promise<void> {
    await this.#db.deleteFrom('one_time_links').where('expires_at', '<=', now).execute();
  }

  /** Without a kind: all of them. */
  async deleteOfUser(user: string, kind?: LinkKind): Promise<void> {
    let query = this.#db.deleteFrom('one_time_links').where('user_id', '=', user);
    if (kind !== undefined) query = query.where('kind', '=', kind);
    await query.execute();
  }
}

function linkFrom(row: OneTimeLinksTable): OneTimeLink {
  return {
    id: row.id,
    kind: row.kind,
    tokenHash: row.token_hash,
    user: row.user_id ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
