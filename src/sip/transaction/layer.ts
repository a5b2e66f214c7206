import type { Millis } from '../../base/clock.ts';
import { Fingerprint } from '../../base/fingerprint.ts';
import { type Flow, isReliable, type UdpFlows } from '../../base/flow.ts';
import { KeyTable } from '../../base/key-table.ts';
import type { Timers } from '../../base/timers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { stampReceived } from '../message/received.ts';
import type { Via } from '../message/via.ts';
import type { ClientTransactionUser, TransactionContext, TransportOutput } from './context.ts';
import { InviteClientTransaction } from './invite-client.ts';
import { InviteServerTransaction } from './invite-server.ts';
import { mergeKey } from './merge-key.ts';
import { NonInviteClientTransaction } from './non-invite-client.ts';
import { NonInviteServerTransaction } from './non-invite-server.ts';
import { serverKey } from './server-key.ts';
import type { TransactionTimings } from './timings.ts';

export type ClientTransaction = InviteClientTransaction | NonInviteClientTransaction;
export type ServerTransaction = InviteServerTransaction | NonInviteServerTransaction;

/** The transaction user below which the layer sits: it gets every request that starts something. */
export interface RequestUser {
  /**
   * Asked before a transaction is made. True when the request has been answered statelessly (8.2.7) and nothing
   * of it is to be kept: so strangers can neither fill the memory nor have an answer sent more than once.
   */
  answeredStatelessly(request: SipRequest, source: Flow, now: Millis): boolean;
  /** A new INVITE. `merged` when a copy of it came another way and is still in progress (8.2.2.2). */
  invite(transaction: InviteServerTransaction, request: SipRequest, merged: boolean, now: Millis): void;
  /** A new request that is neither INVITE, ACK nor CANCEL. */
  nonInvite(transaction: NonInviteServerTransaction, request: SipRequest, source: Flow, now: Millis): void;
  /** A CANCEL; `invite` is what it cancels (9.2). One that cancels nothing is to be answered statelessly. */
  cancel(
    transaction: NonInviteServerTransaction,
    invite: InviteServerTransaction,
    request: SipRequest,
    now: Millis,
  ): void;
  /** An ACK that no transaction takes: the ACK for a 2xx, which is a request of its own (13.2.2.4). */
  ack(request: SipRequest, source: Flow, now: Millis): void;
  /** A response to nothing that we sent, or no longer. */
  strayResponse(response: SipResponse, source: Flow): void;
}

export interface TransactionLayerOptions {
  readonly output: TransportOutput;
  readonly timers: Timers;
  readonly timings: TransactionTimings;
  readonly flows: UdpFlows;
  /** Drawn at random, so that peers cannot make branches that slow us down; see `hashText`. */
  readonly seed: number;
}

/** All transactions of one trunk server: matches what arrives (17.1.3, 17.2.3) and makes new ones. */
export class TransactionLayer implements TransactionContext {
  readonly output: TransportOutput;
  readonly timers: Timers;
  readonly timings: TransactionTimings;
  readonly #flows: UdpFlows;
  readonly #user: RequestUser;
  /** The key that is being asked for. */
  readonly #key: Fingerprint;
  readonly #servers = new KeyTable<ServerTransaction>();
  /** By branch. */
  readonly #clients = new KeyTable<ClientTransaction>();
  /** A CANCEL has its INVITE's branch, so it stands apart. */
  readonly #cancels = new KeyTable<ClientTransaction>();
  readonly #merges = new KeyTable<InviteServerTransaction>();

  constructor(options: TransactionLayerOptions, user: RequestUser) {
    this.output = options.output;
    this.timers = options.timers;
    this.timings = options.timings;
    this.#flows = options.flows;
    this.#user = user;
    this.#key = new Fingerprint(options.seed);
  }

  /** How many transactions there are. */
  get size(): number {
    return this.#servers.size + this.#clients.size + this.#cancels.size;
  }

