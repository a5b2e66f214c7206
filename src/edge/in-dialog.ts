import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import { HeaderId } from '../sip/message/header-name.ts';
import type { SipRequest } from '../sip/message/message.ts';
import { stampReceived } from '../sip/message/received.ts';
import { buildResponse } from '../sip/message/response.ts';
import type { BranchEnd, BranchLimits } from '../sip/proxy/branch.ts';
import { forwardRequest } from '../sip/proxy/forward-request.ts';
import { loopHash } from '../sip/proxy/loop.ts';
import { NonInviteForward } from '../sip/proxy/non-invite-forward.ts';
import { ResponseContext, type ResponseContextUser } from '../sip/proxy/response-context.ts';
import type { InviteServerTransaction } from '../sip/transaction/invite-server.ts';
import type { NonInviteServerTransaction } from '../sip/transaction/non-invite-server.ts';
import { parseUri } from '../sip/uri/parse.ts';
import type { SipUri } from '../sip/uri/sip-uri.ts';
import { recordRoutesOf } from './branch-text.ts';
import { endOf } from './dialog-ends.ts';
import { identityToRemove } from './identity.ts';
import { type ReadRoute, uriOf } from './own-route.ts';
import type { DialogRoute } from './signed-routes.ts';
import type { TrunkServer } from './trunk-server.ts';

/** Where a request goes on to, and how it reads then. */
interface Hop {
  readonly requestUri: string;
  readonly routes: readonly string[] | undefined;
  readonly uri: SipUri | undefined;
}

const NONE: readonly number[] = [];

/** Only the transaction's own Timer B and Timer C: this is the caller's dialog, not a delivery. */
const NO_LIMITS: BranchLimits = { noResponse: undefined, noProgress: undefined, ring: undefined };

/** Requests within dialogs: routed by their Route set alone, so that no state of ours is needed (16.4–16.6). */
export class InDialog {
  readonly #server: TrunkServer;

  constructor(server: TrunkServer) {
    this.#server = server;
  }

  invite(transaction: InviteServerTransaction, request: SipRequest, route: ReadRoute, now: Millis): void {
    const server = this.#server;
    const user = new ReInvite();
    const context = new ResponseContext(server.layer, transaction, request, server.ownMessages, user);
    user.context = context;
    context.sendTrying(now);
    const hop = nextHop(request, route);
    const place = this.#placeOf(hop, route.dialog);
    const flow = server.flowAt(place);
    if (flow === undefined && place !== undefined)
      this.#findForInvite(place, context, transaction, request, hop, now);
    else this.#passInvite(context, transaction, request, hop, flow, now);
  }

