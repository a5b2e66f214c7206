import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import { planAnswerJson } from '../link/edge-json.ts';
import type { PlanAnswer } from '../link/messages.ts';
import type { PlanQuestion } from '../store/plan-questions.ts';
import type { Store } from '../store/store.ts';
import type { PlanFailure } from './views.ts';

/** An answer over the database takes as long as it takes to notice the question, and twice a commit. */
const LIMIT_MS = 1_500;
const LOOK_MS = 40;
/** Whoever asked this long ago has gone. */
const FORGET_MS = 60_000;

type Plan = Result<PlanAnswer, PlanFailure>;

const planJson: z.ZodType<Plan> = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: planAnswerJson }),
  z.object({ ok: z.literal(false), error: z.enum(['notRunning', 'noAnswer', 'didUnknown']) }),
]);

/** What trunk servers of other processes would do with a call: question and answer go over the database. */
export class OtherPlans {
  readonly #store: Store;
  readonly #clock: Clock;
  #answering = false;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async ask(
    trunkServers: readonly TrunkServerId[],
    did: E164,
  ): Promise<readonly { readonly trunkServer: TrunkServerId; readonly plan: Plan }[]> {
    const questions = trunkServers.map((trunkServer) => ({ id: randomUUID(), trunkServer, did }));
    if (questions.length === 0) return [];
    const ids = questions.map(({ id }) => id);
    const asked = await this.#store.write(async (tables) => {
      await tables.planQuestions.forgetAskedBefore(this.#clock.now() - FORGET_MS);
      await tables.planQuestions.ask(questions, this.#clock.now());
      return ok(undefined);
    });
    const answers = asked.ok ? await this.#awaitAnswers(ids) : new Map<string, string>();
    void this.#store.write<void, never>(async (tables) => {
      await tables.planQuestions.forget(ids);
      return ok(undefined);
    });
    return questions.map(({ id, trunkServer }) => ({ trunkServer, plan: read(answers.get(id)) }));
  }

  /** Answers what other processes have asked these trunk servers. */
  async answer(
    trunkServers: readonly TrunkServerId[],
    ask: (trunkServer: TrunkServerId, did: E164) => Promise<Plan>,
  ): Promise<void> {
    if (this.#answering) return;
    this.#answering = true;
    const open = await this.#store.read((tables) => tables.planQuestions.openTo(trunkServers));
    if (open.ok && open.value.length > 0) {
      const answers = await Promise.all(
        open.value.map(async (question: PlanQuestion) => ({
          id: question.id,
          json: JSON.stringify(await ask(question.trunkServer, question.did)),
        })),
      );
      await this.#store.write<void, never>(async (tables) => {
        for (const { id, json } of answers) await tables.planQuestions.answer(id, json);
        return ok(undefined);
      });
    }
    this.#answering = false;
  }

  async #awaitAnswers(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    for (let waited = 0; ; waited += LOOK_MS) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const answers = await this.#store.read((tables) => tables.planQuestions.answers(ids));
      if (!answers.ok) return new Map();
      if (answers.value.size === ids.length || waited >= LIMIT_MS) return answers.value;
    }
  }
}

function read(json: string | undefined): Plan {
  if (json === undefined) return err('noAnswer');
  const plan = planJson.safeParse(JSON.parse(json));
  return plan.success ? plan.data : err('noAnswer');
}
