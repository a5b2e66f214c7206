import type { Millis } from '../../base/clock.ts';
import { HeaderId } from '../message/header-name.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import { type Branch, IGNORE } from './branch.ts';

/**
 * Ends legs that answered too late: another leg has the call, or the caller is gone. Each 2xx gets its ACK
 * (13.2.2.4), and once per leg a BYE follows, because no one else would ever send one.
 */
export class UnwantedAnswers {
  readonly #layer: TransactionLayer;
  readonly #via: string;
  readonly #newBranch: () => string;
  /** To tags of the legs that got their BYE. */
  readonly #ended = new Set<string>();

  /** `via`: our Via value up to the branch parameter. */
  constructor(layer: TransactionLayer, via: string, newBranch: () => string) {
    this.#layer = layer;
    this.#via = via;
    this.#newBranch = newBranch;
  }

  end(branch: Branch, response: SipResponse, now: Millis): void {
    const invite = branch.sentRequest();
    if (invite === undefined) return;
    const { flow } = branch.request;
    this.#layer.output.send(flow, inDialogRequest('ACK', invite, response, this.#viaWith(this.#newBranch())));
    const tag = response.toTag ?? '';
    if (this.#ended.has(tag)) return;
    this.#ended.add(tag);
    const byeBranch = this.#newBranch();
    const bye = inDialogRequest('BYE', invite, response, this.#viaWith(byeBranch));
    this.#layer.sendNonInvite('BYE', bye, byeBranch, flow, IGNORE, now);
  }

  #viaWith(branch: string): string {
    return `${this.#via};branch=${branch}`;
  }
}

/**
 * A request within the dialog that `response` made, as the caller would send it (12.2.1.1), but from us: the
 * route set is what lies between us and the callee. It is sent along the flow that the INVITE took.
 */
function inDialogRequest(
  method: 'ACK' | 'BYE',
  invite: SipRequest,
  response: SipResponse,
  via: string,
): string {
  const uri = remoteTarget(response) ?? invite.uri;
  const upstream = invite.headers.elements(HeaderId.RecordRoute).length;
  const all = response.headers.elements(HeaderId.RecordRoute);
  const routes = all.slice(0, Math.max(0, all.length - upstream)).reverse();
  const cseq = method === 'ACK' ? invite.cseq : invite.cseq + 1;
  const from = invite.headers.value(HeaderId.From) ?? '';
  const to = response.headers.value(HeaderId.To) ?? '';
  let text = `${method} ${uri} SIP/2.0\r\nVia: ${via}\r\n`;
  for (const route of routes) text += `Route: ${route}\r\n`;
  text += `Max-Forwards: 70\r\nFrom: ${from}\r\nTo: ${to}\r\nCall-ID: ${invite.callId}\r\nCSeq: ${cseq} ${method}\r\n`;
  if (method === 'BYE') text += 'Reason: SIP;cause=487;text="Another leg has the call"\r\n';
  return `${text}Content-Length: 0\r\n\r\n`;
}

/** §12.1.2: the Contact of the answer. */
function remoteTarget(response: SipResponse): string | undefined {
  const { contacts } = response;
  return contacts.ok && contacts.value.kind === 'list' ? contacts.value.contacts[0]?.uri : undefined;
}
