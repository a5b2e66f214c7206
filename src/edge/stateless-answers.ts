import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import { HeaderId } from '../sip/message/header-name.ts';
import type { SipRequest } from '../sip/message/message.ts';
import { stampReceived } from '../sip/message/received.ts';
import { buildResponse } from '../sip/message/response.ts';
import { ALLOW, requestRefusal } from './request-refusal.ts';
import type { TrunkServer } from './trunk-server.ts';

interface Answer {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly headers?: string;
}

/**
 * What needs no transaction (8.2.7): requests from outside that are refused, challenged, or ask for nothing but
 * a sign of life. They cost no memory, and none of the answers is ever sent again by itself.
 */
export class StatelessAnswers {
  readonly #server: TrunkServer;

  constructor(server: TrunkServer) {
    this.#server = server;
  }

  /** False where the request needs a transaction. */
  answer(request: SipRequest, source: Flow, now: Millis): boolean {
    const answer = this.#answerTo(request, source, now);
    if (answer === undefined) return false;
    const { status, reason, headers } = answer;
    const options = {
      reason,
      toTag: this.#server.statelessTag(request),
      topVia: stampReceived(request, source.address, source.port),
      headers: headers ?? '',
    };
    const text = buildResponse(request, status, options);
    this.#server.send(this.#server.layer.responseFlow(request.via, source), text);
    return true;
  }

  #answerTo(request: SipRequest, source: Flow, now: Millis): Answer | undefined {
    const server = this.#server;
    switch (request.method) {
      case 'INVITE': {
        if (server.knows(source.address) || server.routeOf(request, now).dialog !== undefined)
          return undefined;
        return (
          requestRefusal(request, server) ??
          this.#outside(request, source, { status: 403, reason: 'Not a Gateway' })
        );
      }
      case 'REGISTER':
        if (request.headers.has(HeaderId.Authorization)) return undefined;
        return requestRefusal(request, server) ?? server.registrations.challenge(request, source, now);
      case 'CANCEL':
        return { status: 481 };
      default: {
        if (server.routeOf(request, now).dialog !== undefined) return undefined;
        const refusal = requestRefusal(request, server);
        // §11.2: an OPTIONS that may go no further is answered where it is.
        const isOptions = request.method === 'OPTIONS';
        if (refusal !== undefined && !(isOptions && refusal.status === 483)) return refusal;
        if (isOptions && request.require.length > 0) {
          // §8.2.2.3: we are the UAS of this one, and have no extension to offer.
          return { status: 420, headers: `Unsupported: ${request.require.join(', ')}\r\n` };
        }
        if (isOptions) {
          return { status: 200, headers: `${ALLOW}Accept: application/sdp\r\nSupported: path\r\n` };
        }
        return this.#outside(request, source, { status: 405, headers: ALLOW });
      }
    }
  }

  /** To may say that there is a dialog, but no Route of ours that we signed says so. */
  #outside(request: SipRequest, source: Flow, otherwise: Answer): Answer {
    if (request.toTag === undefined) return otherwise;
    return this.#server.knows(source.address)
      ? { status: 481 }
      : { status: 403, reason: 'Not in a Dialog of Ours' };
  }
}
