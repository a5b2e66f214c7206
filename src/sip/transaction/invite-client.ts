import { assertNever } from '../../base/assert-never.ts';
import type { Millis } from '../../base/clock.ts';
import { type Flow, isReliable } from '../../base/flow.ts';
import { type Deadline, type Ending, NO_TIMER } from '../../base/timers.ts';
import type { MessageLimits } from '../message/limits.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { buildAck } from '../message/request.ts';
import { type ClientTransactionUser, NOBODY, type TransactionContext } from './context.ts';
import { timerD, transactionTimeout } from './timings.ts';

type State = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';

/** What we sent may hold more than what came in: our own Via, Record-Route and Diversion, to begin with. */
const UNLIMITED: MessageLimits = {
  size: Number.POSITIVE_INFINITY,
  headers: Number.POSITIVE_INFINITY,
  vias: Number.POSITIVE_INFINITY,
  line: Number.POSITIVE_INFINITY,
  uri: Number.POSITIVE_INFINITY,
};

/**
 * The INVITE client transaction: RFC 3261 figure 5 as RFC 6026 section 7.2 amends it. What it is due for is Timer A
 * until it is time for B, then D or M.
 */
export class InviteClientTransaction implements Deadline, Ending {
  readonly kind = 'inviteClient';
  /** What the branch is known by (`Fingerprint.numbered`). */
  readonly hash: number;
  readonly check: number;
  readonly proof: number;
  readonly flow: Flow;
  state: State = 'calling';
  nextEnding: Ending | undefined = undefined;
  readonly #context: TransactionContext;
  /** Let go once it cannot hear any more: what it holds of the call need not wait for Timer D. */
  #user: ClientTransactionUser;
  /** The request as sent; dropped as soon as nothing can need it. */
  #text: string | undefined;
  /** The ACK for a final response other than 2xx. */
  #ack: string | undefined = undefined;
  /** The interval of Timer A; 0: the INVITE is not sent again. */
  #retransmission: Millis = 0;
  /** When Timer B is due. */
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
      case 'calling':
      case 'proceeding':
        if (response.status < 200) this.#proceed(response, now);
        else if (response.status < 300) this.#accept(response, now);
        else this.#complete(response, now);
        return;
      case 'completed':
        // §17.1.1.2: a retransmitted final response is acknowledged again and not passed up.
        if (response.status >= 300 && this.#ack !== undefined)
          this.#context.output.send(this.flow, this.#ack);
        return;
      case 'accepted':
        // RFC 6026 section 7.2: every 2xx goes to the transaction user, anything else is dropped.
        if (response.status >= 200 && response.status < 300) this.#user.response(this, response, now);
        return;
      case 'terminated':
        return;
      default:
        assertNever(this.state);
    }
  }

  /** Stops Timer A: the transaction user has given the target up, but a late answer must still be met. */
  stopRetransmitting(now: Millis): void {
    if (this.#retransmission === 0) return;
    this.#retransmission = 0;
    if (this.state === 'calling' && this.#endsAt !== undefined) {
      this.#timer = this.#context.timers.start(this.#timer, this, Math.max(0, this.#endsAt - now), now);
    }
  }

  transportFailed(now: Millis): void {
    switch (this.state) {
      case 'calling':
      case 'proceeding': {
        const user = this.#user;
        this.terminate();
        user.transportFailed(this, now);
        return;
      }
      case 'completed':
        // §17.1.1.2: nobody is there to be told that the ACK was lost; the user has its final response.
        this.terminate();
        return;
      case 'accepted':
      case 'terminated':
        return;
      default:
        assertNever(this.state);
    }
  }

  /** Ends the transaction without a word, for example 64*T1 after an unanswered CANCEL (9.1). */
  terminate(): void {
    if (this.state === 'terminated') return;
    this.state = 'terminated';
    this.#timer = this.#context.timers.stop(this.#timer);
    this.#context.forgetClient(this);
    this.#text = undefined;
    this.#ack = undefined;
    this.#user = NOBODY;
  }

  due(now: Millis): void {
    this.#timer = NO_TIMER;
    if (this.state === 'terminated') return;
    if (this.#retransmission > 0 && this.#endsAt !== undefined && now < this.#endsAt) {
      this.#retransmission *= 2;
      const wait = Math.min(this.#retransmission, this.#endsAt - now);
      this.#timer = this.#context.timers.start(this.#timer, this, wait, now);
      if (this.#text !== undefined) this.#context.output.send(this.flow, this.#text);
      return;
    }
    const user = this.#user;
    const timedOut = this.state === 'calling';
    this.terminate();
    if (timedOut) user.timedOut(this, now);
  }

  #stopTimers(): void {
    this.#retransmission = 0;
    this.#endsAt = undefined;
    this.#timer = this.#context.timers.stop(this.#timer);
  }

  #proceed(response: SipResponse, now: Millis): void {
    if (this.state === 'calling') {
      this.state = 'proceeding';
      this.#stopTimers();
    }
    this.#user.response(this, response, now);
  }

  #accept(response: SipResponse, now: Millis): void {
    this.state = 'accepted';
    this.#text = undefined;
    this.#stopTimers();
    this.#context.timers.endAfter(transactionTimeout(this.#context.timings), this, now);
    this.#user.response(this, response, now);
  }

  #complete(response: SipResponse, now: Millis): void {
    this.state = 'completed';
    const user = this.#user;
    const { timers, timings, output } = this.#context;
    this.#stopTimers();
    // §17.1.1.3: the ACK for a non-2xx belongs to this transaction and goes where the INVITE went.
    const request = this.sentRequest();
    if (request !== undefined) {
      this.#ack = buildAck(request, response);
      output.send(this.flow, this.#ack);
    }
    this.#text = undefined;
    this.#user = NOBODY;
    if (isReliable(this.flow.transport)) this.terminate();
    else timers.endAfter(timerD(timings), this, now);
    user.response(this, response, now);
  }

  /**
   * The INVITE as it was sent, for the CANCEL and the ACK that are made from it. Undefined once neither can be
   * needed any more.
   */
  sentRequest(): SipRequest | undefined {
    if (this.#text === undefined) return undefined;
    const message = parseMessage(this.#text, UNLIMITED);
    return message.kind === 'request' ? message : undefined;
  }
}
