import type { Kysely } from 'kysely';
import type { TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { Tables } from './schema.ts';

export interface PlanQuestion {
  readonly id: string;
  readonly trunkServer: TrunkServerId;
  readonly did: E164;
}

/** What a trunk server would do with a call: asked by one process, answered by the one that runs it. */
export class PlanQuestions {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async ask(questions: readonly PlanQuestion[], at: number): Promise<void> {
    const rows = questions.map(({ id, trunkServer, did }) => ({
      id,
      trunk_server: trunkServer,
      did,
      asked_at: Math.floor(at),
      answer_json: null,
    }));
    await this.#db.insertInto('plan_questions').values(rows).execute();
  }

  /** What waits for an answer of these trunk servers. */
  async openTo(trunkServers: readonly TrunkServerId[]): Promise<readonly PlanQuestion[]> {
    const rows = await this.#db
      .selectFrom('plan_questions')
      .select(['id', 'trunk_server', 'did'])
      .where('trunk_server', 'in', trunkServers)
      .where('answer_json', 'is', null)
      .execute();
    return rows.map((row) => ({ id: row.id, trunkServer: row.trunk_server, did: row.did }));
  }

  async answer(id: string, answerJson: string): Promise<void> {
    await this.#db
      .updateTable('plan_questions')
      .set({ answer_json: answerJson })
      .where('id', '=', id)
      .execute();
  }

  /** As JSON, by the question's id, as far as they have come. */
  async answers(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#db
      .selectFrom('plan_questions')
      .select(['id', 'answer_json'])
      .where('id', 'in', ids)
      .execute();
    return new Map(rows.flatMap(({ id, answer_json }) => (answer_json === null ? [] : [[id, answer_json]])));
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.#db.deleteFrom('plan_questions').where('id', 'in', ids).execute();
  }

  /** Those whose asker died meanwhile. */
  async forgetAskedBefore(at: number): Promise<void> {
    await this.#db.deleteFrom('plan_questions').where('asked_at', '<', Math.floor(at)).execute();
  }
}
