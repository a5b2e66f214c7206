import { MessageEditor } from '../message/edit.ts';
import { HeaderId } from '../message/header-name.ts';
import type { SipRequest } from '../message/message.ts';

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
  const editor = new MessageEditor(request);
  editor.startLine(`${request.method} ${forwarding.requestUri} SIP/2.0`);
  let top = `Via: ${forwarding.via}\r\n`;
  if (forwarding.recordRoute !== undefined) top += `Record-Route: ${forwarding.recordRoute}\r\n`;
  if (forwarding.routes !== undefined) {
    editor.removeAll(HeaderId.Route);
    for (const route of forwarding.routes) top += `Route: ${route}\r\n`;
  }
  const maxForwards = request.headers.find(HeaderId.MaxForwards);
  if (maxForwards === -1) top += `Max-Forwards: ${forwarding.maxForwards}\r\n`;
  else editor.replaceValue(maxForwards, String(forwarding.maxForwards));
  editor.top(top + forwarding.topHeaders);
  const { start, end } = request.via;
  if (forwarding.stampedVia !== request.via.toString()) {
    editor.replaceRange(start, end, forwarding.stampedVia);
  }
  if (forwarding.to !== undefined) editor.replaceValue(request.headers.find(HeaderId.To), forwarding.to);
  for (const id of forwarding.removeHeaders) editor.removeAll(id);
  if (forwarding.appendHeaders !== '') editor.append(forwarding.appendHeaders);
  return editor.toText();
}
