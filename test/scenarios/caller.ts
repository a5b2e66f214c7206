import type { Millis } from '../../src/base/clock.ts';
import type { HeaderId } from '../../src/sip/message/header-name.ts';
import type { SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { parseMessage } from '../../src/sip/message/parse.ts';
import { buildCancel, buildRequest } from '../../src/sip/message/request.ts';
import type { ClientTransactionUser } from '../../src/sip/transaction/context.ts';
import type { Agent } from './agent.ts';
import { Dialog, Exchange } from './dialog.ts';

export interface CallOptions {
  /** The whole Request-URI; else `sip:<number>@<trunk server>`. */
  readonly uri?: string;
  readonly from?: string;
  readonly to?: string;
  readonly maxForwards?: number;
  readonly routes?: readonly string[];
  /** Further header lines, each with its CRLF. */
  readonly headers?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly branch?: string;
  /** Writes the INVITE in another way. */
  readonly rewrite?: (text: string) => string;
}

export const SDP =
  'v=0\r\no=- 1 1 IN IP4 203.0.113.1\r\ns=-\r\nc=IN IP4 203.0.113.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n';

/** A call as the caller makes it (13.2): INVITE, ACK, and CANCEL or BYE when it is told to. */
export class OutgoingCall implements ClientTransactionUser {
  readonly invite: SipRequest;
  readonly startedAt: Millis;
  /** Everything that came, in order; of the 2xx also their retransmissions. */
  readonly responses: { readonly at: Millis; readonly response: SipResponse }[] = [];
  /** The dialogs that a 2xx has made, by To tag. */
  readonly dialogs = new Map<string, Dialog>();
  timeout = false;
  cancelExchange: Exchange | undefined;
  readonly #agent: Agent;
  readonly #branch: string;
  readonly #trunk: string;
  #wantsCancel = false;

  constructor(agent: Agent, trunkPlace: string, uri: string, options: CallOptions) {
    this.#agent = agent;
    this.#trunk = `sip:${trunkPlace}`;
    this.#branch = options.branch ?? agent.newBranch();
    this.startedAt = agent.now;
    const built = buildRequest({
      method: 'INVITE',
      uri,
      via: agent.via(this.#branch),
      from: options.from ?? `"Alice" <sip:+12125550123@carrier.example>;tag=${agent.unique('t')}`,
      to: options.to ?? `<${uri}>`,
      callId: options.callId ?? agent.unique('call'),
      cseq: options.cseq ?? 1,
      ...(options.maxForwards === undefined ? {} : { maxForwards: options.maxForwards }),
      ...(options.routes === undefined ? {} : { routes: options.routes }),
      headers: `Contact: <${agent.contact}>\r\nSupported: 100rel, timer\r\n${options.headers ?? ''}`,
      body: SDP,
    });
    const text = options.rewrite?.(built) ?? built;
    const message = parseMessage(text);
    if (message.kind !== 'request') throw new Error(`the caller made no SIP request:\n${text}`);
    this.invite = message;
    agent.layer.sendInvite(text, this.#branch, agent.flowTo(this.#trunk), this, agent.now);
  }

  /** Statuses as they came, without the retransmissions of one 2xx. */
  get statuses(): readonly number[] {
    const seen = new Set<string>();
    const statuses: number[] = [];
    for (const { response } of this.responses) {
      const key = `${response.status} ${response.toTag}`;
      if (response.status >= 200 && seen.has(key)) continue;
      seen.add(key);
      statuses.push(response.status);
    }
    return statuses;
  }

  /** Final statuses, each once. */
  get finals(): readonly number[] {
    return this.statuses.filter((status) => status >= 200);
  }

  get final(): SipResponse | undefined {
    return this.responses.find(({ response }) => response.status >= 200)?.response;
  }

  /** How long after the INVITE the final response came. */
  get finalAfter(): Millis | undefined {
    const final = this.responses.find(({ response }) => response.status >= 200);
    return final === undefined ? undefined : final.at - this.startedAt;
  }

  /** The dialog of the answered call. */
  get dialog(): Dialog {
    const [dialog] = this.dialogs.values();
    if (dialog === undefined) throw new Error('the call was not answered');
    return dialog;
  }

  /** The early dialog of the first 18x. */
  earlyDialog(): Dialog {
    const ringing = this.responses.find(({ response }) => response.status > 100 && response.status < 200);
    if (ringing === undefined) throw new Error('the call does not ring');
    return Dialog.ofResponse(this.#agent, this.invite, ringing.response);
  }

  /** 9.1: at once where a provisional response has come, else as soon as one comes. */
  cancel(): void {
    if (this.final !== undefined || this.#wantsCancel) return;
    this.#wantsCancel = true;
    if (this.responses.length > 0) this.#sendCancel(this.#agent.now);
  }

  bye(): Exchange {
    return this.dialog.request('BYE', this.#agent.now);
  }

  response(_transaction: unknown, response: SipResponse, now: Millis): void {
    this.responses.push({ at: now, response });
    if (response.status < 200) {
      if (this.#wantsCancel && this.cancelExchange === undefined) this.#sendCancel(now);
      return;
    }
    if (response.status >= 300) return;
    const tag = response.toTag ?? '';
    let dialog = this.dialogs.get(tag);
    const first = dialog === undefined;
    dialog ??= Dialog.ofResponse(this.#agent, this.invite, response);
    this.dialogs.set(tag, dialog);
    dialog.acknowledge(this.invite.cseq);
    // 15: who hung up too late ends the call that was answered meanwhile.
    if (first && this.#wantsCancel) dialog.request('BYE', now);
  }

  timedOut(): void {
    this.timeout = true;
  }

  transportFailed(): void {
    this.timeout = true;
  }

  #sendCancel(now: Millis): void {
    const exchange = new Exchange();
    this.cancelExchange = exchange;
    const flow = this.#agent.flowTo(this.#trunk);
    this.#agent.layer.sendNonInvite('CANCEL', buildCancel(this.invite), this.#branch, flow, exchange, now);
  }
}

/** A header field's value in a message, or undefined. */
export function header(message: SipRequest | SipResponse | undefined, id: HeaderId): string | undefined {
  return message?.headers.value(id);
}
