import type { AttemptOutcome } from '../domain/delivery.ts';
import type { E164 } from '../domain/phone-number.ts';
import { diversionCount, parseDiversions } from '../sip/message/diversion.ts';
import { HeaderId } from '../sip/message/header-name.ts';
import { parseHistoryInfo, retargetCount } from '../sip/message/history-info.ts';
import type { SipRequest } from '../sip/message/message.ts';

/**
 * How often this call has been forwarded already: by Diversion (RFC 5806) or History-Info (RFC 7044),
 * whichever says more. Where one of them is malformed, each of its values counts.
 */
export function forwardCount(request: SipRequest): number {
  const { headers } = request;
  let count = 0;
  if (headers.has(HeaderId.Diversion)) {
    const elements = headers.elements(HeaderId.Diversion);
    const diversions = parseDiversions(elements);
    count = diversions.ok ? diversionCount(diversions.value) : elements.length;
  }
  if (headers.has(HeaderId.HistoryInfo)) {
    const elements = headers.elements(HeaderId.HistoryInfo);
    const history = parseHistoryInfo(elements);
    count = Math.max(count, history.ok ? retargetCount(history.value) : elements.length);
  }
  return count;
}

/** Tells the gateway which number was called and why it did not answer (RFC 5806). The newest comes first. */
export function diversionHeader(did: E164, host: string, failure: AttemptOutcome | undefined): string {
  return `Diversion: <sip:${did}@${host}>;reason=${diversionReason(failure)};counter=1;privacy=off;screen=yes\r\n`;
}

/** RFC 5806 section 4: the reasons that there are. */
function diversionReason(failure: AttemptOutcome | undefined): string {
  switch (failure?.kind) {
    case 'noResponse':
      return failure.cause === 'noAnswer' ? 'no-answer' : 'unavailable';
    case 'rejected':
      if (failure.status === 486 || failure.status === 600) return 'user-busy';
      if (failure.status === 603 || failure.status === 607) return 'do-not-disturb';
      return 'unavailable';
    case 'unreachable':
    case 'skipped':
      return 'unavailable';
    default:
      return 'unknown';
  }
}

/**
 * History-Info for a call that goes to `target` instead of the DID (RFC 7044 section 5): the entry of the
 * DID with the reason, where nobody upstream made one, and that of the number below it.
 */
export function historyInfoHeader(
  request: SipRequest,
  did: E164,
  host: string,
  target: string,
  failure: AttemptOutcome | undefined,
): string {
  const history = parseHistoryInfo(request.headers.elements(HeaderId.HistoryInfo));
  const last = history.ok ? history.value.at(-1)?.index.join('.') : undefined;
  if (last !== undefined) return `History-Info: <${target}>;index=${last}.1;mp=${last}\r\n`;
  const reason = `SIP%3Bcause%3D${failureStatus(failure)}`;
  return (
    `History-Info: <sip:${did}@${host}?Reason=${reason}>;index=1\r\n` +
    `History-Info: <${target}>;index=1.1;mp=1\r\n`
  );
}

/** The status that says best what became of the last target (RFC 3326 cause). */
function failureStatus(failure: AttemptOutcome | undefined): number {
  if (failure?.kind === 'rejected') return failure.status;
  return failure?.kind === 'noResponse' ? 408 : 480;
}
