import type { Millis } from '../base/clock.ts';
import type { CallId } from '../domain/ids.ts';
import { HeaderId } from '../sip/message/header-name.ts';
import type { SipRequest } from '../sip/message/message.ts';
import { sipUriOf } from '../sip/message/name-address.ts';
import type { SipUri } from '../sip/uri/sip-uri.ts';
import type { DialogRoute, SignedRoutes } from './signed-routes.ts';

/** What the Route set of a request says once our own part of it is taken off (16.4). */
export interface ReadRoute {
  /** Where the request goes; another than it came with only behind a strict router. */
  readonly requestUri: string;
  /** The Route values that remain, in order; undefined where nothing changed. */
  readonly routes: readonly string[] | undefined;
  /** The request is in a dialog that went through us: our signature says so. */
  readonly dialog: DialogRoute | undefined;
  /** The call that another trunk server hands over with this request, if the signature is good. */
  readonly handedOver: CallId | undefined;
}

interface Self {
  readonly start: { readonly self: { readonly port: number } };
  readonly own: { readonly host: string };
  readonly signed: SignedRoutes;
}

const EMPTY: readonly string[] = [];

/** §16.4: takes our own URIs off the route set, whether a loose or a strict router sent the request. */
export function readRoute(request: SipRequest, server: Self, now: Millis): ReadRoute {
  let requestUri = request.uri;
  let routes: readonly string[] = request.headers.has(HeaderId.Route)
    ? request.headers.elements(HeaderId.Route)
    : EMPTY;
  let user: string | undefined;
  const target = request.requestUri;
  if (
    target.ok &&
    target.value.kind === 'sip' &&
    isOurs(target.value, server) &&
    isSigned(target.value.user)
  ) {
    // A strict router has put our Record-Route URI in the Request-URI and the target last in Route.
    user = target.value.user;
    const last = routes.at(-1);
    if (last !== undefined) {
      requestUri = uriOf(last)?.toString() ?? requestUri;
      routes = routes.slice(0, -1);
    }
  }
  let taken = 0;
  for (; taken < routes.length; taken += 1) {
    const uri = uriOf(routes[taken] ?? '');
    if (uri === undefined || !isOurs(uri, server)) break;
    user ??= uri.user;
  }
  const changed = taken > 0 || requestUri !== request.uri;
  return {
    requestUri,
    routes: changed ? (taken === routes.length ? EMPTY : routes.slice(taken)) : undefined,
    dialog:
      user === undefined || request.toTag === undefined
        ? undefined
        : server.signed.readDialogUser(user, request, now),
    handedOver:
      user === undefined || request.toTag !== undefined
        ? undefined
        : server.signed.readHandOverUser(user, request.callId, request.fromTag ?? '', request.cseq),
  };
}

/** The URI of a Route value; undefined when it is malformed or no SIP URI. */
export function uriOf(route: string): SipUri | undefined {
  return sipUriOf(route, 0, route.length);
}

function isSigned(user: string | undefined): boolean {
  return user?.startsWith('d.') === true;
}

function isOurs(uri: SipUri, server: Self): boolean {
  return (uri.port ?? 5060) === server.start.self.port && uri.hasHost(server.own.host);
}
