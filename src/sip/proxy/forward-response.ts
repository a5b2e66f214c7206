import { MessageEditor } from '../message/edit.ts';
import { HeaderId } from '../message/header-name.ts';
import type { SipResponse } from '../message/message.ts';

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
  const editor = new MessageEditor(response);
  editor.removeTopVia();
  if (forwarding.to !== undefined) {
    const entry = response.headers.find(HeaderId.To);
    const tag = response.toTag === undefined ? '' : `;tag=${response.toTag}`;
    editor.replaceValue(entry, forwarding.to + tag);
  }
  const { recordRoute } = forwarding;
  if (recordRoute !== undefined && response.headers.has(HeaderId.RecordRoute)) {
    const start = response.text.indexOf(recordRoute.user);
    if (start !== -1 && start < response.headers.end) {
      editor.replaceRange(start, start + recordRoute.user.length, recordRoute.forCaller(response));
    }
  }
  if (forwarding.removeAssertedIdentity) editor.removeAll(HeaderId.PAssertedIdentity);
  if (appendHeaders !== '') editor.append(appendHeaders);
  return editor.toText();
}
