import type { Millis } from '../../base/clock.ts';
import { ownText } from '../../base/own-text.ts';
import { HeaderId } from '../message/header-name.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { buildResponse } from '../message/response.ts';
import type { ServerTransactionUser } from '../transaction/context.ts';
import type { InviteServerTransaction } from '../transaction/invite-server.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import { betterResponse } from './best-response.ts';
import {
  Branch,
  type BranchEnd,
  type BranchLimits,
  type BranchRequest,
  type BranchUser,
  isOurs,
} from './branch.ts';
import { collectChallenges } from './challenges.ts';
import { forwardResponse } from './forward-response.ts';
import { type OwnMessages, UnwantedAnswers } from './unwanted-answer.ts';

/** Who decides what is tried next. */
export interface ResponseContextUser {
  /** The first 180 or 183 of this branch has been forwarded. */
  branchRang(branch: Branch, now: Millis): void;
  /** A branch has failed. Start another one, or finish; the caller waits. */
  branchFailed(branch: Branch, end: BranchEnd, now: Millis): void;
  /** The caller has hung up: no further branch can be started. */
  callerCancelled(now: Millis): void;
  /** The one final response has gone to the caller; `answeredBy` is the branch of a 2xx. */
  finished(status: number, answeredBy: Branch | undefined, now: Millis): void;
}

/** RFC 3326 section 2: so that a phone that rang does not show a missed call. */
const COMPLETED_ELSEWHERE = 'Reason: SIP;cause=200;text="Call completed elsewhere"\r\n';

const NO_REFUSALS: readonly SipResponse[] = [];
const NO_BRANCHES: readonly Branch[] = [];

/** What the caller gets when every branch has failed. */
export type FinalAnswer =
  /** The best of the responses that came (16.7 step 6). */
  { readonly kind: 'best' } | { readonly kind: 'status'; readonly status: number; readonly reason?: string };

/**
 * The response context of one INVITE (16.7) with serial targets: sees to it that the caller gets exactly one
 * final response, and that never two answered legs remain.
 */
export class ResponseContext implements ServerTransactionUser, BranchUser {
  /** Let go with the final response: what is kept for 64*T1 should be little. */
  #request: SipRequest | undefined;
  readonly #layer: TransactionLayer;
  readonly #server: InviteServerTransaction;
  #user: ResponseContextUser;
  readonly #own: OwnMessages;
  /** Made when it is needed, which is seldom. */
  #unwanted: UnwantedAnswers | undefined = undefined;
  /** In the order in which they were started; mostly there is one. */
  #branches: readonly Branch[] = NO_BRANCHES;
  #best: SipResponse | undefined;
  #refusals: readonly SipResponse[] = NO_REFUSALS;
  #bestBranch: Branch | undefined;
  #answeredBy: Branch | undefined;
  #answeredTag: string | undefined;
  #cancelled = false;

  constructor(
    layer: TransactionLayer,
    server: InviteServerTransaction,
    request: SipRequest,
    own: OwnMessages,
    user: ResponseContextUser,
  ) {
    this.#layer = layer;
    this.#server = server;
    this.#request = request;
    this.#own = own;
    this.#user = user;
    server.user = this;
  }

  /** True while the caller waits and has not hung up: only then another branch may be started. */
  get open(): boolean {
    return this.#server.open && !this.#cancelled;
  }

  /** The best final response so far. */
  get best(): SipResponse | undefined {
    return this.#best;
  }

