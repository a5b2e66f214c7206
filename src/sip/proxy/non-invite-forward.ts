import type { Millis } from '../../base/clock.ts';
import type { Flow } from '../../base/flow.ts';
import { type Deadline, NO_TIMER } from '../../base/timers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { buildResponse } from '../message/response.ts';
import type { ClientTransactionUser } from '../transaction/context.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { NonInviteServerTransaction } from '../transaction/non-invite-server.ts';
import { untilT2 } from '../transaction/timings.ts';
import { isOurs } from './branch.ts';
import { forwardResponse, type ResponseForwarding } from './forward-response.ts';
import type { OwnMessages } from './unwanted-answer.ts';

/**
 * A request other than INVITE on its way through us to one target: the response context it needs (16.7). What it is due
 * for is a 100.
 */
export class NonInviteForward implements ClientTransactionUser, Deadline {
  readonly #layer: TransactionLayer;
  readonly #server: NonInviteServerTransaction;
  readonly #request: SipRequest;
  readonly #forwarding: ResponseForwarding;
  readonly #own: OwnMessages;
  #timer = NO_TIMER;

  constructor(
    layer: TransactionLayer,
    server: NonInviteServerTransaction,
    request: SipRequest,
    forwarding: ResponseForwarding,
    own: OwnMessages,
  ) {
    this.#layer = layer;
    this.#server = server;
    this.#request = request;
    this.#forwarding = forwarding;
    this.#own = own;
  }

  /** Sends the copy, whose top Via has `branch`. */
  start(text: string, branch: string, flow: Flow, now: Millis): void {
    this.#timer = this.#layer.timers.start(this.#timer, this, untilT2(this.#layer.timings), now);
    this.#layer.sendNonInvite(this.#request.method, text, branch, flow, this, now);
  }

  response(_transaction: unknown, response: SipResponse, now: Millis): void {
    // §16.7 step 5: a 100 is not forwarded, and RFC 4320 section 4.1 allows no other provisional response.
    if (response.status < 200) return;
    // RFC 4320 section 4.2: a 408 says nothing that the sender's own Timer F does not.
    if (response.status === 408) this.#abandon();
    // §16.7 step 6: a 503 would make the sender avoid all of us, not one target.
    else if (response.status === 503) this.#respond(500, now);
    else if (isOurs(response)) this.#respond(response.status, now);
    else this.#send(response.status, forwardResponse(response, this.#forwarding), now);
  }

  timedOut(): void {
    this.#abandon();
  }

  transportFailed(_transaction: unknown, now: Millis): void {
    // §16.9 with §16.7 step 6: as if a 503 had come, which goes on as 500.
    this.#respond(500, now);
  }

  /** RFC 4320 section 4.1: a 100 neither before the sender has slowed down to T2 nor long after. */
  due(now: Millis): void {
    this.#timer = NO_TIMER;
    this.#server.respond(100, buildResponse(this.#request, 100, { topVia: this.#server.topVia }), now);
  }

  /** RFC 4320 section 4.2: no final response; there is no time left in which it could arrive. */
  #abandon(): void {
    this.#timer = this.#layer.timers.stop(this.#timer);
    this.#server.abandon();
  }

  #respond(status: number, now: Millis): void {
    const options = { toTag: this.#own.newTag(), topVia: this.#server.topVia };
    this.#send(status, buildResponse(this.#request, status, options), now);
  }

  #send(status: number, text: string, now: Millis): void {
    this.#timer = this.#layer.timers.stop(this.#timer);
    this.#server.respond(status, text, now);
  }
}
