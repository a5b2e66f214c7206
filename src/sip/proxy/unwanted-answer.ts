import type { Millis } from '../../base/clock.ts';
import { HeaderId } from '../message/header-name.ts';
import type { SipResponse } from '../message/message.ts';
import { buildRequest } from '../message/request.ts';
import { NOBODY } from '../transaction/context.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { Branch, BranchRequest } from './branch.ts';

/** How this element names itself in messages of its own. One for all calls. */
export interface OwnMessages {
  /** Our Via value up to the branch parameter. */
  readonly via: string;
  newBranch(): string;
  /** For To of a final response. */
  newTag(): string;
}

/** Legs that one call can have: past it a callee that forks, or lies, is left to its own time limits. */
const MOST_LEGS = 20;

/**
 * Ends legs that answered too late: another leg has the call, or the caller is gone. Each 2xx gets its ACK
 * (13.2.2.4), and once per leg a BYE follows, because no one else would ever send one.
 */
export class UnwantedAnswers {
  readonly #layer: TransactionLayer;
  readonly #own: OwnMessages;
  /** The ACK of each leg that got its BYE, by To tag: a 2xx that comes again gets the same one (13.2.2.4). */
  readonly #acks = new Map<string, string>();

  constructor(layer: TransactionLayer, own: OwnMessages) {
    this.#layer = layer;
    this.#own = own;
  }

  /** `reason`: header lines that tell the callee why it is hung up (RFC 3326). */
  end(branch: Branch, response: SipResponse, reason: string, now: Millis): void {
    const { flow } = branch.request;
    const leg = `${branch.request.branch} ${response.toTag ?? ''}`;
    const known = this.#acks.get(leg);
    if (known !== undefined) {
      this.#layer.output.send(flow, known);
      return;
    }
    if (this.#acks.size >= MOST_LEGS) return;
    const ack = inDialogRequest('ACK', branch.request, response, this.#viaWith(this.#own.newBranch()), '');
    this.#acks.set(leg, ack);
    this.#layer.output.send(flow, ack);
    const byeBranch = this.#own.newBranch();
    const bye = inDialogRequest('BYE', branch.request, response, this.#viaWith(byeBranch), reason);
    this.#layer.sendNonInvite('BYE', bye, byeBranch, flow, NOBODY, now);
  }

  #viaWith(branch: string): string {
    return `${this.#own.via};branch=${branch}`;
  }
}

/**
 * A request within the dialog that `response` made, as the caller would send it (12.2.1.1), but from us: the
 * route set is what lies between us and the callee. It is sent along the flow that the INVITE took.
 */
function inDialogRequest(
  method: 'ACK' | 'BYE',
  invite: BranchRequest,
  response: SipResponse,
  via: string,
  headers: string,
): string {
  const uri = remoteTarget(response) ?? invite.requestUri;
  const all = response.headers.elements(HeaderId.RecordRoute);
  const routes = all.slice(0, Math.max(0, all.length - invite.recordRoutes)).reverse();
  const cseq = method === 'ACK' ? response.cseq : response.cseq + 1;
  // §8.2.6.2: they are those of the INVITE.
  const from = response.headers.value(HeaderId.From) ?? '';
  const to = response.headers.value(HeaderId.To) ?? '';
  return buildRequest({ method, uri, via, routes, from, to, callId: response.callId, cseq, headers });
}

/** §12.1.2: the Contact of the answer. */
function remoteTarget(response: SipResponse): string | undefined {
  const { contacts } = response;
  return contacts.ok && contacts.value.kind === 'list' ? contacts.value.contacts[0]?.uri : undefined;
}
