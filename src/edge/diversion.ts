import type { AttemptOutcome } from '../domain/delivery.ts';
import type { E164 } from '../domain/phone-number.ts';
import { HeaderId } from '../sip/message/header-name.ts';
import type { SipRequest } from '../sip/message/message.ts';
import { parseNameAddress } from '../sip/message/name-address.ts';

/**
 * How often this call has been forwarded already: the Diversion entries, each with its counter (RFC 5806
 * section 4.3), or the retargetings that History-Info tells of (RFC 7044), whichever says more.
 */
export function diversionCount(request: SipRequest): number {
  const { headers } = request;
  let diversions = 0;
  if (headers.has(HeaderId.Diversion)) {
    for (const element of headers.elements(HeaderId.Diversion)) {
      const parsed = parseNameAddress(element, 'Diversion');
      const counter = parsed.ok ? Number(parsed.value.params.get('counter')) : 1;
      diversions += Number.isInteger(counter) && counter > 0 ? counter : 1;
    }
  }
  if (!headers.has(HeaderId.HistoryInfo)) return diversions;
  let retargetings = 0;
  for (const element of headers.elements(HeaderId.HistoryInfo)) {
    const parsed = parseNameAddress(element, 'History-Info');
    // Only `mp` marks a change of the user that is called; `rc` and `np` are ordinary routing.
    if (parsed.ok && parsed.value.params.has('mp')) retargetings += 1;
  }
  return Math.max(diversions, retargetings);
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
  const entries = request.headers.elements(HeaderId.HistoryInfo);
  const last = entries.at(-1);
  const parsed = last === undefined ? undefined : parseNameAddress(last, 'History-Info');
  const index = parsed?.ok === true ? parsed.value.params.get('index') : undefined;
  if (index !== undefined) return `History-Info: <${target}>;index=${index}.1;mp=${index}\r\n`;
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
