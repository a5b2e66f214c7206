import { assertNever } from '../../base/assert-never.ts';
import type { Millis } from '../../base/clock.ts';
import { type Flow, isReliable } from '../../base/flow.ts';
import { type Deadline, type Ending, NO_TIMER } from '../../base/timers.ts';
import type { SipResponse } from '../message/message.ts';
import { type ClientTransactionUser, NOBODY, type TransactionContext } from './context.ts';
import { transactionTimeout } from './timings.ts';

type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

/**
 * The non-INVITE client transaction: RFC 3261 figure 6. What it is due for is Timer E until it is time for F, then K.
 */
export class NonInviteClientTransaction implements Deadline, Ending {
  readonly kind = 'nonInviteClient';
  /** What the branch is known by (`Fingerprint.numbered`). */
  readonly hash: number;
  readonly check: number;
  readonly proof: number;
  readonly flow: Flow;
  state: State = 'trying';
  nextEnding: Ending | undefined = undefined;
  readonly #context: TransactionContext;
  /** Let go once it cannot hear any more. */
  #user: ClientTransactionUser;
  /** The request as sent; dropped as soon as nothing can need it. */
  #text: string | undefined;
  /** The interval of Timer E; 0: the request is not sent again. */
  #retransmission: Millis = 0;
  /** When Timer F is due. */
  #endsAt: Millis | undefined = undefined;
  #timer = NO_TIMER;

  constructor(
    context: TransactionContext,
    text: string,
    hash: number,
    check: number,
    proof: number,
    flow: Flow,
    user: ClientTransactionUser,
  ) {
    this.#context = context;
    this.#text = text;
    this.hash = hash;
    this.check = check;
    this.proof = proof;
    this.flow = flow;
    this.#user = user;
  }

  start(now: Millis): void {
    const { timers, timings, output } = this.#context;
    if (isReliable(this.flow.transport)) {
      this.#timer = timers.start(this.#timer, this, transactionTimeout(timings), now);
    } else {
      this.#retransmission = timings.t1;
      this.#endsAt = now + transactionTimeout(timings);
      this.#timer = timers.start(this.#timer, this, this.#retransmission, now);
    }
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
    this.#timer = this.#context.timers.stop(this.#timer);
    this.#context.forgetClient(this);
    this.#text = undefined;
    this.#user = NOBODY;
  }

  due(now: Millis): void {
    this.#timer = NO_TIMER;
    if (this.state === 'terminated') return;
    if (this.#retransmission > 0 && this.#endsAt !== undefined && now < this.#endsAt) {
      const { timers, timings, output } = this.#context;
      // §17.1.2.2: in Proceeding Timer E is reset to T2, in Trying it doubles up to T2.
      this.#retransmission =
        this.state === 'proceeding' ? timings.t2 : Math.min(this.#retransmission * 2, timings.t2);
      const wait = Math.min(this.#retransmission, this.#endsAt - now);
      this.#timer = timers.start(this.#timer, this, wait, now);
      if (this.#text !== undefined) output.send(this.flow, this.#text);
      return;
    }
    const user = this.#user;
    const timedOut = this.state !== 'completed';
    this.terminate();
    if (timedOut) user.timedOut(this, now);
  }

  #complete(response: SipResponse, now: Millis): void {
    this.state = 'completed';
    const user = this.#user;
    this.#user = NOBODY;
    this.#text = undefined;
    this.#retransmission = 0;
    this.#endsAt = undefined;
    const { timers, timings } = this.#context;
    this.#timer = timers.stop(this.#timer);
    if (isReliable(this.flow.transport)) this.terminate();
    else timers.endAfter(timings.t4, this, now);
    user.response(this, response, now);
  }
}