  receiveRequest(request: SipRequest, source: Flow, now: Millis): void {
    serverKey(request, this.#key);
    const { hash, check } = this.#key;
    const known = this.#servers.get(hash, check);
    if (request.method === 'ACK') {
      if (known?.kind === 'inviteServer' && known.state !== 'accepted') known.receiveAck(request, now);
      else this.#user.ack(request, source, now);
      return;
    }
    if (known !== undefined) {
      known.receiveRetransmission();
      return;
    }
    const cancelled = request.method === 'CANCEL' ? this.#cancelledBy(request) : undefined;
    if (cancelled === undefined && this.#user.answeredStatelessly(request, source, now)) return;
    const flow = this.responseFlow(request.via, source);
    const topVia = stampReceived(request, source.address, source.port);
    if (request.method === 'INVITE') {
      const transaction = new InviteServerTransaction(this, hash, check, flow, topVia);
      this.#servers.add(transaction, hash, check);
      this.#user.invite(transaction, request, this.#isMerged(request, transaction), now);
      return;
    }
    const transaction = new NonInviteServerTransaction(this, hash, check, flow, topVia);
    this.#servers.add(transaction, hash, check);
    if (cancelled?.kind === 'inviteServer') this.#user.cancel(transaction, cancelled, request, now);
    else this.#user.nonInvite(transaction, request, source, now);
  }

  receiveResponse(response: SipResponse, source: Flow, now: Millis): void {
    const { branch = '' } = response.via;
    const { hash, check, proof } = this.#key.numbered(branch);
    const transactions = response.cseqMethod === 'CANCEL' ? this.#cancels : this.#clients;
    const transaction = transactions.get(hash, check);
    // §17.1.3: the method must match as well.
    if (
      transaction === undefined ||
      transaction.proof !== proof ||
      (transaction.kind === 'inviteClient') !== (response.cseqMethod === 'INVITE')
    ) {
      this.#user.strayResponse(response, source);
      return;
    }
    transaction.receive(response, now);
  }

  /** Sends an INVITE, whose top Via has `branch`, and watches over it. */
  sendInvite(
    text: string,
    branch: string,
    flow: Flow,
    user: ClientTransactionUser,
    now: Millis,
  ): InviteClientTransaction {
    const { hash, check, proof } = this.#key.numbered(branch);
    const transaction = new InviteClientTransaction(this, text, hash, check, proof, flow, user);
    this.#clients.add(transaction, hash, check);
    transaction.start(now);
    return transaction;
  }

  /** Sends any request but INVITE and ACK, whose top Via has `branch`, and watches over it. */
  sendNonInvite(
    method: string,
    text: string,
    branch: string,
    flow: Flow,
    user: ClientTransactionUser,
    now: Millis,
  ): NonInviteClientTransaction {
    const { hash, check, proof } = this.#key.numbered(branch);
    const transaction = new NonInviteClientTransaction(this, text, hash, check, proof, flow, user);
    (method === 'CANCEL' ? this.#cancels : this.#clients).add(transaction, hash, check);
    transaction.start(now);
    return transaction;
  }

  /** The transport says that nothing arrives at `flow` any more (18.4): its transactions have failed. */
  transportFailed(flow: Flow, now: Millis): void {
    // Those first that are there now: what their users send in turn has not failed yet.
    const failed = [...this.#clients.values(), ...this.#cancels.values()].filter((one) => one.flow === flow);
    for (const transaction of failed) transaction.transportFailed(now);
  }

  /**
   * Where the responses to a request go: §18.2.2, and RFC 3581 section 4 where `rport` was asked for. `maddr` is
   * not followed: anyone could have our responses, and their retransmissions, sent to a third party with it.
   */
  responseFlow(via: Via, source: Flow): Flow {
    if (isReliable(source.transport) || via.rport !== undefined) return source;
    return this.#flows.of(source.address, via.port ?? 5060);
  }

  forgetClient(transaction: ClientTransaction): void {
    const { hash, check } = transaction;
    if (this.#clients.get(hash, check) === transaction) this.#clients.delete(hash, check);
    else this.#cancels.delete(hash, check);
  }

  forgetServer(transaction: ServerTransaction): void {
    this.#servers.delete(transaction.hash, transaction.check);
    if (transaction.kind === 'inviteServer' && transaction.findsCopies)
      this.#merges.delete(transaction.mergeHash, transaction.mergeCheck);
  }

  /** §9.2: the INVITE, or whatever it is, that a CANCEL is about. */
  #cancelledBy(cancel: SipRequest): ServerTransaction | undefined {
    serverKey(cancel, this.#key, 'INVITE');
    return this.#servers.get(this.#key.hash, this.#key.check);
  }

  /** §8.2.2.2: a copy is merged while the first is in progress or was answered; after a refusal it is a retry. */
  #isMerged(request: SipRequest, transaction: InviteServerTransaction): boolean {
    if (!mergeKey(request, this.#key)) return false;
    const { hash, check } = this.#key;
    const first = this.#merges.get(hash, check);
    if (first?.state === 'proceeding' || first?.state === 'accepted') return true;
    if (first !== undefined) {
      first.findsCopies = false;
      this.#merges.delete(hash, check);
    }
    transaction.findsCopies = true;
    transaction.mergeHash = hash;
    transaction.mergeCheck = check;
    this.#merges.add(transaction, hash, check);
    return false;
  }
}
