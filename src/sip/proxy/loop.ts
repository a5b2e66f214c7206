import { Fingerprint } from '../../base/fingerprint.ts';
import { HeaderId } from '../message/header-name.ts';
import type { SipRequest } from '../message/message.ts';
import { parseVia } from '../message/via.ts';
import { loopHashOf } from './branch-ids.ts';

/**
 * What the routing of a request depends on, as a hash: the same request coming back unchanged has the same
 * (a loop), one that was retargeted meanwhile has another (a spiral). The top Via is left out, because it is
 * never the same twice (RFC 5393 section 4.2.1). Of 31 bits.
 */
export function loopHash(request: SipRequest): number {
  print
    .begin()
    .text(request.uri)
    .text(request.callId)
    .text(request.fromTag ?? '')
    .text(request.toTag ?? '')
    .number(request.cseq);
  addAll(request, HeaderId.Route);
  addAll(request, HeaderId.ProxyRequire);
  return print.end().hash & 0x7fffffff;
}

/** The same at every start, because a loop may be older than this one. */
const print = new Fingerprint(0x811c9dc5);

/** The values of all header fields `id`, one after the other. */
function addAll({ headers }: SipRequest, id: HeaderId): void {
  for (let entry = headers.find(id); entry !== -1; entry = headers.findNext(id, entry)) {
    print.text(headers.valueAt(entry));
  }
}

/** RFC 5393 section 4.2: has this request been here before, with nothing changed that we route by? */
export function isLoop(request: SipRequest, sentByHost: string, sentByPort: number): boolean {
  if (!request.hasNextVia) return false;
  let hash: number | undefined;
  for (const element of request.headers.elements(HeaderId.Via)) {
    if (!element.includes(sentByHost)) continue;
    const via = parseVia(element, 0, element.length);
    if (via === undefined || via.host !== sentByHost || (via.port ?? 5060) !== sentByPort) continue;
    hash ??= loopHash(request);
    if (via.branch !== undefined && loopHashOf(via.branch) === hash) return true;
  }
  return false;
}
