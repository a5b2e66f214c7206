import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import type { CallId } from '../domain/ids.ts';
import { normaliseDialled } from '../domain/phone-number.ts';
import { planDelivery } from '../failover/plan-delivery.ts';
import { failoverRules } from '../failover/triggers.ts';
import type { SipRequest } from '../sip/message/message.ts';
import { buildResponse } from '../sip/message/response.ts';
import type { Refusal } from '../sip/proxy/validate.ts';
import type { InviteServerTransaction } from '../sip/transaction/invite-server.ts';
import type { RequestUser, ServerTransaction } from '../sip/transaction/layer.ts';
import type { NonInviteServerTransaction } from '../sip/transaction/non-invite-server.ts';
import { CallLog } from './call-log.ts';
import { Delivery } from './delivery.ts';
import { deliveryFacts } from './delivery-facts.ts';
import { dialledNumber } from './dialled-number.ts';
import { forwardCount } from './diversion.ts';
import { InDialog } from './in-dialog.ts';
import type { IncomingCall } from './incoming-call.ts';
import { liveFacts } from './live-facts.ts';
import { requestRefusal } from './request-refusal.ts';
import { StatelessAnswers } from './stateless-answers.ts';
import type { TrunkServer } from './trunk-server.ts';

/** §16.3: where Max-Forwards is missing, 70 is put in. */
const DEFAULT_MAX_FORWARDS = 70;

/** Decides what becomes of each new request at a trunk server (RFC 3261 16.3–16.5, 10.3, 11.2). */
export class RequestHandler implements RequestUser {
  readonly #server: TrunkServer;
  readonly #inDialog: InDialog;
  readonly #stateless: StatelessAnswers;

  constructor(server: TrunkServer) {
    this.#server = server;
    this.#inDialog = new InDialog(server);
    this.#stateless = new StatelessAnswers(server);
  }

  invite(transaction: InviteServerTransaction, request: SipRequest, merged: boolean, now: Millis): void {
    const refusal = merged
      ? { status: 482, reason: 'Merged Request' }
      : requestRefusal(request, this.#server);
    if (refusal !== undefined) {
      this.#refuse(transaction, request, refusal, now);
      return;
    }
    const route = this.#server.routeOf(request, now);
    if (route.dialog !== undefined) this.#inDialog.invite(transaction, request, route, now);
    else if (request.toTag !== undefined) this.#refuse(transaction, request, { status: 481 }, now);
    else this.#newCall(transaction, request, route.handedOver, now);
  }

  answeredStatelessly(request: SipRequest, source: Flow, now: Millis): boolean {
    return this.#stateless.answer(request, source, now);
  }

  /** A REGISTER with credentials, or a request within a dialog: anything else was answered statelessly. */
  nonInvite(transaction: NonInviteServerTransaction, request: SipRequest, source: Flow, now: Millis): void {
    const refusal = requestRefusal(request, this.#server);
    if (refusal !== undefined) {
      this.#refuse(transaction, request, refusal, now);
    } else if (request.method === 'REGISTER') {
      const answer = this.#server.registrations.register(request, source, this.#server.table, now);
      this.#server.tally.registered(answer.status);
      this.#respond(transaction, request, answer.status, answer.headers, now, answer.reason);
    } else {
      this.#inDialog.nonInvite(transaction, request, source, this.#server.routeOf(request, now), now);
    }
  }

  cancel(
    transaction: NonInviteServerTransaction,
    invite: InviteServerTransaction,
    request: SipRequest,
    now: Millis,
  ): void {
    this.#respond(transaction, request, 200, '', now);
    if (invite.open) invite.user?.cancelled(request, now);
  }

  ack(request: SipRequest, source: Flow, now: Millis): void {
    if (requestRefusal(request, this.#server) !== undefined) return;
    const route = this.#server.routeOf(request, now);
    if (route.dialog !== undefined) this.#inDialog.ack(request, source, route, now);
  }

  strayResponse(): void {
    this.#server.strayResponse();
  }

  #newCall(
    transaction: InviteServerTransaction,
    request: SipRequest,
    handOver: CallId | undefined,
    now: Millis,
  ): void {
    const server = this.#server;
    const { table } = server;
    const sender = transaction.flow.address;
    // The signature alone would do; the address keeps a mark that leaked from being used elsewhere.
    const handedOverFrom = handOver !== undefined && server.peers.has(sender) ? handOver : undefined;
    const gateway = handedOverFrom === undefined ? table.sources.find(sender) : undefined;
    if (gateway === undefined && handedOverFrom === undefined) {
      this.#refuse(transaction, request, { status: 403, reason: 'Not a Gateway' }, now);
      return;
    }
    const number = normaliseDialled(dialledNumber(request), table.dialPlan);
    const did = number === undefined ? undefined : table.dids.get(number);
    const account = did === undefined ? undefined : table.accounts.get(did.account);
    if (did === undefined || account === undefined) {
      this.#refuse(transaction, request, { status: 404, reason: 'Unknown DID' }, now);
      return;
    }
    const maxForwards = request.maxForwards.ok ? request.maxForwards.value : undefined;
    const call: IncomingCall = {
      id: server.newCallId(),
      request,
      topVia: transaction.topVia,
      source: transaction.flow,
      maxForwards: maxForwards ?? DEFAULT_MAX_FORWARDS,
      did,
      account,
      trusted: gateway?.trusted ?? true,
      handedOverFrom,
    };
    const facts = deliveryFacts(
      table,
      did,
      account,
      {
        handedOver: handedOverFrom !== undefined,
        diversionCount: forwardCount(request),
        maxForwards: call.maxForwards,
      },
      liveFacts(server, now),
    );
    const log = new CallLog(call, server.start.self.id, table.revision, now);
    const rules = failoverRules(did.triggers, account.delivery);
    const delivery = new Delivery(server, call, transaction, planDelivery(facts), rules, log, now);
    server.begun(delivery);
    delivery.begin(now);
  }

  #refuse(transaction: ServerTransaction, request: SipRequest, refusal: Refusal, now: Millis): void {
    this.#respond(transaction, request, refusal.status, refusal.headers ?? '', now, refusal.reason);
  }

  #respond(
    transaction: ServerTransaction,
    request: SipRequest,
    status: number,
    headers: string,
    now: Millis,
    reason?: string,
  ): void {
    const options = { reason, toTag: this.#server.newTag(), topVia: transaction.topVia, headers };
    const text = buildResponse(request, status, options);
    transaction.respond(status, text, now);
  }
}
