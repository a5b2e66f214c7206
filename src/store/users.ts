import type { Kysely } from 'kysely';
import type { AccountId } from '../domain/ids.ts';
import { SEALED_AS, type SealingKey } from '../link/sealing.ts';
import type { Tables, UsersTable } from './schema.ts';
import { unseal } from './unseal.ts';

export type Role = UsersTable['role'];

/** A person who logs in. */
export interface User {
  readonly id: string;
  /** Absent for an operator. */
  readonly account?: AccountId | undefined;
  /** In lower case. */
  readonly email: string;
  readonly role: Role;
  /** Absent until the person has set a password. */
  readonly passwordHash?: string | undefined;
  /** Base 32; absent while there is no second factor. */
  readonly totpSecret?: string | undefined;
  /** Base 32; not yet confirmed. */
  readonly totpProposed?: string | undefined;
  readonly disabled: boolean;
  readonly createdAt: number;
}

/** People who log in. The secrets of their second factors are sealed. */
export class Users {
  readonly #db: Kysely<Tables>;
  readonly #key: SealingKey;

  constructor(db: Kysely<Tables>, key: SealingKey) {
    this.#db = db;
    this.#key = key;
  }

  /** One who has no password yet. */
  async insert(user: Pick<User, 'id' | 'account' | 'email' | 'role' | 'createdAt'>): Promise<void> {
    await this.#db
      .insertInto('users')
      .values({
        id: user.id,
        account: user.account ?? null,
        email: user.email,
        role: user.role,
        password_hash: null,
        created_at: user.createdAt,
        totp_secret: null,
        totp_proposed: null,
        totp_last_step: null,
        disabled: 0,
      })
      .execute();
  }

  async get(id: string): Promise<User | undefined> {
    const row = await this.#db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : this.#from(row);
  }

  /** `email`: in lower case. */
  async byEmail(email: string): Promise<User | undefined> {
    const row = await this.#db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst();
    return row === undefined ? undefined : this.#from(row);
  }

  /** Whether an operator can log in. */
  async hasOperator(): Promise<boolean> {
    const row = await this.#db
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'operator')
      .where('disabled', '=', 0)
      .where('password_hash', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** By e-mail; those of one account, or the operators. */
  async ofOwner(
    account: AccountId | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<readonly User[]> {
    let query = this.#db.selectFrom('users').selectAll().orderBy('email').limit(limit);
    if (after !== undefined) query = query.where('email', '>', after);
    const rows = await (account === undefined
      ? query.where('account', 'is', null)
      : query.where('account', '=', account)
    ).execute();
    return rows.map((row) => this.#from(row));
  }

  /** How many people of the account log in. */
  async countOf(account: AccountId): Promise<number> {
    const row = await this.#db
      .selectFrom('users')
      .select((select) => select.fn.countAll<number | string>().as('users'))
      .where('account', '=', account)
      .executeTakeFirst();
    // PostgreSQL counts in bigint, which its driver gives as text.
    return Number(row?.users ?? 0);
  }

  async setRole(id: string, role: Role, disabled: boolean): Promise<void> {
    await this.#db
      .updateTable('users')
      .set({ role, disabled: disabled ? 1 : 0 })
      .where('id', '=', id)
      .execute();
  }

  async setPassword(id: string, hash: string): Promise<void> {
    await this.#db.updateTable('users').set({ password_hash: hash }).where('id', '=', id).execute();
  }

  async proposeTotp(id: string, secret: string): Promise<void> {
    const sealed = this.#key.seal(secret, SEALED_AS.totp(id));
    await this.#db.updateTable('users').set({ totp_proposed: sealed }).where('id', '=', id).execute();
  }

  /** The secret in use; undefined takes it away. No other is proposed any more. */
  async setTotp(id: string, secret: string | undefined): Promise<void> {
    const sealed = secret === undefined ? null : this.#key.seal(secret, SEALED_AS.totp(id));
    await this.#db
      .updateTable('users')
      .set({ totp_secret: sealed, totp_proposed: null, totp_last_step: null })
      .where('id', '=', id)
      .execute();
  }

  /** False where a code of this time step, or of a later one, was taken before. */
  async takeTotpStep(id: string, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('users')
      .set({ totp_last_step: step })
      .where('id', '=', id)
      .where((where) => where.or([where('totp_last_step', 'is', null), where('totp_last_step', '<', step)]))
      .executeTakeFirst();
    return Number(numUpdatedRows) === 1;
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('users').where('id', '=', id).execute();
  }

  #from(row: UsersTable): User {
    const opened = (sealed: string | null) =>
      sealed === null ? undefined : unseal(this.#key, sealed, SEALED_AS.totp(row.id));
    return {
      id: row.id,
      account: row.account ?? undefined,
      email: row.email,
      role: row.role,
      passwordHash: row.password_hash ?? undefined,
      totpSecret: opened(row.totp_secret),
      totpProposed: opened(row.totp_proposed),
      disabled: row.disabled === 1,
      createdAt: row.created_at,
    };
  }
}
