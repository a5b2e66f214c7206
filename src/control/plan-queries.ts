import { err, ok, type Result } from '../base/result.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { PlanAnswer } from '../link/messages.ts';
import type { EdgePort } from './edge-port.ts';
import type { PlanFailure } from './views.ts';

const LIMIT_MS = 1_000;

/** Questions that are on their way to trunk servers. Each ends with its answer or after 1 s. */
export class PlanQueries {
  readonly #open = new Map<number, (answer: Result<PlanAnswer, PlanFailure>) => void>();
  #number = 0;

  /** `port`: of the trunk server to ask; undefined where it is not running. */
  async ask(port: EdgePort | undefined, did: E164): Promise<Result<PlanAnswer, PlanFailure>> {
    if (port === undefined) return err('notRunning');
    this.#number += 1;
    const query = this.#number;
    const { promise, resolve } = Promise.withResolvers<Result<PlanAnswer, PlanFailure>>();
    const timer = setTimeout(() => resolve(err('noAnswer')), LIMIT_MS);
    this.#open.set(query, resolve);
    port.post({ kind: 'planQuery', query, did });
    const answer = await promise;
    clearTimeout(timer);
    this.#open.delete(query);
    return answer;
  }

  /** `answer`: undefined where the trunk server does not know the DID. */
  answered(query: number, answer: PlanAnswer | undefined): void {
    this.#open.get(query)?.(answer === undefined ? err('didUnknown') : ok(answer));
  }
}
