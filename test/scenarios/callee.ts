import type { Millis } from '../../src/base/clock.ts';
import type { SipRequest } from '../../src/sip/message/message.ts';
import type { InviteServerTransaction } from '../../src/sip/transaction/invite-server.ts';
import { DEFAULT_TIMINGS, transactionTimeout } from '../../src/sip/transaction/timings.ts';
import type { Agent } from './agent.ts';
import type { Behaviour, Step } from './behaviour.ts';
import { SDP } from './caller.ts';
import { Dialog } from './dialog.ts';

/** A call as the callee takes it (13.3): it answers by its behaviour, step after step. */
export class IncomingLeg {
  readonly invite: SipRequest;
  readonly arrivedAt: Millis;
  readonly tag: string;
  readonly dialog: Dialog;
  state: 'pending' | 'answered' | 'refused' | 'ended' = 'pending';
  acknowledged = false;
  cancelled = false;
  /** Requests that came within the dialog, the ACK among them. */
  readonly requests: SipRequest[] = [];
  readonly #agent: Agent;
  readonly #server: InviteServerTransaction;
  readonly #behaviour: Behaviour;
  readonly #topVia: string;

  constructor(agent: Agent, server: InviteServerTransaction, invite: SipRequest, behaviour: Behaviour) {
    this.#agent = agent;
    this.#server = server;
    this.invite = invite;
    this.arrivedAt = agent.now;
    this.tag = agent.unique('t');
    this.dialog = Dialog.ofRequest(agent, invite, this.tag);
    this.#behaviour = behaviour;
    this.#topVia = server.topVia;
    for (const step of behaviour.steps) agent.network.after(step.after, () => this.#take(step));
  }

  /** True while it is a call that somebody is in. */
  get up(): boolean {
    return this.state === 'answered';
  }

  /** It does not react at all. */
  get mute(): boolean {
    return this.#behaviour.steps.length === 0 && this.#behaviour.onCancel === 'ignore';
  }

  get inDialogStatus(): number {
    return this.#behaviour.inDialogStatus ?? 200;
  }

  onCancel(): void {
    this.cancelled = true;
    if (this.state !== 'pending') return;
    const { onCancel } = this.#behaviour;
    if (onCancel === 'obey') this.#respond({ after: 0, status: 487 });
    else if (onCancel === 'answer') this.#respond({ after: 0, status: 200 });
  }

  onAck(ack: SipRequest): void {
    this.requests.push(ack);
    this.acknowledged = true;
  }

  onRequest(request: SipRequest): void {
    this.requests.push(request);
    if (request.method === 'BYE') this.state = 'ended';
  }

  #take(step: Step): void {
    if (this.state === 'pending') this.#respond(step);
  }

  #respond(step: Step): void {
    const { status } = step;
    const answered = status >= 200 && status < 300;
    if (answered) this.state = 'answered';
    else if (status >= 300) this.state = 'refused';
    this.#send(step);
    if (answered) this.#repeat(step, DEFAULT_TIMINGS.t1, this.#agent.now);
  }

  #send({ status, headers, body, reason }: Step): void {
    this.#agent.respond(this.#server, this.invite, status, {
      topVia: this.#topVia,
      toTag: this.tag,
      recordRoute: true,
      headers: `${status < 300 ? `Contact: <${this.#agent.contact}>\r\n` : ''}${headers ?? ''}`,
      body: body ?? (status === 200 || status === 183 ? SDP : ''),
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** 13.3.1.4: the 2xx is sent again until the ACK comes. */
  #repeat(step: Step, interval: Millis, since: Millis): void {
    this.#agent.network.after(interval, (now) => {
      if (this.acknowledged || this.state !== 'answered') return;
      if (now - since >= transactionTimeout(DEFAULT_TIMINGS)) {
        this.dialog.request('BYE', now);
        this.state = 'ended';
        return;
      }
      this.#send(step);
      this.#repeat(step, Math.min(2 * interval, DEFAULT_TIMINGS.t2), since);
    });
  }
}
