import { expect } from 'vitest';
import type { Millis } from '../../src/base/clock.ts';
import { type Flow, UdpFlows } from '../../src/base/flow.ts';
import { Timers } from '../../src/base/timers.ts';
import { DEFAULT_LIMITS } from '../../src/sip/message/limits.ts';
import { SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { parseMessage } from '../../src/sip/message/parse.ts';
import { buildResponse, type ResponseOptions } from '../../src/sip/message/response.ts';
import type { InviteServerTransaction } from '../../src/sip/transaction/invite-server.ts';
import { type RequestUser, TransactionLayer } from '../../src/sip/transaction/layer.ts';
import type { NonInviteServerTransaction } from '../../src/sip/transaction/non-invite-server.ts';
import { DEFAULT_TIMINGS, type TransactionTimings } from '../../src/sip/transaction/timings.ts';

/** A message that left the SIP core. */
interface Sent {
  readonly at: Millis;
  readonly flow: Flow;
  readonly text: string;
  readonly message: SipRequest | SipResponse;
}

/**
 * A transaction layer in virtual time, with a transaction user that writes down what it is told. Whatever the
 * layer sends must be SIP, or the test fails.
 */
export class SipCore implements RequestUser {
  now: Millis = 0;
  readonly flows = new UdpFlows();
  readonly timers = new Timers();
  readonly layer: TransactionLayer;
  readonly caller: Flow = this.flows.of('192.0.2.5', 5060);
  readonly pbx: Flow = this.flows.of('198.51.100.7', 5060);
  /** Everything that was sent. */
  sent: Sent[] = [];
  readonly invites: { transaction: InviteServerTransaction; request: SipRequest; merged: boolean }[] = [];
  readonly requests: { transaction: NonInviteServerTransaction; request: SipRequest }[] = [];
  readonly cancels: { request: SipRequest; invite: InviteServerTransaction | undefined }[] = [];
  readonly acks: SipRequest[] = [];
  readonly strays: SipResponse[] = [];
  /** What happens with a new INVITE besides. */
  onInvite: (transaction: InviteServerTransaction, request: SipRequest) => void = () => {};

  constructor(timings: TransactionTimings = DEFAULT_TIMINGS) {
    const send = (flow: Flow, text: string): void => {
      this.sent.push({ at: this.now, flow, text, message: sip(text) });
    };
    this.layer = new TransactionLayer(
      { output: { send }, timers: this.timers, timings, flows: this.flows, seed: 0 },
      this,
    );
  }

  invite(transaction: InviteServerTransaction, request: SipRequest, merged: boolean): void {
    this.invites.push({ transaction, request, merged });
    this.onInvite(transaction, request);
  }

  /** Only a CANCEL that cancels nothing (9.2); everything else gets a transaction here. */
  answeredStatelessly(request: SipRequest, source: Flow): boolean {
    if (request.method !== 'CANCEL') return false;
    this.cancels.push({ request, invite: undefined });
    this.layer.output.send(source, buildResponse(request, 481, { toTag: 'us' }));
    return true;
  }

  nonInvite(transaction: NonInviteServerTransaction, request: SipRequest): void {
    this.requests.push({ transaction, request });
  }

  /** As every transaction user does: 200 for the CANCEL itself (9.2). */
  cancel(
    transaction: NonInviteServerTransaction,
    invite: InviteServerTransaction,
    request: SipRequest,
    now: Millis,
  ): void {
    this.cancels.push({ request, invite });
    transaction.respond(200, buildResponse(request, 200, { toTag: 'us', topVia: transaction.topVia }), now);
    if (invite.open) invite.user?.cancelled(request, now);
  }

  ack(request: SipRequest): void {
    this.acks.push(request);
  }

  strayResponse(response: SipResponse): void {
    this.strays.push(response);
  }

  /** Lets time pass; each timer fires when it is due. */
  wait(duration: Millis): void {
    const until = this.now + duration;
    for (;;) {
      const next = this.timers.nextDeadline();
      if (next === undefined || next > until) break;
      this.now = Math.max(next, this.now);
      this.timers.advance(this.now);
    }
    this.now = until;
  }

  receive(text: string, from: Flow): void {
    const message = sip(text);
    if (message.kind === 'request') this.layer.receiveRequest(message, from, this.now);
    else this.layer.receiveResponse(message, from, this.now);
  }

  /** What was sent since the last question: methods and status codes. */
  take(): string[] {
    const taken = this.sent.map(({ message }) => nameOf(message));
    this.sent = [];
    return taken;
  }

  /** When messages of this name were sent. */
  times(name: string): Millis[] {
    return this.sent.filter(({ message }) => nameOf(message) === name).map(({ at }) => at);
  }

  /** The last request of this method that was sent. */
  request(method: string): SipRequest {
    const found = this.sent.findLast(({ message }) => nameOf(message) === method)?.message;
    if (found?.kind !== 'request') throw new Error(`no ${method} was sent`);
    return found;
  }

  /** The last response that was sent. */
  response(): SipResponse {
    const found = this.sent.findLast(({ message }) => message.kind === 'response')?.message;
    if (found?.kind !== 'response') throw new Error('no response was sent');
    return found;
  }

  /** Answers what the transaction user was left with, and sees to it that all state goes away by itself. */
  expectNothingLeft(): void {
    for (const { transaction, request } of [...this.invites, ...this.requests]) {
      if (transaction.open) transaction.respond(500, buildResponse(request, 500, { toTag: 'us' }), this.now);
    }
    this.wait(600_000);
    expect({ transactions: this.layer.size, timers: this.timers.running }).toEqual({
      transactions: 0,
      timers: 0,
    });
  }
}

function nameOf(message: SipRequest | SipResponse): string {
  return message.kind === 'request' ? message.method : String(message.status);
}

/** What leaves may be more than what may come in. */
const WIDE = { ...DEFAULT_LIMITS, headers: 1_000, vias: 1_000 };

/** The message that `text` is. */
export function sip(text: string): SipRequest | SipResponse {
  const message = parseMessage(text, WIDE);
  if (message instanceof SipRequest || message instanceof SipResponse) return message;
  throw new Error(`this is not SIP (${message.kind}: ${message.reason}):\n${text}`);
}

/** The request that `text` is. */
export function sipRequest(text: string): SipRequest {
  const message = sip(text);
  if (message.kind !== 'request') throw new Error('this is a response');
  return message;
}

/** The response that `text` is. */
export function sipResponse(text: string): SipResponse {
  const message = sip(text);
  if (message.kind !== 'response') throw new Error('this is a request');
  return message;
}

/** A request with some of its lines replaced; '' leaves one out, a new one comes behind. */
export function requestText(
  method: string,
  changes: Readonly<Record<string, string>> = {},
  body = '',
): string {
  const lines = {
    start: `${method} sip:+12125551234@192.0.2.10 SIP/2.0`,
    via: 'Via: SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bKcaller1',
    maxForwards: 'Max-Forwards: 70',
    from: 'From: "Alice" <sip:+13125550000@192.0.2.5>;tag=alice',
    to: 'To: <sip:+12125551234@192.0.2.10>',
    callId: 'Call-ID: call-1@192.0.2.5',
    cseq: `CSeq: 7 ${method}`,
    contact: 'Contact: <sip:+13125550000@192.0.2.5:5060>',
    length: `Content-Length: ${body.length}`,
    ...changes,
  };
  return `${Object.values(lines)
    .filter((line) => line !== '')
    .join('\r\n')}\r\n\r\n${body}`;
}

/** The response that a UAS gives to `request`. */
export function responseTo(request: SipRequest, status: number, options: ResponseOptions = {}): string {
  return buildResponse(request, status, { toTag: 'bob', ...options });
}
