import type { Millis } from '../../base/clock.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { buildResponse } from '../message/response.ts';
import type { ClientTransactionUser } from '../transaction/context.ts';
import type { NonInviteServerTransaction } from '../transaction/non-invite-server.ts';
import { forwardResponse, type ResponseForwarding } from './forward-response.ts';

/** A request other than INVITE on its way through us to one target: the response context it needs (16.7). */
export class NonInviteForward implements ClientTransactionUser {
  readonly #server: NonInviteServerTransaction;
  readonly #request: SipRequest;
  readonly #forwarding: ResponseForwarding;
  readonly #localTag: string;
  readonly #answered: ((status: number, now: Millis) => void) | undefined;

  constructor(
    server: NonInviteServerTransaction,
    request: SipRequest,
    forwarding: ResponseForwarding,
    localTag: string,
    answered?: (status: number, now: Millis) => void,
  ) {
    this.#server = server;
    this.#request = request;
    this.#forwarding = forwarding;
    this.#localTag = localTag;
    this.#answered = answered;
  }

  response(_transaction: unknown, response: SipResponse, now: Millis): void {
    // §16.7 step 5: a 100 is not forwarded, and RFC 4320 section 4.1 allows no other provisional response.
    if (response.status < 200) return;
    this.#server.respond(response.status, forwardResponse(response, this.#forwarding), now);
    this.#answered?.(response.status, now);
  }

  timedOut(_transaction: unknown, now: Millis): void {
    // RFC 4320 section 4.2: no 408, the sender's own Timer F has run out by then.
    this.#server.abandon(now);
  }

  transportFailed(_transaction: unknown, now: Millis): void {
    // §16.9 with §16.7 step 6: as if a 503 had come, which goes on as 500.
    const text = buildResponse(this.#request, 500, { toTag: this.#localTag, topVia: this.#server.topVia });
    this.#server.respond(500, text, now);
  }
}
