import type { Millis } from '../base/clock.ts';
import { type Flow, hostText } from '../base/flow.ts';
import { onePiece } from '../base/own-text.ts';
import { firstContactUri } from '../sip/message/contact.ts';
import { HeaderId } from '../sip/message/header-name.ts';
import type { SipRequest, SipResponse } from '../sip/message/message.ts';
import type { SipUri } from '../sip/uri/sip-uri.ts';
import { uriOf } from './own-route.ts';
import type { NewDialog, SignedRoutes } from './signed-routes.ts';

/** host[:port] of a URI, as the ends of a dialog are written. */
export function endOf(uri: SipUri): string {
  const host = uri.hostText.toLowerCase();
  return uri.port === undefined || uri.port === 5060 ? host : `${host}:${uri.port}`;
}

/** A flow's address and port, as the ends of a dialog are written. */
export function endOfFlow(flow: Flow): string {
  const host = hostText(flow.address);
  return flow.port === 5060 ? host : `${host}:${flow.port}`;
}

/** Where requests to the caller go: the proxy next to us, or the caller itself (12.1.1). */
export function callerEnd(invite: SipRequest, source: Flow): string {
  const { headers } = invite;
  const above = headers.has(HeaderId.RecordRoute) ? headers.elements(HeaderId.RecordRoute)[0] : undefined;
  return hopOf(invite, above) ?? endOfFlow(source);
}

/**
 * The Record-Route of one branch. The callee gets it in the INVITE, when only its address is known; the caller
 * gets another one, which knows what the callee said of itself in its response (16.7 step 8).
 */
export class BranchRecordRoute {
  readonly user: string;
  readonly #signed: SignedRoutes;
  readonly #calleeIsFlow: boolean;
  #lastEnd: string;
  #lastUser: string;

  constructor(signed: SignedRoutes, dialog: NewDialog, now: Millis) {
    this.#signed = signed;
    this.#calleeIsFlow = dialog.calleeIsFlow;
    this.user = onePiece(signed.dialogUser(dialog, now));
    this.#lastEnd = dialog.callee;
    this.#lastUser = this.user;
  }

  /** What stands for `user`, which is in a Record-Route, in a response on its way to the caller. */
  forCaller(response: SipResponse): string {
    if (this.#calleeIsFlow) return this.user;
    const callee = hopOf(response, routeAbove(response, this.user));
    if (callee === undefined) return this.user;
    if (callee !== this.#lastEnd) {
      // §8.2.6.2: Call-ID and From tag are those of the INVITE.
      const { callId, fromTag = '' } = response;
      this.#lastUser = onePiece(this.#signed.withCallee(this.user, callee, callId, fromTag));
      this.#lastEnd = callee;
    }
    return this.#lastUser;
  }
}

/** The Record-Route value above ours: that of the proxy next to us on the callee's side, where there is one. */
function routeAbove({ headers }: SipResponse, user: string): string | undefined {
  const entry = headers.find(HeaderId.RecordRoute);
  // Nearly always ours is the only one.
  if (entry === -1 || headers.isSingle(HeaderId.RecordRoute, entry)) return undefined;
  const routes = headers.elements(HeaderId.RecordRoute);
  for (let i = 0; i < routes.length; i += 1) {
    if (routes[i]?.includes(user) === true) return i === 0 ? undefined : routes[i - 1];
  }
  return undefined;
}

/** The next hop that a message tells of: a Record-Route value where there is one, else its Contact. */
function hopOf(message: SipRequest | SipResponse, recordRoute: string | undefined): string | undefined {
  const uri = recordRoute === undefined ? firstContactUri(message.headers) : uriOf(recordRoute);
  return uri === undefined ? undefined : endOf(uri);
}
