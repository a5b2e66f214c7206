import type { Millis } from '../../src/base/clock.ts';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import type { SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { parseNameAddress } from '../../src/sip/message/name-address.ts';
import { buildRequest } from '../../src/sip/message/request.ts';
import type { ClientTransactionUser } from '../../src/sip/transaction/context.ts';
import { parseUri } from '../../src/sip/uri/parse.ts';
import type { Agent } from './agent.ts';

/** One party's view of a dialog (RFC 3261 section 12). */
export interface DialogParts {
  readonly callId: string;
  /** From and To as this party writes them in its own requests. */
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  readonly routes: readonly string[];
  readonly cseq: number;
}

/** What came back for one request. */
export class Exchange implements ClientTransactionUser {
  readonly responses: SipResponse[] = [];
  timeout = false;

  get status(): number | undefined {
    return this.responses.at(-1)?.status;
  }

  response(_transaction: unknown, response: SipResponse): void {
    this.responses.push(response);
  }

  timedOut(): void {
    this.timeout = true;
  }

  transportFailed(): void {
    this.timeout = true;
  }
}

export class Dialog {
  readonly parts: DialogParts;
  readonly #agent: Agent;
  #cseq: number;

  constructor(agent: Agent, parts: DialogParts) {
    this.#agent = agent;
    this.parts = parts;
    this.#cseq = parts.cseq;
  }

  /** As the caller sees it (12.1.2). */
  static ofResponse(agent: Agent, invite: SipRequest, response: SipResponse): Dialog {
    return new Dialog(agent, {
      callId: invite.callId,
      local: invite.headers.value(HeaderId.From) ?? '',
      remote: response.headers.value(HeaderId.To) ?? '',
      target: contactOf(response) ?? invite.uri,
      routes: response.headers.elements(HeaderId.RecordRoute).toReversed(),
      cseq: invite.cseq,
    });
  }

  /** As the callee sees it (12.1.1). */
  static ofRequest(agent: Agent, invite: SipRequest, localTag: string): Dialog {
    return new Dialog(agent, {
      callId: invite.callId,
      local: `${invite.headers.value(HeaderId.To) ?? ''};tag=${localTag}`,
      remote: invite.headers.value(HeaderId.From) ?? '',
      target: contactOf(invite) ?? '',
      routes: invite.headers.elements(HeaderId.RecordRoute),
      cseq: 0,
    });
  }

  /** Sends a request within the dialog. */
  request(method: string, now: Millis, headers = '', body = ''): Exchange {
    this.#cseq += 1;
    const branch = this.#agent.newBranch();
    const text = this.#build(method, this.#cseq, branch, headers, body);
    const exchange = new Exchange();
    const flow = this.#agent.flowTo(this.nextHop());
    if (method === 'INVITE') {
      const cseq = this.#cseq;
      const onAnswer = (response: SipResponse) => {
        exchange.response(undefined, response);
        if (response.status >= 200 && response.status < 300) this.acknowledge(cseq);
      };
      const user: ClientTransactionUser = {
        response: (_, response) => onAnswer(response),
        timedOut: () => exchange.timedOut(),
        transportFailed: () => exchange.transportFailed(),
      };
      this.#agent.layer.sendInvite(text, branch, flow, user, now);
    } else {
      this.#agent.layer.sendNonInvite(method, text, branch, flow, exchange, now);
    }
    return exchange;
  }

  /** 13.2.2.4: the ACK for a 2xx, a request of its own. */
  acknowledge(cseq: number): void {
    const text = this.#build('ACK', cseq, this.#agent.newBranch(), '', '');
    this.#agent.sendText(this.nextHop(), text);
  }

  /** The URI that requests are sent to: the first Route, else the remote target. */
  nextHop(): string {
    const first = this.parts.routes[0];
    // 12.2.1.1: behind a strict router the Request-URI is the next hop.
    if (first?.includes(';lr') !== true) return this.parts.target;
    const route = parseNameAddress(first, 'Route');
    return route.ok ? route.value.uri : this.parts.target;
  }

  #build(method: string, cseq: number, branch: string, headers: string, body: string): string {
    const { callId, local, remote, target, routes } = this.parts;
    return buildRequest({
      method,
      uri: target,
      via: this.#agent.via(branch),
      from: local,
      to: remote,
      callId,
      cseq,
      routes,
      headers: `Contact: <${this.#agent.contact}>\r\n${headers}`,
      body,
    });
  }
}

/** The first Contact of a message. */
function contactOf(message: SipRequest | SipResponse): string | undefined {
  const { contacts } = message;
  return contacts.ok && contacts.value.kind === 'list' ? contacts.value.contacts[0]?.uri : undefined;
}

/** Address and port of a sip URI whose host is an IP address. */
export function placeOfUri(text: string): { readonly address: string; readonly port: number } {
  const uri = parseUri(text);
  if (!uri.ok || uri.value.kind !== 'sip' || uri.value.host.kind === 'name') {
    throw new Error(`an agent of the scenarios can only send to IP addresses, not to ${text}`);
  }
  return { address: uri.value.host.address, port: uri.value.port ?? 5060 };
}
