import { HeaderId } from '../message/header-name.ts';
import type { SipRequest } from '../message/message.ts';
import { SplicedCopy } from '../message/spliced-copy.ts';

/** How one copy of a request differs from what came in (16.6). Everything else leaves as it came. */
export interface RequestForwarding {
  readonly requestUri: string;
  /** Our Via value: `SIP/2.0/UDP host:port;branch=…` */
  readonly via: string;
  /** The top Via of the request with `received` and `rport` filled in, where that was needed (18.2.1). */
  readonly stampedVia: string;
  readonly recordRoute: string | undefined;
  readonly maxForwards: number;
  /** The Route set that remains, where it differs from the one that came. */
  readonly routes: readonly string[] | undefined;
  /** A new To value, where it differs. */
  readonly to: string | undefined;
  readonly removeHeaders: readonly HeaderId[];
  /** Whole header lines with CRLF, put above the others. */
  readonly topHeaders: string;
  /** Whole header lines with CRLF, put behind the others. */
  readonly appendHeaders: string;
}

/** §16.6: the text of the copy. */
export function forwardRequest(request: SipRequest, forwarding: RequestForwarding): string {
  const { headers } = request;
  const copy = new SplicedCopy(request);
  copy.replaceTop(`${request.method} ${forwarding.requestUri} SIP/2.0`, topOf(request, forwarding));
  const topVia = headers.find(HeaderId.Via);
  for (let entry = 0; entry !== -1; entry = headers.next(entry)) {
    const id = headers.idAt(entry);
    switch (id) {
      case HeaderId.Via:
        if (entry === topVia) copy.replace(request.via.start, request.via.end, forwarding.stampedVia);
        break;
      case HeaderId.MaxForwards:
        copy.replaceValue(entry, String(forwarding.maxForwards));
        break;
      case HeaderId.To:
        if (forwarding.to !== undefined) copy.replaceValue(entry, forwarding.to);
        break;
      case HeaderId.Route:
        if (forwarding.routes !== undefined) copy.remove(entry);
        break;
      default:
        if (isAmong(forwarding.removeHeaders, id)) copy.remove(entry);
    }
  }
  return copy.finish(forwarding.appendHeaders);
}

/** The header fields that stand above those that came. */
function topOf(request: SipRequest, forwarding: RequestForwarding): string {
  let top = `Via: ${forwarding.via}\r\n`;
  if (forwarding.recordRoute !== undefined) top += `Record-Route: ${forwarding.recordRoute}\r\n`;
  const { routes } = forwarding;
  if (routes !== undefined) {
    for (let i = 0; i < routes.length; i += 1) top += `Route: ${routes[i]}\r\n`;
  }
  if (!request.headers.has(HeaderId.MaxForwards)) top += `Max-Forwards: ${forwarding.maxForwards}\r\n`;
  return top + forwarding.topHeaders;
}

function isAmong(ids: readonly HeaderId[], id: number): boolean {
  for (let i = 0; i < ids.length; i += 1) if (ids[i] === id) return true;
  return false;
}
