import type { Flow } from '../../src/base/flow.ts';
import type { SipRequest } from '../../src/sip/message/message.ts';
import type { InviteServerTransaction } from '../../src/sip/transaction/invite-server.ts';
import type { NonInviteServerTransaction } from '../../src/sip/transaction/non-invite-server.ts';
import { Agent } from './agent.ts';
import { answers, type Behaviour } from './behaviour.ts';
import { IncomingLeg } from './callee.ts';
import { type CallOptions, OutgoingCall } from './caller.ts';

/** A user agent that makes calls and takes them: a carrier, a PBX, a phone gateway. */
export class Phone extends Agent {
  behaviour: Behaviour = answers();
  /** Taken by the next calls, one each; then `behaviour` holds. */
  readonly nextBehaviours: Behaviour[] = [];
  readonly legs: IncomingLeg[] = [];
  readonly calls: OutgoingCall[] = [];
  /** Requests within dialogs, and those for no leg. */
  readonly requests: SipRequest[] = [];
  readonly #legs = new Map<InviteServerTransaction, IncomingLeg>();

  /** The one leg that came. */
  get leg(): IncomingLeg {
    const [leg] = this.legs;
    if (leg === undefined || this.legs.length > 1) {
      throw new Error(`${this.name} got ${this.legs.length} calls, not one`);
    }
    return leg;
  }

  /** Calls a number by way of the element at `place` (host:port). */
  call(place: string, number: string, options: CallOptions = {}): OutgoingCall {
    const call = new OutgoingCall(this, place, options.uri ?? `sip:${number}@${place}`, options);
    this.calls.push(call);
    return call;
  }

  invite(transaction: InviteServerTransaction, request: SipRequest, merged: boolean): void {
    if (merged) {
      this.respond(transaction, request, 482, { toTag: this.unique('t') });
      return;
    }
    const known = this.#legOf(request);
    if (known !== undefined) {
      known.onRequest(request);
      const headers = `Contact: <${this.contact}>\r\n`;
      this.respond(transaction, request, known.inDialogStatus, { headers, recordRoute: true });
      return;
    }
    if (this.#isOwnCall(request)) {
      this.requests.push(request);
      this.respond(transaction, request, 200, { headers: `Contact: <${this.contact}>\r\n` });
      return;
    }
    const leg = new IncomingLeg(this, transaction, request, this.nextBehaviours.shift() ?? this.behaviour);
    this.legs.push(leg);
    this.#legs.set(transaction, leg);
  }

  nonInvite(transaction: NonInviteServerTransaction, request: SipRequest, _source: Flow): void {
    const leg = this.#legOf(request);
    leg?.onRequest(request);
    this.requests.push(request);
    const known = leg !== undefined || this.#isOwnCall(request);
    const status = leg?.inDialogStatus ?? (known || request.toTag === undefined ? 200 : 481);
    this.respond(transaction, request, status, { toTag: this.unique('t') });
  }

  cancel(
    transaction: NonInviteServerTransaction,
    invite: InviteServerTransaction | undefined,
    request: SipRequest,
  ): void {
    const leg = invite === undefined ? undefined : this.#legs.get(invite);
    // What does not react at all does not answer a CANCEL either.
    if (leg?.mute === true) return;
    this.respond(transaction, request, leg === undefined ? 481 : 200, {
      toTag: leg?.tag ?? this.unique('t'),
    });
    leg?.onCancel();
  }

  ack(request: SipRequest): void {
    const leg = this.#legOf(request);
    if (leg === undefined) this.requests.push(request);
    else leg.onAck(request);
  }

  #legOf(request: SipRequest): IncomingLeg | undefined {
    if (request.toTag === undefined) return undefined;
    return this.legs.find((leg) => leg.tag === request.toTag && leg.invite.callId === request.callId);
  }

  /** A request of the other side within a call that we made. */
  #isOwnCall(request: SipRequest): boolean {
    return this.calls.some(
      (call) => call.invite.callId === request.callId && call.invite.fromTag === request.toTag,
    );
  }
}
