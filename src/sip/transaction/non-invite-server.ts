import { assertNever } from '../../base/assert-never.ts';
import type { Millis } from '../../base/clock.ts';
import { type Flow, isReliable } from '../../base/flow.ts';
import type { Ending } from '../../base/timers.ts';
import type { TransactionContext } from './context.ts';
import { transactionTimeout } from './timings.ts';

type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

/** The non-INVITE server transaction: RFC 3261 figure 8. What it is due for is Timer J. */
export class NonInviteServerTransaction implements Ending {
  readonly kind = 'nonInviteServer';
  /** Its key (`serverKey`). */
  readonly hash: number;
  readonly check: number;
  /** Where responses go (18.2.2, RFC 3581). */
  readonly flow: Flow;
  /** The top Via of the request, `received` and `rport` filled in: responses carry it. '' behind the final one. */
  topVia: string;
  state: State = 'trying';
  nextEnding: Ending | undefined = undefined;
  readonly #context: TransactionContext;
  #lastResponse: string | undefined = undefined;

  constructor(context: TransactionContext, hash: number, check: number, flow: Flow, topVia: string) {
    this.#context = context;
    this.hash = hash;
    this.check = check;
    this.flow = flow;
    this.topVia = topVia;
  }

  get open(): boolean {
    return this.state === 'trying' || this.state === 'proceeding';
  }

  receiveRetransmission(): void {
    switch (this.state) {
      case 'proceeding':
      case 'completed':
        if (this.#lastResponse !== undefined) this.#context.output.send(this.flow, this.#lastResponse);
        return;
      case 'trying':
      case 'terminated':
        return;
      default:
        assertNever(this.state);
    }
  }

  respond(status: number, text: string, now: Millis): void {
    if (!this.open) return;
    this.#context.output.send(this.flow, text);
    this.#lastResponse = text;
    if (status < 200) {
      this.state = 'proceeding';
      return;
    }
    this.state = 'completed';
    this.topVia = '';
    if (isReliable(this.flow.transport)) this.#terminate();
    else this.#context.timers.endAfter(transactionTimeout(this.#context.timings), this, now);
  }

  /** Ends a transaction that gets no final response at all (RFC 4320 section 4.2). */
  abandon(): void {
    if (this.open) this.#terminate();
  }

  due(): void {
    this.#terminate();
  }

  #terminate(): void {
    this.state = 'terminated';
    this.#lastResponse = undefined;
    this.#context.forgetServer(this);
  }
}
