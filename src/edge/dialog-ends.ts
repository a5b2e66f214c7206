import type { Millis } from '../base/clock.ts';
import { type Flow, hostText } from '../base/flow.ts';
import { firstContactUri } from '../sip/message/contact.ts';
import { HeaderId } from '../sip/message/header-name.ts';
import type { SipRequest, SipResponse } from '../sip/message/message.ts';
import type { SipUri } from '../sip/uri/sip-uri.ts';
import { uriOf } from './own-route.ts';
import type { DialogEnds, DialogName, SignedRoutes } from './signed-routes.ts';

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
  return hopOf(invite, invite.headers.elements(HeaderId.RecordRoute)[0]) ?? endOfFlow(source);
}

/**
 * The Record-Route of one branch. The callee gets it in the INVITE, when only its address is known; the caller
 * gets another one, which knows what the callee said of itself in its response (16.7 step 8).
 */
export class BranchRecordRoute {
  readonly user: string;
  readonly #signed: SignedRoutes;
  readonly #name: DialogName;
  readonly #ends: DialogEnds;
  readonly #madeAt: Millis;
  #lastEnd: string;
  #lastUser: string;

  constructor(signed: SignedRoutes, name: DialogName, ends: DialogEnds, now: Millis) {
    this.#signed = signed;
    this.#name = name;
    this.#ends = ends;
    this.#madeAt = now;
    this.user = signed.dialogUser(name, ends, now);
    this.#lastEnd = ends.callee;
    this.#lastUser = this.user;
  }

  /** What stands for `user` in a response on its way to the caller. */
  forCaller(response: SipResponse): string {
    if (this.#ends.calleeIsFlow) return this.user;
    const routes = response.headers.elements(HeaderId.RecordRoute);
    const ours = routes.findIndex((route) => route.includes(this.user));
    const callee = ours === -1 ? undefined : hopOf(response, routes[ours - 1]);
    if (callee === undefined) return this.user;
    if (callee !== this.#lastEnd) {
      this.#lastUser = this.#signed.dialogUser(this.#name, { ...this.#ends, callee }, this.#madeAt);
      this.#lastEnd = callee;
    }
    return this.#lastUser;
  }
}

/** The next hop that a message tells of: a Record-Route value where there is one, else its Contact. */
function hopOf(message: SipRequest | SipResponse, recordRoute: string | undefined): string | undefined {
  const uri = recordRoute === undefined ? firstContactUri(message.headers) : uriOf(recordRoute);
  return uri === undefined ? undefined : endOf(uri);
}
