import { HeaderId } from '../message/header-name.ts';
import type { SipResponse } from '../message/message.ts';
import { SplicedCopy } from '../message/spliced-copy.ts';

export interface ResponseForwarding {
  /**
   * The To that the request came with, when the request left with another one: a response carries the To of
   * the request that it answers (8.2.6.2).
   */
  readonly to: string | undefined;
  /** The response comes from outside our trust domain: what it asserts is not passed on (RFC 3325 section 5). */
  readonly removeAssertedIdentity: boolean;
  /** Our Record-Route, where the caller's side is to get another one (16.7 step 8). */
  readonly recordRoute?: RewrittenRoute | undefined;
}

/** A Record-Route of ours that reads differently on the caller's side. */
interface RewrittenRoute {
  /** The user part of our Record-Route in the request. */
  readonly user: string;
  /** What stands for `user` in this response. */
  forCaller(response: SipResponse): string;
}

/** §16.7 steps 3 and 9: the response as it goes on, without our Via. */
export function forwardResponse(
  response: SipResponse,
  forwarding: ResponseForwarding,
  appendHeaders = '',
): string {
  const { headers } = response;
  const copy = new SplicedCopy(response);
  const topVia = headers.find(HeaderId.Via);
  let rewritten = false;
  for (let entry = 0; entry !== -1; entry = headers.next(entry)) {
    switch (headers.idAt(entry)) {
      case HeaderId.Via:
        if (entry === topVia) copy.removeTopVia(entry);
        break;
      case HeaderId.To:
        if (forwarding.to !== undefined) copy.replaceValue(entry, withTag(forwarding.to, response.toTag));
        break;
      case HeaderId.RecordRoute:
        if (!rewritten) rewritten = rewriteRoute(copy, response, entry, forwarding.recordRoute);
        break;
      case HeaderId.PAssertedIdentity:
        if (forwarding.removeAssertedIdentity) copy.remove(entry);
        break;
    }
  }
  return copy.finish(appendHeaders);
}

function withTag(to: string, tag: string | undefined): string {
  return tag === undefined ? to : `${to};tag=${tag}`;
}

/** True when our Record-Route stood in this header field. */
function rewriteRoute(
  copy: SplicedCopy,
  response: SipResponse,
  entry: number,
  route: RewrittenRoute | undefined,
): boolean {
  if (route === undefined) return false;
  const { headers, text } = response;
  const start = text.indexOf(route.user, headers.valueStart(entry));
  const end = start + route.user.length;
  if (start === -1 || end > headers.valueEnd(entry)) return false;
  copy.replace(start, end, route.forCaller(response));
  return true;
}
