import type { Millis } from '../base/clock.ts';
import type { CallId } from '../domain/ids.ts';
import { HeaderId } from '../sip/message/header-name.ts';
import type { SipRequest } from '../sip/message/message.ts';
import { parseNameAddress } from '../sip/message/name-address.ts';
import { parseUri } from '../sip/uri/parse.ts';
import type { SipUri } from '../sip/uri/uri.ts';
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
  readonly start: { readonly self: { readonly address: string; readonly port: number } };
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
      requestUri = uriOf(last)?.text ?? requestUri;
      routes = routes.slice(0, -1);
    }
  }
  let taken = 0;
  for (const route of routes) {
    const uri = uriOf(route)?.uri;
    if (uri === undefined || !isOurs(uri, server)) break;
    user ??= uri.user;
    taken += 1;
  }
  const changed = taken > 0 || requestUri !== request.uri;
  return {
    requestUri,
    routes: changed ? routes.slice(taken) : undefined,
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

/** The URI of a Route value, as text and parsed. */
export function uriOf(route: string): { readonly text: string; readonly uri: SipUri } | undefined {
  const address = parseNameAddress(route, 'Route');
  if (!address.ok) return undefined;
  const uri = parseUri(address.value.uri);
  return uri.ok && uri.value.kind === 'sip' ? { text: address.value.uri, uri: uri.value } : undefined;
}

function isSigned(user: string | undefined): boolean {
  return user?.startsWith('d.') === true;
}

function isOurs(uri: SipUri, server: Self): boolean {
  const { address, port } = server.start.self;
  const host = uri.host.kind === 'name' ? uri.host.name : uri.host.address;
  return host === address && (uri.port ?? 5060) === port;
}
