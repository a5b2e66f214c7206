import type { Millis } from '../../base/clock.ts';
import type { Flow } from '../../base/flow.ts';
import { type Deadline, NO_TIMER } from '../../base/timers.ts';
import type { SipResponse } from '../message/message.ts';
import { buildCancel } from '../message/request.ts';
import { type ClientTransactionUser, NOBODY } from '../transaction/context.ts';
import type { InviteClientTransaction } from '../transaction/invite-client.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import { transactionTimeout } from '../transaction/timings.ts';
import type { ResponseForwarding } from './forward-response.ts';

/** §16.6 step 11: Timer C must be more than three minutes. */
const TIMER_C: Millis = 181_000;

/** How long a target may take for what; undefined: only the transaction's own timers and Timer C. */
export interface BranchLimits {
  /** Until anything at all comes. */
  readonly noResponse: Millis | undefined;
  /** From the INVITE to an 18x or a final response, once a 100 has come. */
  readonly noProgress: Millis | undefined;
  /** From the first 18x to a final response. */
  readonly ring: Millis | undefined;
}

const NO_LIMITS: BranchLimits = { noResponse: undefined, noProgress: undefined, ring: undefined };

/** What is kept of one copy of the request. The copy itself is not: it would stay as long as late answers may come. */
export interface BranchRequest {
  readonly requestUri: string;
  /** How many Record-Route values it carries: in an answer those of the callee's side stand above them. */
  readonly recordRoutes: number;
  /** The branch in its top Via. */
  readonly branch: string;
  readonly flow: Flow;
  readonly forwarding: ResponseForwarding;
  /** Final statuses from this target that are meant for us alone: never what the caller gets (16.7 step 6). */
  readonly notForCaller: readonly number[];
}

/** How a branch ended without a 2xx. */
export type BranchEnd =
  | { readonly kind: 'response'; readonly response: SipResponse }
  | { readonly kind: 'noResponse'; readonly cause: 'silent' | 'noProgress' | 'noAnswer' }
  | { readonly kind: 'transportFailed' };

/** What the response context wants to hear from its branches. */
export interface BranchUser {
  /** A 101–199. `rings`: the first 180 or 183 of this branch. */
  provisional(branch: Branch, response: SipResponse, rings: boolean, now: Millis): void;
  success(branch: Branch, response: SipResponse, now: Millis): void;
  /** A 2xx that cannot go on to the caller. The branch has failed, or fails next. */
  unusable(branch: Branch, response: SipResponse, now: Millis): void;
  /** The branch has failed, or its time is up, while the caller waits. Never for one that was given up. */
  failed(branch: Branch, end: BranchEnd, now: Millis): void;
  /** A branch that had been given up has come to its end. */
  settled(branch: Branch, now: Millis): void;
}

/**
 * - calling: nothing came yet
 * - proceeding: a 100 came
 * - ringing: an 18x came
 * - abandoned: given up; what still comes is only met
 * - answered: a 2xx came
 * - ended: a final response came, or nothing can come any more
 */
type State = 'calling' | 'proceeding' | 'ringing' | 'abandoned' | 'answered' | 'ended';

/**
 * A branch of a response context (16.6, 16.7, 16.8): one client transaction and the time it may take. What it is due for
 * is the limit that runs.
 */
export class Branch implements ClientTransactionUser, Deadline {
  readonly request: BranchRequest;
  state: State = 'calling';
  /** A 180 or 183 came from this target: its user is being asked, or the caller hears it. */
  rang = false;
  readonly #layer: TransactionLayer;
  readonly #user: BranchUser;
  #limits: BranchLimits;
  #limitMeans: 'silent' | 'noProgress' | 'noAnswer' | 'cancelled' = 'silent';
  #transaction: InviteClientTransaction | undefined;
  #cancelSent = false;
  #startedAt: Millis = 0;
  #callerGone = false;
  /** Header lines for the CANCEL. */
  #cancelHeaders: string | undefined;
  #timer = NO_TIMER;

  constructor(layer: TransactionLayer, request: BranchRequest, limits: BranchLimits, user: BranchUser) {
    this.#layer = layer;
    this.request = request;
    this.#user = user;
    this.#limits = limits;
  }

  /** `text`: the copy itself. */
  start(text: string, now: Millis): void {
    this.#startedAt = now;
    const { branch, flow } = this.request;
    const { noResponse } = this.#limits;
    if (noResponse !== undefined) this.#setLimit('silent', noResponse, now);
    this.#transaction = this.#layer.sendInvite(text, branch, flow, this, now);
  }

  /** True while this branch may still make the call succeed without having been given up. */
  get pending(): boolean {
    return this.state === 'calling' || this.state === 'proceeding' || this.state === 'ringing';
  }

  /** The caller hung up, this target was told so, and its final response is still out. */
  get awaited(): boolean {
    return this.#callerGone && this.state === 'abandoned' && this.#cancelSent;
  }

