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
  let hash = 0x811c9dc5;
  hash = mix(hash, request.uri);
  hash = mixAll(hash, request, HeaderId.CallId);
  hash = mix(hash, request.fromTag ?? '');
  hash = mix(hash, request.toTag ?? '');
  hash = mixAll(hash, request, HeaderId.Route);
  hash = mixAll(hash, request, HeaderId.ProxyRequire);
  hash = Math.imul(hash ^ request.cseq, 0x01000193);
  return hash & 0x7fffffff;
}

/** The values of all header fields `id`, one after the other. */
function mixAll(hash: number, { headers }: SipRequest, id: HeaderId): number {
  let mixed = hash;
  for (let entry = headers.find(id); entry !== -1; entry = headers.findNext(id, entry)) {
    mixed = headers.folded
      ? mix(mixed, headers.valueAt(entry))
      : mixRange(mixed, headers.text, headers.valueStart(entry), headers.valueEnd(entry));
  }
  return mixed;
}

function mix(hash: number, part: string): number {
  return mixRange(hash, part, 0, part.length);
}

/** FNV-1a over text[start, end), closed by a separator that no part contains. */
function mixRange(hash: number, text: string, start: number, end: number): number {
  let mixed = hash;
  for (let i = start; i < end; i += 1) mixed = Math.imul(mixed ^ text.charCodeAt(i), 0x01000193);
  return Math.imul(mixed ^ 0x0a, 0x01000193);
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
