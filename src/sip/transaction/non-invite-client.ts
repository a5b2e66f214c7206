import { assertNever } from '../../base/assert-never.ts';
import type { Millis } from '../../base/clock.ts';
import { type Flow, isReliable } from '../../base/flow.ts';
import { Timer } from '../../base/timers.ts';
import type { SipResponse } from '../message/message.ts';
import { type ClientTransactionUser, NOBODY, type TransactionContext } from './context.ts';
import { transactionTimeout } from './timings.ts';

type State = 'trying' | 'proceeding' | 'completed' | 'terminated';
type TimerKind = 'E' | 'end';

/** The non-INVITE client transaction: RFC 3261 figure 6. */
export class NonInviteClientTransaction {
  readonly kind = 'nonInviteClient';
  readonly branch: string;
  readonly flow: Flow;
  state: State = 'trying';
  readonly #context: TransactionContext;
  /** Let go once it cannot hear any more. */
  #user: ClientTransactionUser;
  /** The request as sent; dropped as soon as nothing can need it. */
  #text: string | undefined;
  /** Until the final response has come; not over TCP and TLS. */
  #e: Timer<TimerKind> | undefined = undefined;
  /** F, then K. */
  readonly #end: Timer<TimerKind>;
  #retransmission: Millis;

  constructor(
    context: TransactionContext,
    text: string,
    branch: string,
    flow: Flow,
    user: ClientTransactionUser,
  ) {
    this.#context = context;
    this.#text = text;
    this.branch = branch;
    this.flow = flow;
    this.#user = user;
    this.#end = new Timer<TimerKind>(this, 'end');
    this.#retransmission = context.timings.t1;
  }

  start(now: Millis): void {
    const { timers, timings, output } = this.#context;
    if (!isReliable(this.flow.transport)) {
      this.#e = new Timer<TimerKind>(this, 'E');
      timers.set(this.#e, this.#retransmission, now);
    }
    timers.setPatient(this.#end, transactionTimeout(timings), now);
    if (this.#text !== undefined) output.send(this.flow, this.#text);
  }

  receive(response: SipResponse, now: Millis): void {
    switch (this.state) {
      case 'trying':
      case 'proceeding':
        if (response.status < 200) {
          this.state = 'proceeding';
          this.#user.response(this, response, now);
        } else this.#complete(response, now);
        return;
      case 'completed':
      case 'terminated':
        return;
      default:
        assertNever(this.state);
    }
  }

  transportFailed(now: Millis): void {
    if (this.state !== 'trying' && this.state !== 'proceeding') return;
    const user = this.#user;
    this.terminate();
    user.transportFailed(this, now);
  }

  terminate(): void {
    if (this.state === 'terminated') return;
    this.state = 'terminated';
    this.#cancelE();
    this.#context.timers.cancel(this.#end);
    this.#context.forgetClient(this);
    this.#text = undefined;
    this.#user = NOBODY;
  }

  timerFired(kind: TimerKind, now: Millis): void {
    if (kind === 'E') {
      const { timers, timings, output } = this.#context;
      // §17.1.2.2: in Proceeding Timer E is reset to T2, in Trying it doubles up to T2.
      this.#retransmission =
        this.state === 'proceeding' ? timings.t2 : Math.min(this.#retransmission * 2, timings.t2);
      if (this.#e !== undefined) timers.set(this.#e, this.#retransmission, now);
      if (this.#text !== undefined) output.send(this.flow, this.#text);
      return;
    }
    const user = this.#user;
    const timedOut = this.state !== 'completed';
    this.terminate();
    if (timedOut) user.timedOut(this, now);
  }

  #cancelE(): void {
    if (this.#e !== undefined) this.#context.timers.cancel(this.#e);
    this.#e = undefined;
  }

  #complete(response: SipResponse, now: Millis): void {
    this.state = 'completed';
    const user = this.#user;
    this.#user = NOBODY;
    this.#text = undefined;
    const { timers, timings } = this.#context;
    this.#cancelE();
    if (isReliable(this.flow.transport)) this.terminate();
    else timers.setPatient(this.#end, timings.t4, now);
    user.response(this, response, now);
  }
}
