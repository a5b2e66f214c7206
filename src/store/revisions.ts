import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

export interface StoredRevision {
  readonly revision: number;
  readonly at: number;
  /** undefined: so old that they are no longer kept. */
  readonly changesJson: string | undefined;
}

/** The counter that every change of settings raises, and what each of them changed. */
export class Revisions {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Takes the next revision. The first statement of every change: it locks the counter, so that changes are
   * made one after another, and readers see every revision in its order without a gap.
   */
  async next(): Promise<number> {
    const { revision } = await this.#db
      .updateTable('revision_counter')
      .set((set) => ({ revision: set('revision', '+', 1) }))
      .where('id', '=', 1)
      .returning('revision')
      .executeTakeFirstOrThrow();
    return revision;
  }

  /** 0 before the first change. */
  async newest(): Promise<number> {
    const { revision } = await this.#db
      .selectFrom('revision_counter')
      .select('revision')
      .where('id', '=', 1)
      .executeTakeFirstOrThrow();
    return revision;
  }

  /** What the revision changed, as JSON. */
  async insert(revision: number, at: number, changesJson: string): Promise<void> {
    await this.#db.insertInto('revisions').values({ revision, at, changes_json: changesJson }).execute();
  }

  async get(revision: number): Promise<StoredRevision | undefined> {
    const row = await this.#db
      .selectFrom('revisions')
      .selectAll()
      .where('revision', '=', revision)
      .executeTakeFirst();
    return row === undefined ? undefined : revisionFrom(row);
  }

  /** Those behind `revision`, in order. */
  async after(revision: number, limit: number): Promise<readonly StoredRevision[]> {
    const rows = await this.#db
      .selectFrom('revisions')
      .selectAll()
      .where('revision', '>', revision)
      .orderBy('revision')
      .limit(limit)
      .execute();
    return rows.map(revisionFrom);
  }

  /** Forgets what the revisions before `revision` changed; their numbers and times stay. */
  async forgetChangesBefore(revision: number): Promise<void> {
    await this.#db
      .updateTable('revisions')
      .set({ changes_json: null })
      .where('revision', '<', revision)
      .where('changes_json', 'is not', null)
      .execute();
  }
}

function revisionFrom(row: { revision: number; at: number; changes_json: string | null }): StoredRevision {
  return { revision: row.revision, at: row.at, changesJson: row.changes_json ?? undefined };
}
