import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** Secrets of the service itself, by name. */
export class Secrets {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async get(name: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('secrets')
      .select('value')
      .where('name', '=', name)
      .executeTakeFirst();
    return row?.value;
  }

  /** Sets the secret where there is none yet, and gives back the one that stands. */
  async keep(name: string, value: string, createdAt: number): Promise<string> {
    await this.#db
      .insertInto('secrets')
      .values({ name, value, created_at: createdAt })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    return (await this.get(name)) ?? value;
  }
}
