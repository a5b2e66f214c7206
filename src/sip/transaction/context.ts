import type { Millis } from '../../base/clock.ts';
import type { Flow } from '../../base/flow.ts';
import type { Timers } from '../../base/timers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { ClientTransaction, ServerTransaction } from './layer.ts';
import type { TransactionTimings } from './timings.ts';

/** Where messages leave the SIP core. Sending cannot fail here: the host reports errors as events. */
export interface TransportOutput {
  send(flow: Flow, text: string): void;
}

/** What a transaction machine needs from the layer that it lives in. */
export interface TransactionContext {
  readonly output: TransportOutput;
  readonly timers: Timers;
  readonly timings: TransactionTimings;
  forgetClient(transaction: ClientTransaction): void;
  forgetServer(transaction: ServerTransaction): void;
}

/** The transaction user above a client transaction (RFC 3261 17.1). */
export interface ClientTransactionUser {
  /** A provisional or final response; for INVITE also each further 2xx (RFC 6026 section 7.2). */
  response(transaction: ClientTransaction, response: SipResponse, now: Millis): void;
  /** Timer B or F: no final response. The transaction has ended. */
  timedOut(transaction: ClientTransaction, now: Millis): void;
  /** The transport could not deliver the request (17.1.4, 18.4). The transaction has ended. */
  transportFailed(transaction: ClientTransaction, now: Millis): void;
}

/** The transaction user above an INVITE server transaction, once it has taken the request. */
export interface ServerTransactionUser {
  /** A CANCEL for this INVITE (9.2); it has been answered with 200 already. */
  cancelled(cancel: SipRequest, now: Millis): void;
}

/** The user of requests whose fate changes nothing, and of transactions that have nothing more to say. */
export const NOBODY: ClientTransactionUser = {
  response() {},
  timedOut() {},
  transportFailed() {},
};