  /**
   * Gives the target up: a CANCEL goes out at once when that is allowed, else as soon as it is (9.1); the
   * INVITE is not sent again. `reason`: header lines for the CANCEL (RFC 3326).
   */
  abandon(now: Millis, reason?: string): void {
    if (!this.pending) return;
    this.#transaction?.stopRetransmitting(now);
    this.#giveUp(reason, now);
  }

  /**
   * The caller sent a CANCEL. A target that has said nothing gets neither that (9.1) nor the INVITE again: a
   * PBX that comes back must not ring for a call that is over.
   */
  callerHungUp(reason: string | undefined, now: Millis): void {
    this.#callerGone = this.pending;
    this.abandon(now, reason);
  }

  /** The host of the target says that nothing listens there (18.4). */
  refused(now: Millis): void {
    if (this.state === 'calling') this.#transaction?.transportFailed(now);
  }

  response(_transaction: unknown, response: SipResponse, now: Millis): void {
    if (response.status < 200) this.#provisional(response, now);
    else if (response.status < 300) this.#success(response, now);
    else this.#end({ kind: 'response', response }, now);
  }

  timedOut(_transaction: unknown, now: Millis): void {
    this.#end({ kind: 'noResponse', cause: 'silent' }, now);
  }

  transportFailed(_transaction: unknown, now: Millis): void {
    this.#end({ kind: 'transportFailed' }, now);
  }

  due(now: Millis): void {
    this.#timer = NO_TIMER;
    if (this.#limitMeans === 'cancelled') {
      // §9.1: 64*T1 after the CANCEL the transaction is over, final response or not.
      this.#transaction?.terminate();
      this.#settle(now);
      return;
    }
    const cause = this.#limitMeans;
    this.abandon(now);
    this.#user.failed(this, { kind: 'noResponse', cause }, now);
  }

  #provisional(response: SipResponse, now: Millis): void {
    if (this.state === 'abandoned') {
      this.#cancel(now);
      return;
    }
    const limits = this.#limits;
    const { status } = response;
    const rings = (status === 180 || status === 183) && !this.rang;
    if (rings) this.rang = true;
    if (status >= 180 && status < 190 && this.state !== 'ringing') {
      this.state = 'ringing';
      this.#setLimit('noAnswer', limits.ring ?? TIMER_C, now);
    } else if (this.state === 'calling') {
      this.state = 'proceeding';
      const left = limits.noProgress === undefined ? TIMER_C : limits.noProgress - (now - this.#startedAt);
      this.#setLimit('noProgress', Math.max(left, 0), now);
    } else if (status > 100 && limits.ring === undefined) {
      // §16.7 step 2: a provisional response other than 100 starts Timer C again.
      this.#setLimit('noAnswer', TIMER_C, now);
    }
    if (status > 100 && !isOurs(response)) this.#user.provisional(this, response, rings, now);
  }

  #success(response: SipResponse, now: Millis): void {
    if (isOurs(response)) {
      this.#user.unusable(this, response, now);
      this.#end({ kind: 'noResponse', cause: 'silent' }, now);
      return;
    }
    this.#stopLimit();
    this.state = 'answered';
    this.#user.success(this, response, now);
  }

  #end(end: BranchEnd, now: Millis): void {
    if (this.state === 'abandoned') {
      this.#settle(now);
      return;
    }
    if (!this.pending) return;
    this.#stopLimit();
    this.state = 'ended';
    this.#user.failed(this, end, now);
  }

  #settle(now: Millis): void {
    this.#stopLimit();
    this.state = 'ended';
    this.#user.settled(this, now);
  }

  #giveUp(reason: string | undefined, now: Millis): void {
    const cancellable = this.state !== 'calling';
    this.state = 'abandoned';
    this.#cancelHeaders = reason;
    this.#stopLimit();
    if (cancellable) this.#cancel(now);
  }

  #cancel(now: Millis): void {
    const request = this.#transaction?.sentRequest();
    if (this.#cancelSent || request === undefined) return;
    this.#cancelSent = true;
    const { branch, flow } = this.request;
    this.#layer.sendNonInvite('CANCEL', buildCancel(request, this.#cancelHeaders), branch, flow, NOBODY, now);
    this.#setLimit('cancelled', transactionTimeout(this.#layer.timings), now);
  }

  #setLimit(means: 'silent' | 'noProgress' | 'noAnswer' | 'cancelled', duration: Millis, now: Millis): void {
    this.#limitMeans = means;
    this.#timer = this.#layer.timers.start(this.#timer, this, duration, now);
  }

  /** Nothing is limited any more. What is kept for 64*T1 should be little. */
  #stopLimit(): void {
    this.#timer = this.#layer.timers.stop(this.#timer);
    this.#limits = NO_LIMITS;
  }
}

/** §16.7 step 3: with no Via below ours a response cannot go on; it was meant for us. */
export function isOurs(response: SipResponse): boolean {
  return !response.hasNextVia;
}
