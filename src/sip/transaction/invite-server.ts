import { assertNever } from '../../base/assert-never.ts';
import type { Millis } from '../../base/clock.ts';
import { type Flow, isReliable } from '../../base/flow.ts';
import { Timer } from '../../base/timers.ts';
import type { SipRequest } from '../message/message.ts';
import type { ServerTransactionUser, TransactionContext } from './context.ts';
import type { ServerKey } from './server-key.ts';
import { transactionTimeout } from './timings.ts';

type State = 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';
type TimerKind = 'G' | 'end';

/** The INVITE server transaction: RFC 3261 figure 7 as RFC 6026 section 7.1 amends it. */
export class InviteServerTransaction {
  readonly kind = 'inviteServer';
  readonly key: ServerKey;
  /** Where responses go (18.2.2, RFC 3581). */
  readonly flow: Flow;
  /** The top Via of the request, `received` and `rport` filled in: responses carry it. */
  readonly topVia: string;
  state: State = 'proceeding';
  /** Who wants to hear of a CANCEL; nobody after the final response. */
  user: ServerTransactionUser | undefined = undefined;
  /** Under what its copies are found (8.2.2.2). Set by the layer. */
  mergeKey: string | undefined = undefined;
  readonly #context: TransactionContext;
  /** Made for a final response other than 2xx. */
  #g: Timer<TimerKind> | undefined = undefined;
  /** H, I or L: never two of them at once. */
  readonly #end: Timer<TimerKind>;
  #retransmission: Millis;
  #lastResponse: string | undefined = undefined;

  constructor(context: TransactionContext, key: ServerKey, flow: Flow, topVia: string) {
    this.#context = context;
    this.key = key;
    this.flow = flow;
    this.topVia = topVia;
    this.#end = new Timer<TimerKind>(this, 'end');
    this.#retransmission = context.timings.t1;
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
    this.#cancelG();
    this.#lastResponse = undefined;
    if (isReliable(this.flow.transport)) this.#terminate();
    else timers.setPatient(this.#end, timings.t4, now);
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
    if (status < 300) {
      this.state = 'accepted';
      this.#lastResponse = undefined;
      timers.setPatient(this.#end, transactionTimeout(timings), now);
    } else {
      this.state = 'completed';
      this.#lastResponse = text;
      if (!isReliable(this.flow.transport)) {
        this.#g = new Timer<TimerKind>(this, 'G');
        timers.set(this.#g, this.#retransmission, now);
      }
      timers.setPatient(this.#end, transactionTimeout(timings), now);
    }
  }

  timerFired(kind: TimerKind, now: Millis): void {
    if (kind === 'end') {
      this.#terminate();
      return;
    }
    const { timers, timings, output } = this.#context;
    this.#retransmission = Math.min(this.#retransmission * 2, timings.t2);
    if (this.#g !== undefined) timers.set(this.#g, this.#retransmission, now);
    if (this.#lastResponse !== undefined) output.send(this.flow, this.#lastResponse);
  }

  #cancelG(): void {
    if (this.#g !== undefined) this.#context.timers.cancel(this.#g);
  }

  #terminate(): void {
    this.state = 'terminated';
    this.#lastResponse = undefined;
    this.#cancelG();
    this.#context.timers.cancel(this.#end);
    this.#context.forgetServer(this);
    this.user = undefined;
  }
}