  /** §16.2: a 100 at once, so that the caller's INVITE is not sent again. */
  sendTrying(now: Millis): void {
    if (this.#request === undefined) return;
    this.#server.respond(100, buildResponse(this.#request, 100, { topVia: this.#server.topVia }), now);
  }

  /** Tries one more target with the copy `text`; undefined when the call is no longer open. */
  startBranch(request: BranchRequest, limits: BranchLimits, text: string, now: Millis): Branch | undefined {
    if (!this.open) return undefined;
    const branch = new Branch(this.#layer, request, limits, this);
    this.#branches = this.#branches === NO_BRANCHES ? [branch] : [...this.#branches, branch];
    branch.start(text, now);
    return branch;
  }

  /** Sends the caller's final response. Does nothing when there has been one. */
  finish(answer: FinalAnswer, now: Millis): void {
    if (!this.#server.open) return;
    const best = this.#best;
    if (answer.kind === 'best' && best !== undefined && this.#bestBranch !== undefined) {
      // §16.7 step 6: a 503 would make the caller avoid all of us, not one target.
      if (best.status === 503) this.#respond(500, undefined, now);
      else if (isOurs(best)) this.#respond(best.status, undefined, now);
      else this.#forwardFinal(best, this.#bestBranch, now);
      return;
    }
    if (answer.kind === 'best') this.#respond(480, undefined, now);
    else this.#respond(answer.status, answer.reason, now);
  }

  cancelled(cancel: SipRequest, now: Millis): void {
    if (!this.open) return;
    this.#cancelled = true;
    this.#user.callerCancelled(now);
    const reason = reasonLines(cancel);
    for (const branch of this.#branches) branch.callerHungUp(reason, now);
    this.#settleCancelled(now);
  }

  provisional(branch: Branch, response: SipResponse, rings: boolean, now: Millis): void {
    this.#server.respond(response.status, forwardResponse(response, branch.request.forwarding), now);
    if (rings) this.#user.branchRang(branch, now);
  }

  success(branch: Branch, response: SipResponse, now: Millis): void {
    if (this.#answeredBy === undefined && this.#server.open) {
      this.#answeredBy = branch;
      this.#answeredTag = response.toTag === undefined ? undefined : ownText(response.toTag);
      this.#server.respond(response.status, forwardResponse(response, branch.request.forwarding), now);
      // §16.7 step 10: every other branch is cancelled.
      for (const other of this.#branches) if (other !== branch) other.abandon(now, COMPLETED_ELSEWHERE);
      this.#letGo().finished(response.status, branch, now);
      return;
    }
    if (this.#answeredBy === branch && this.#answeredTag === response.toTag) {
      // RFC 6026 section 7.1: the callee's retransmission goes on to the caller.
      this.#server.respond(response.status, forwardResponse(response, branch.request.forwarding), now);
      return;
    }
    this.unusable(branch, response, now);
  }

  unusable(branch: Branch, response: SipResponse, now: Millis): void {
    const reason = this.#answeredBy === undefined ? '' : COMPLETED_ELSEWHERE;
    this.#unwanted ??= new UnwantedAnswers(this.#layer, this.#own);
    this.#unwanted.end(branch, response, reason, now);
  }

  failed(branch: Branch, end: BranchEnd, now: Millis): void {
    if (end.kind === 'response') this.#remember(branch, end.response);
    this.#user.branchFailed(branch, end, now);
  }

  settled(_branch: Branch, now: Millis): void {
    if (this.#cancelled) this.#settleCancelled(now);
  }

  #remember(branch: Branch, response: SipResponse): void {
    if (branch.request.notForCaller.includes(response.status)) return;
    const best = betterResponse(this.#best, response);
    if (best !== this.#best) this.#bestBranch = branch;
    this.#best = best;
    if (response.status === 401 || response.status === 407) this.#refusals = [...this.#refusals, response];
  }

  /**
   * After a CANCEL: a 487 as soon as no target is left that was asked to stop and could still answer. A target
   * that never said a word is not waited for: it cannot be cancelled yet (9.1), and the caller is gone.
   */
  #settleCancelled(now: Millis): void {
    if (!this.#server.open) return;
    for (const branch of this.#branches) if (branch.awaited) return;
    this.#respond(487, undefined, now);
  }

  #forwardFinal(response: SipResponse, branch: Branch, now: Millis): void {
    const challenges = collectChallenges(response, this.#refusals);
    const text = forwardResponse(response, branch.request.forwarding, challenges);
    this.#finished(response.status, text, now);
  }

  #respond(status: number, reason: string | undefined, now: Millis): void {
    if (this.#request === undefined) return;
    const options = { reason, toTag: this.#own.newTag(), topVia: this.#server.topVia };
    const text = buildResponse(this.#request, status, options);
    this.#finished(status, text, now);
  }

  #finished(status: number, text: string, now: Millis): void {
    this.#server.respond(status, text, now);
    // §16.7 step 10: nothing may ring on for a caller who has an answer.
    for (const branch of this.#branches) branch.abandon(now);
    this.#letGo().finished(status, undefined, now);
  }

  /** After the final response only late answers are met: the call itself need not wait for them. */
  #letGo(): ResponseContextUser {
    const user = this.#user;
    this.#user = FINISHED;
    this.#request = undefined;
    this.#best = undefined;
    this.#bestBranch = undefined;
    this.#refusals = NO_REFUSALS;
    return user;
  }
}

/** The user of a context whose call is over. */
const FINISHED: ResponseContextUser = {
  branchRang() {},
  branchFailed() {},
  callerCancelled() {},
  finished() {},
};

/** RFC 3326 section 2: why the caller hung up is passed on; undefined when it does not say. */
function reasonLines(cancel: SipRequest): string | undefined {
  const reasons = cancel.headers.values(HeaderId.Reason);
  return reasons.length === 0 ? undefined : reasons.map((reason) => `Reason: ${reason}\r\n`).join('');
}
