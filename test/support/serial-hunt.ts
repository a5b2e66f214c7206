import type { Flow } from '../../src/base/flow.ts';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import type { SipRequest } from '../../src/sip/message/message.ts';
import type { ResponseOptions } from '../../src/sip/message/response.ts';
import type { Branch, BranchEnd, BranchLimits } from '../../src/sip/proxy/branch.ts';
import { forwardRequest } from '../../src/sip/proxy/forward-request.ts';
import { ResponseContext, type ResponseContextUser } from '../../src/sip/proxy/response-context.ts';
import { requestText, responseTo, SipCore } from './sip-core.ts';

export const NO_LIMITS: BranchLimits = { noResponse: undefined, noProgress: undefined, ring: undefined };

/** The number that the caller dialled and the DID as the targets get it. */
const CALLED_TO = '<sip:+12125551234@192.0.2.10>';

interface HuntOptions {
  /** For each target in turn, how long it may take; the number of targets is its length. */
  readonly targets: readonly BranchLimits[];
  /** Replaced lines of the caller's INVITE. */
  readonly invite?: Readonly<Record<string, string>>;
  /** The first target is not called by itself. */
  readonly startLater?: boolean;
}

/** One call that goes from target to target, as a delivery would have it: the next when one has failed. */
export class SerialHunt implements ResponseContextUser {
  readonly core = new SipCore();
  readonly context: ResponseContext;
  readonly branches: Branch[] = [];
  /** What the response context said, in order. */
  readonly told: string[] = [];
  /** The copies as they were sent, one for each target. */
  readonly copies: SipRequest[] = [];
  readonly inviteText: string;
  readonly #targets: readonly BranchLimits[];
  readonly #invite: SipRequest;
  #made = 0;

  constructor(options: HuntOptions) {
    this.#targets = options.targets;
    this.inviteText = requestText('INVITE', options.invite);
    this.core.receive(this.inviteText, this.core.caller);
    const arrived = this.core.invites[0];
    if (arrived === undefined) throw new Error('the INVITE was not passed up');
    this.#invite = arrived.request;
    this.context = new ResponseContext(
      this.core.layer,
      arrived.transaction,
      arrived.request,
      {
        via: 'SIP/2.0/UDP 192.0.2.10:5060;rport',
        newBranch: () => this.#newBranch(),
        newTag: () => 'us',
      },
      this,
    );
    this.context.sendTrying(this.core.now);
    if (options.startLater !== true) this.tryNext();
  }

  flow(target: number): Flow {
    return this.core.flows.of(`198.51.100.${target + 1}`, 5060);
  }

  /** Starts the next target; finishes with the best response after the last one. */
  tryNext(): void {
    const request = this.#invite;
    const target = this.branches.length;
    const limits = this.#targets[target];
    if (limits === undefined) {
      this.context.finish({ kind: 'best' }, this.core.now);
      return;
    }
    const id = this.#newBranch();
    const text = forwardRequest(request, {
      requestUri: `sip:2125551234@198.51.100.${target + 1}`,
      via: `SIP/2.0/UDP 192.0.2.10:5060;rport;branch=${id}`,
      stampedVia: request.via.toString(),
      recordRoute: '<sip:d.call@192.0.2.10:5060;lr>',
      maxForwards: 69,
      routes: undefined,
      to: '<sip:2125551234@192.0.2.10>',
      removeHeaders: [],
      topHeaders: '',
      appendHeaders: '',
    });
    const branch = this.context.startBranch(
      {
        requestUri: `sip:2125551234@198.51.100.${target + 1}`,
        recordRoutes: 1 + request.headers.elements(HeaderId.RecordRoute).length,
        branch: id,
        flow: this.flow(target),
        forwarding: { to: CALLED_TO, removeAssertedIdentity: false },
        notForCaller: [],
      },
      limits,
      text,
      this.core.now,
    );
    if (branch === undefined) return;
    this.branches.push(branch);
    this.copies.push(this.core.request('INVITE'));
  }

  branchRang(branch: Branch): void {
    this.told.push(`rang ${this.branches.indexOf(branch)}`);
  }

  branchFailed(branch: Branch, end: BranchEnd): void {
    const how =
      end.kind === 'response'
        ? end.response.status
        : end.kind === 'noResponse'
          ? end.cause
          : 'transportFailed';
    this.told.push(`failed ${this.branches.indexOf(branch)} ${how}`);
    this.tryNext();
  }

  callerCancelled(): void {
    this.told.push('cancelled');
  }

  finished(status: number, answeredBy: Branch | undefined): void {
    const by = answeredBy === undefined ? '' : ` by ${this.branches.indexOf(answeredBy)}`;
    this.told.push(`finished ${status}${by}`);
  }

  /** The target says this; the way a UAS does (8.2.6), with a Contact. */
  answer(target: number, status: number, options: ResponseOptions = {}): void {
    const copy = this.copies[target];
    if (copy === undefined) throw new Error(`target ${target} was not called`);
    const text = responseTo(copy, status, {
      toTag: `bob${target}`,
      recordRoute: true,
      headers: `Contact: <sip:bob@198.51.100.${target + 1}:5099>\r\n`,
      ...options,
    });
    this.core.receive(text, this.flow(target));
  }

  hangUp(headers: Readonly<Record<string, string>> = {}): void {
    this.core.receive(requestText('CANCEL', headers), this.core.caller);
  }

  /** What the caller was sent: methods and status codes; those of a CANCEL are `200 CANCEL`. */
  toCaller(): string[] {
    return this.#sentTo(this.core.caller);
  }

  toTarget(target: number): string[] {
    return this.#sentTo(this.flow(target));
  }

  #sentTo(flow: Flow): string[] {
    return this.core.sent
      .filter((sent) => sent.flow === flow)
      .map(({ message }) =>
        message.kind === 'request'
          ? message.method
          : `${message.status}${message.cseqMethod === 'INVITE' ? '' : ` ${message.cseqMethod}`}`,
      );
  }

  #newBranch(): string {
    this.#made += 1;
    return `z9hG4bKours.${this.#made}.0`;
  }
}
