import { assertNever } from '../../base/assert-never.ts';
import type { Millis } from '../../base/clock.ts';
import { type Flow, isReliable } from '../../base/flow.ts';
import { type Deadline, type Ending, NO_TIMER } from '../../base/timers.ts';
import type { SipRequest } from '../message/message.ts';
import type { ServerTransactionUser, TransactionContext } from './context.ts';
import { transactionTimeout } from './timings.ts';

type State = 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';

/**
 * The INVITE server transaction: RFC 3261 figure 7 as RFC 6026 section 7.1 amends it. What it is due for is Timer G
 * until it is time for H, else I or L.
 */
export class InviteServerTransaction implements Deadline, Ending {
  readonly kind = 'inviteServer';
  /** Its key (`serverKey`). */
  readonly hash: number;
  readonly check: number;
  /** Where responses go (18.2.2, RFC 3581). */
  readonly flow: Flow;
  /** The top Via of the request, `received` and `rport` filled in: responses carry it. '' behind the final one. */
  topVia: string;
  state: State = 'proceeding';
  /** Who wants to hear of a CANCEL; nobody after the final response. */
  user: ServerTransactionUser | undefined = undefined;
  /** Under what its copies are found (8.2.2.2; `mergeKey`), if that is so. Set by the layer. */
  findsCopies = false;
  mergeHash = 0;
  mergeCheck = 0;
  nextEnding: Ending | undefined = undefined;
  readonly #context: TransactionContext;
  /** Of the final response, by Timer G. */
  #retransmission: Millis = 0;
  /** When Timer H is due. */
  #endsAt: Millis | undefined = undefined;
  #timer = NO_TIMER;
  #lastResponse: string | undefined = undefined;

  constructor(context: TransactionContext, hash: number, check: number, flow: Flow, topVia: string) {
    this.#context = context;
    this.hash = hash;
    this.check = check;
    this.flow = flow;
    this.topVia = topVia;
  }

  /** The INVITE came again. */
  receiveRetransmission(): void {
    switch (this.state) {
      case 'proceeding':
      case 'completed':
        if (this.#lastResponse !== undefined) this.#context.output.send(this.flow, this.#lastResponse);
        return;
      case 'confirmed':
      // RFC 6026 section 7.1: absorbed; the UAS core retransmits its 2xx itself.
      case 'accepted':
      case 'terminated':
        return;
      default:
        assertNever(this.state);
    }
  }

  receiveAck(_ack: SipRequest, now: Millis): void {
    if (this.state !== 'completed') return;
    this.state = 'confirmed';
    const { timers, timings } = this.#context;
    this.#lastResponse = undefined;
    this.#timer = timers.stop(this.#timer);
    if (isReliable(this.flow.transport)) this.#terminate();
    else timers.endAfter(timings.t4, this, now);
  }

  /** True while a final response may still be sent. */
  get open(): boolean {
    return this.state === 'proceeding';
  }

  respond(status: number, text: string, now: Millis): void {
    if (this.state === 'accepted') {
      // RFC 6026 section 7.1: the 2xx of every branch and their retransmissions pass.
      if (status >= 200 && status < 300) this.#context.output.send(this.flow, text);
      return;
    }
    if (this.state !== 'proceeding') return;
    const { timers, timings, output } = this.#context;
    output.send(this.flow, text);
    if (status < 200) {
      this.#lastResponse = text;
      return;
    }
    this.user = undefined;
    this.topVia = '';
    if (status < 300) {
      this.state = 'accepted';
      this.#lastResponse = undefined;
      timers.endAfter(transactionTimeout(timings), this, now);
      return;
    }
    this.state = 'completed';
    this.#lastResponse = text;
    this.#endsAt = now + transactionTimeout(timings);
    if (isReliable(this.flow.transport)) {
      this.#timer = timers.start(this.#timer, this, transactionTimeout(timings), now);
    } else {
      this.#retransmission = timings.t1;
      this.#timer = timers.start(this.#timer, this, this.#retransmission, now);
    }
  }

  due(now: Millis): void {
    this.#timer = NO_TIMER;
    if (this.state !== 'completed' || this.#endsAt === undefined || now >= this.#endsAt) {
      this.#terminate();
      return;
    }
    const { timers, timings, output } = this.#context;
    this.#retransmission = Math.min(this.#retransmission * 2, timings.t2);
    const wait = Math.min(this.#retransmission, this.#endsAt - now);
    this.#timer = timers.start(this.#timer, this, wait, now);
    if (this.#lastResponse !== undefined) output.send(this.flow, this.#lastResponse);
  }

  #terminate(): void {
    if (this.state === 'terminated') return;
    this.state = 'terminated';
    this.#lastResponse = undefined;
    this.#timer = this.#context.timers.stop(this.#timer);
    this.#context.forgetServer(this);
    this.user = undefined;
  }
}
