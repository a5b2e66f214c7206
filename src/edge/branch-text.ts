import type { Millis } from '../base/clock.ts';
import { onePiece, ownText } from '../base/own-text.ts';
import type { AttemptOutcome } from '../domain/delivery.ts';
import { formatDid } from '../domain/did-format.ts';
import type { E164 } from '../domain/phone-number.ts';
import { HeaderId } from '../sip/message/header-name.ts';
import type { SipRequest } from '../sip/message/message.ts';
import { bracketedUriEnd, bracketedUriStart } from '../sip/message/name-address.ts';
import { forwardRequest } from '../sip/proxy/forward-request.ts';
import { withUser } from '../sip/uri/format.ts';
import { BranchRecordRoute, callerEnd, endOfFlow } from './dialog-ends.ts';
import { diversionHeader, historyInfoHeader } from './diversion.ts';
import { identityToRemove } from './identity.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { SignedRoutes } from './signed-routes.ts';
import type { Target } from './targets.ts';

/** What the requests of one trunk server have in common. */
export interface OwnAddress {
  /** host:port as it stands in our Via, Record-Route and hand-over URIs. */
  readonly authority: string;
  /** host only. */
  readonly host: string;
}

export interface BranchText {
  readonly text: string;
  readonly requestUri: string;
  readonly recordRoutes: number;
  /** The To that the caller used, where the branch has another one. */
  readonly originalTo: string | undefined;
  readonly toTrusted: boolean;
  readonly recordRoute: BranchRecordRoute;
}

/** The INVITE as it goes to one target (16.6): what each kind of target needs, and nothing else changed. */
export function branchText(
  call: IncomingCall,
  target: Target,
  branch: string,
  number: E164 | undefined,
  lastFailure: AttemptOutcome | undefined,
  own: OwnAddress,
  signed: SignedRoutes,
  now: Millis,
): BranchText {
  const { request } = call;
  const toTrusted = target.kind === 'trunkServer' || (target.kind === 'gateway' && target.gateway.trusted);
  const requestUri = requestUriFor(call, target, number);
  const to = target.kind === 'binding' || target.kind === 'backup' ? toWithDid(call, own) : undefined;
  const recordRoute = recordRouteFor(call, target, signed, now);
  const diverted = target.kind === 'gateway';
  const text = forwardRequest(request, {
    requestUri,
    via: `SIP/2.0/UDP ${own.authority};rport;branch=${branch}`,
    stampedVia: call.topVia,
    recordRoute: `<sip:${recordRoute.user}@${own.authority};lr>`,
    maxForwards: call.maxForwards - 1,
    routes: routesFor(call, target, signed),
    to,
    removeHeaders: identityToRemove(request, call.trusted, toTrusted),
    topHeaders: diverted ? diversionHeader(call.did.number, own.host, lastFailure) : '',
    appendHeaders: diverted
      ? historyInfoHeader(request, call.did.number, own.host, requestUri, lastFailure)
      : '',
  });
  const originalTo = to === undefined ? undefined : request.headers.value(HeaderId.To);
  return {
    text,
    requestUri,
    recordRoutes: recordRoutesOf(request) + 1,
    recordRoute,
    originalTo: originalTo === undefined ? undefined : ownText(originalTo),
    toTrusted,
  };
}

/** How many Record-Route values there are. */
export function recordRoutesOf({ headers }: SipRequest): number {
  return headers.has(HeaderId.RecordRoute) ? headers.elements(HeaderId.RecordRoute).length : 0;
}

/** In memory of its own: it is kept for as long as late answers may come. */
function requestUriFor(call: IncomingCall, target: Target, number: E164 | undefined): string {
  switch (target.kind) {
    case 'binding':
      return onePiece(withUser(target.contact, formatDid(call.did.number, call.account.didFormat)));
    case 'trunkServer':
      return ownText(call.request.uri);
    case 'backup':
      return onePiece(`sip:${formatDid(call.did.number, call.account.didFormat)}@${target.authority}`);
    case 'gateway':
      return onePiece(`sip:${number ?? call.did.number}@${target.authority};user=phone`);
  }
}

/** Asterisk's from-pstn-toheader and others read the DID from To, so it says there what the Request-URI says. */
function toWithDid(call: IncomingCall, own: OwnAddress): string | undefined {
  const { request } = call;
  const value = request.headers.value(HeaderId.To);
  if (value === undefined) return undefined;
  const did = formatDid(call.did.number, call.account.didFormat);
  const start = bracketedUriStart(value);
  if (start !== -1) {
    const end = bracketedUriEnd(value, start);
    const uri = value.substring(start, end);
    const changed = uriWithDid(uri, did, own);
    return changed === uri ? undefined : value.substring(0, start) + changed + value.substring(end);
  }
  const { to } = request;
  if (!to.ok) return undefined;
  const { uri, params } = to.value;
  const changed = uriWithDid(uri, did, own);
  return changed === uri ? undefined : `<${changed}>${params}`;
}

function uriWithDid(uri: string, did: string, own: OwnAddress): string {
  return uri.startsWith('sip') ? withUser(uri, did) : `sip:${did}@${own.host}`;
}

/**
 * Also on the way to another trunk server: a carrier that called us goes on sending to our address, whatever
 * the route set says, and a firewall of its may know no other.
 */
function recordRouteFor(
  call: IncomingCall,
  target: Target,
  signed: SignedRoutes,
  now: Millis,
): BranchRecordRoute {
  const { request, source } = call;
  const dialog = {
    sipCallId: request.callId,
    callerTag: request.fromTag ?? '',
    call: call.id,
    caller: callerEnd(request, source),
    callee: endOfFlow(target.flow),
    calleeIsFlow: target.kind === 'binding' && target.behindNat,
  };
  return new BranchRecordRoute(signed, dialog, now);
}

function routesFor(call: IncomingCall, target: Target, signed: SignedRoutes): readonly string[] | undefined {
  const { request } = call;
  if (target.kind === 'trunkServer') {
    const user = signed.handOverUser(request.callId, request.fromTag ?? '', request.cseq, call.id);
    return [`<sip:${user}@${target.authority};lr>`];
  }
  if (target.kind === 'binding' && target.path.length > 0) return target.path;
  // A preloaded Route of the carrier has done its duty: we are what it led to, and no relay.
  return request.headers.has(HeaderId.Route) ? [] : undefined;
}
