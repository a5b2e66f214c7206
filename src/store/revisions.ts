import type { Kysely } from 'kysely';
import { SEALED_AS, type SealingKey } from '../link/sealing.ts';
import { firstBeyond } from './first-beyond.ts';
import type { Tables } from './schema.ts';
import { unseal } from './unseal.ts';

export interface StoredRevision {
  readonly revision: number;
  readonly at: number;
  /** undefined: so old that they are no longer kept. */
  readonly changesJson: string | undefined;
}

/** The counter that every change of settings raises, and what each of them changed: sealed, for HA1s are among it. */
export class Revisions {
  readonly #db: Kysely<Tables>;
  readonly #key: SealingKey;

  constructor(db: Kysely<Tables>, key: SealingKey) {
    this.#db = db;
    this.#key = key;
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
    await this.#db.insertInto('revisions').values({ revision, at }).execute();
    const size = changesJson.length;
    await this.#db
      .insertInto('revision_changes')
      .values({ revision, changes_json: this.#key.seal(changesJson, SEALED_AS.changes(revision)), size })
      .execute();
  }

  async get(revision: number): Promise<Pick<StoredRevision, 'revision' | 'at'> | undefined> {
    return await this.#db
      .selectFrom('revisions')
      .select(['revision', 'at'])
      .where('revision', '=', revision)
      .executeTakeFirst();
  }

  /** Those behind `revision`, in order. */
  async after(revision: number, limit: number): Promise<readonly StoredRevision[]> {
    const rows = await this.#db
      .selectFrom('revisions')
      .leftJoin('revision_changes as changes', 'changes.revision', 'revisions.revision')
      .select(['revisions.revision', 'revisions.at', 'changes.changes_json'])
      .where('revisions.revision', '>', revision)
      .orderBy('revisions.revision')
      .limit(limit)
      .execute();
    return rows.map(({ revision, at, changes_json: sealed }) => {
      const changesJson =
        sealed === null ? undefined : unseal(this.#key, sealed, SEALED_AS.changes(revision));
      return { revision, at, changesJson };
    });
  }

  /**
   * Forgets what old revisions changed; their numbers and times stay. The newest `most` are kept, or fewer
   * where those would take more than `mostSize` characters.
   */
  async forgetOldChanges(most: number, mostSize: number): Promise<void> {
    const rows = await this.#db
      .selectFrom('revision_changes')
      .select(['revision', 'size'])
      .orderBy('revision', 'desc')
      .execute();
    const last = firstBeyond(rows, most, mostSize);
    if (last === undefined) return;
    await this.#db.deleteFrom('revision_changes').where('revision', '<=', last.revision).execute();
  }
}
