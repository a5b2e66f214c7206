import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Kysely } from 'kysely';
import { SEALED_AS, type SealingKey } from '../link/sealing.ts';
import { firstBeyond } from './first-beyond.ts';
import { DamagedRow } from './json-column.ts';
import type { Tables } from './schema.ts';
import { unseal } from './unseal.ts';

/** What was answered when a request with this key came first. */
export interface KeptAnswer {
  /** SHA-256 of what was asked, in hex. */
  readonly requestHash: string;
  readonly answer: string;
}

/** Answers to requests that must not be done twice. They have passwords and keys in them, so they are sealed. */
export class GivenAnswers {
  readonly #db: Kysely<Tables>;
  readonly #key: SealingKey;

  constructor(db: Kysely<Tables>, key: SealingKey) {
    this.#db = db;
    this.#key = key;
  }

  /**
   * Takes the key for this request, and keeps others from it until the transaction ends. Gives what was answered where it
   * was taken before; waits where that is being done.
   */
  async claim(
    row: {
      readonly id: string;
      readonly asker: string;
      readonly requestHash: string;
      readonly expiresAt: number;
    },
    now: number,
  ): Promise<KeptAnswer | undefined> {
    const { id, asker, requestHash, expiresAt } = row;
    await this.#db.deleteFrom('given_answers').where('id', '=', id).where('expires_at', '<=', now).execute();
    const taken = await this.#db
      .insertInto('given_answers')
      .values({ id, asker, request_hash: requestHash, answer: null, size: 0, expires_at: expiresAt })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (taken !== undefined) return undefined;
    const found = await this.#db
      .selectFrom('given_answers')
      .select(['request_hash', 'answer'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (found === undefined || found.answer === null) throw new DamagedRow(`the answer ${id} is missing`);
    const opened = Buffer.from(unseal(this.#key, found.answer, SEALED_AS.answer(id)), 'base64');
    return { requestHash: found.request_hash, answer: inflateRawSync(opened).toString('utf8') };
  }

  /** What was answered; a later one replaces it. */
  async keep(id: string, answer: string): Promise<void> {
    // The answer to ten thousand new DIDs is one long repetition.
    const packed = deflateRawSync(answer).toString('base64');
    const sealed = this.#key.seal(packed, SEALED_AS.answer(id));
    await this.#db
      .updateTable('given_answers')
      .set({ answer: sealed, size: sealed.length })
      .where('id', '=', id)
      .execute();
  }

  async deleteExpired(now: number): Promise<void> {
    await this.#db.deleteFrom('given_answers').where('expires_at', '<=', now).execute();
  }

  /** Of whoever has more than `most` answers, or `mostSize` characters of them, the oldest are forgotten. */
  async forgetMost(most: number, mostSize: number): Promise<void> {
    const askers = await this.#db
      .selectFrom('given_answers')
      .select('asker')
      .groupBy('asker')
      .having(({ or, eb, fn }) =>
        or([eb(fn.countAll<number>(), '>', most), eb(fn.sum<number>('size'), '>', mostSize)]),
      )
      .execute();
    for (const { asker } of askers) await this.#forgetMostOf(asker, most, mostSize);
  }

  async #forgetMostOf(asker: string, most: number, mostSize: number): Promise<void> {
    const rows = await this.#db
      .selectFrom('given_answers')
      .select(['size', 'expires_at'])
      .where('asker', '=', asker)
      .orderBy('expires_at', 'desc')
      .execute();
    const last = firstBeyond(rows, most, mostSize);
    if (last === undefined) return;
    await this.#db
      .deleteFrom('given_answers')
      .where('asker', '=', asker)
      .where('expires_at', '<=', last.expires_at)
      .execute();
  }
}