  /** Apart, because it is seldom, and V8 keeps the variables of what it holds in an object of their own. */
  #findForInvite(
    place: SipUri,
    context: ResponseContext,
    transaction: InviteServerTransaction,
    request: SipRequest,
    hop: Hop,
    now: Millis,
  ): void {
    this.#server.locateUri(
      place,
      (found, at) => this.#passInvite(context, transaction, request, hop, found, at),
      now,
    );
  }

  nonInvite(
    transaction: NonInviteServerTransaction,
    request: SipRequest,
    source: Flow,
    route: ReadRoute,
    now: Millis,
  ): void {
    const server = this.#server;
    const hop = nextHop(request, route);
    const place = this.#placeOf(hop, route.dialog);
    const flow = server.flowAt(place);
    if (flow === undefined && place !== undefined)
      this.#findForNonInvite(place, transaction, request, source, route, hop, now);
    else this.#passNonInvite(transaction, request, source, route, hop, flow, now);
  }

  #findForNonInvite(
    place: SipUri,
    transaction: NonInviteServerTransaction,
    request: SipRequest,
    source: Flow,
    route: ReadRoute,
    hop: Hop,
    now: Millis,
  ): void {
    this.#server.locateUri(
      place,
      (found, at) => this.#passNonInvite(transaction, request, source, route, hop, found, at),
      now,
    );
  }

  /** The ACK for a 2xx has no transaction: it is passed on and nothing is kept (13.2.2.4). */
  ack(request: SipRequest, source: Flow, route: ReadRoute, now: Millis): void {
    const server = this.#server;
    const hop = nextHop(request, route);
    const place = this.#placeOf(hop, route.dialog);
    const flow = server.flowAt(place);
    if (flow !== undefined) this.#passAck(request, source, hop, flow);
    else if (place !== undefined) this.#findForAck(place, request, source, hop, now);
  }

  #findForAck(place: SipUri, request: SipRequest, source: Flow, hop: Hop, now: Millis): void {
    this.#server.locateUri(
      place,
      (found) => {
        if (found !== undefined) this.#passAck(request, source, hop, found);
      },
      now,
    );
  }

  #passInvite(
    context: ResponseContext,
    transaction: InviteServerTransaction,
    request: SipRequest,
    hop: Hop,
    flow: Flow | undefined,
    now: Millis,
  ): void {
    if (flow === undefined) {
      context.finish({ kind: 'status', status: 500, reason: 'Next Hop Not Found' }, now);
      return;
    }
    const branch = this.#server.newBranch(loopHash(request));
    const { text, trusted } = this.#forward(request, hop, transaction.topVia, transaction.flow, flow, branch);
    context.startBranch(
      {
        requestUri: hop.requestUri,
        recordRoutes: recordRoutesOf(request),
        branch,
        flow,
        forwarding: { to: undefined, removeAssertedIdentity: !trusted, recordRoute: undefined },
        notForCaller: NONE,
      },
      NO_LIMITS,
      text,
      now,
    );
  }

  #passNonInvite(
    transaction: NonInviteServerTransaction,
    request: SipRequest,
    source: Flow,
    route: ReadRoute,
    hop: Hop,
    flow: Flow | undefined,
    now: Millis,
  ): void {
    const server = this.#server;
    if (flow === undefined) {
      const options = { toTag: server.newTag(), topVia: transaction.topVia, reason: 'Next Hop Not Found' };
      transaction.respond(500, buildResponse(request, 500, options), now);
      return;
    }
    const branch = server.newBranch(loopHash(request));
    const { text, trusted } = this.#forward(request, hop, transaction.topVia, source, flow, branch);
    const forwarding = { to: undefined, removeAssertedIdentity: !trusted, recordRoute: undefined };
    new NonInviteForward(server.layer, transaction, request, forwarding, server.ownMessages).start(
      text,
      branch,
      flow,
      now,
    );
    // §15.1.1: whatever is answered to a BYE, or nothing, the call is over for the side that sent it.
    const call = request.method === 'BYE' ? route.dialog?.call : undefined;
    if (call !== undefined) server.callEnded(call, now);
  }

  #passAck(request: SipRequest, source: Flow, hop: Hop, flow: Flow): void {
    const branch = this.#server.newBranch(loopHash(request));
    const topVia = stampReceived(request, source.address, source.port);
    this.#server.send(flow, this.#forward(request, hop, topVia, source, flow, branch).text);
  }

  /**
   * The next hop by the book (16.6 step 7), as long as it is the end that the dialog's signature names, or a
   * gateway or trunk server; anything else would make us send wherever a stranger likes, so it goes to that
   * end all the same. A PBX behind a NAT is reached along its flow.
   */
  #placeOf(hop: Hop, dialog: DialogRoute | undefined): SipUri | undefined {
    if (dialog === undefined) return undefined;
    const asked = hop.uri;
    if (asked !== undefined && !dialog.isFlow && this.#mayGoTo(asked, dialog)) return asked;
    const end = parseUri(`sip:${dialog.end}`);
    return end.ok && end.value.kind === 'sip' ? end.value : undefined;
  }

  #mayGoTo(uri: SipUri, dialog: DialogRoute): boolean {
    if (endOf(uri) === dialog.end) return true;
    const { host: at } = uri;
    const host = at.kind === 'name' ? at.name.toLowerCase() : at.address;
    return this.#server.peers.has(host) || this.#server.table.sources.isGateway(host);
  }

  #forward(
    request: SipRequest,
    hop: Hop,
    topVia: string,
    source: Flow,
    flow: Flow,
    branch: string,
  ): { readonly text: string; readonly trusted: boolean } {
    const { own, table } = this.#server;
    const fromTrusted = table.sources.find(source.address)?.trusted === true;
    const trusted = table.sources.find(flow.address)?.trusted === true;
    const maxForwards = request.maxForwards.ok ? (request.maxForwards.value ?? 70) : 70;
    const text = forwardRequest(request, {
      requestUri: hop.requestUri,
      via: `SIP/2.0/UDP ${own.authority};rport;branch=${branch}`,
      stampedVia: topVia,
      recordRoute: undefined,
      maxForwards: maxForwards - 1,
      routes: hop.routes,
      to: undefined,
      removeHeaders: identityToRemove(request, fromTrusted, trusted),
      topHeaders: '',
      appendHeaders: '',
    });
    return { text, trusted };
  }
}

/** §16.6 steps 6 and 7: the first Route, else the Request-URI; a strict router gets itself as Request-URI. */
function nextHop(request: SipRequest, route: ReadRoute): Hop {
  const routes = route.routes ?? request.headers.elements(HeaderId.Route);
  const first = routes[0];
  if (first === undefined) {
    const uri = route.requestUri === request.uri ? request.requestUri : parseUri(route.requestUri);
    const target = uri.ok && uri.value.kind === 'sip' ? uri.value : undefined;
    return { requestUri: route.requestUri, routes: route.routes, uri: target };
  }
  const next = uriOf(first);
  if (next === undefined || next.hasParam('lr')) {
    return { requestUri: route.requestUri, routes: route.routes, uri: next };
  }
  return {
    requestUri: next.toString(),
    routes: [...routes.slice(1), `<${route.requestUri}>`],
    uri: next,
  };
}

/** An INVITE within a dialog has one target: what becomes of it is the answer. */
class ReInvite implements ResponseContextUser {
  context: ResponseContext | undefined;

  branchRang(): void {}

  branchFailed(_branch: unknown, end: BranchEnd, now: Millis): void {
    switch (end.kind) {
      case 'response':
        this.context?.finish({ kind: 'best' }, now);
        return;
      case 'noResponse':
        // §16.8: as if a 408 had come.
        this.context?.finish({ kind: 'status', status: 408 }, now);
        return;
      case 'transportFailed':
        this.context?.finish({ kind: 'status', status: 500, reason: 'Next Hop Unreachable' }, now);
        return;
    }
  }

  callerCancelled(): void {}

  finished(): void {}
}
