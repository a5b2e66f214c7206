import type { CallAttempt, CallRecord } from '../domain/call-record.ts';
import type { AttemptOutcome, AttemptReason } from '../domain/delivery.ts';
import type { SpoolEvent } from './messages.ts';

/** An event as a line of the spool, without its line end: JSON. What comes with every call is put together by hand. */
export function eventLine(event: SpoolEvent): string {
  if (event.kind === 'call') return `{"kind":"call","record":${recordJson(event.record)}}`;
  if (event.kind === 'callEnded') {
    return `{"kind":"callEnded","call":${textJson(event.call)},"at":${timeJson(event.at)}}`;
  }
  return JSON.stringify(event);
}

function recordJson(record: CallRecord): string {
  const { account, answeredAt, attempts, caller, did, finalAt, finalStatus, handedOverFrom } = record;
  const { id, revision, sipCallId, startedAt, trunkServer } = record;
  let json = `{"id":${textJson(id)},"trunkServer":${textJson(trunkServer)},"account":${textJson(account)}`;
  if (handedOverFrom !== undefined) json += `,"handedOverFrom":${textJson(handedOverFrom)}`;
  json += `,"did":"${did}","caller":${textJson(caller)},"sipCallId":${textJson(sipCallId)},"revision":${revision}`;
  json += `,"startedAt":${timeJson(startedAt)},"finalAt":${timeJson(finalAt)},"finalStatus":${finalStatus}`;
  if (answeredAt !== undefined) json += `,"answeredAt":${timeJson(answeredAt)}`;
  json += ',"attempts":[';
  for (let i = 0; i < attempts.length; i += 1) {
    const attempt = attempts[i];
    if (attempt !== undefined) json += i === 0 ? attemptJson(attempt) : `,${attemptJson(attempt)}`;
  }
  return `${json}]}`;
}

function attemptJson(attempt: CallAttempt): string {
  const { endedAt, outcome, reason, ringingAt, startedAt, target } = attempt;
  const ringing = ringingAt === undefined ? '' : `,"ringingAt":${timeJson(ringingAt)}`;
  return (
    `{"reason":${reasonJson(reason)},"target":${textJson(target)},"startedAt":${timeJson(startedAt)}` +
    `,"endedAt":${timeJson(endedAt)}${ringing},"outcome":${outcomeJson(outcome)}}`
  );
}

function reasonJson(reason: AttemptReason): string {
  return reason.kind === 'registered' ? '{"kind":"registered"}' : JSON.stringify(reason);
}

function outcomeJson(outcome: AttemptOutcome): string {
  return outcome.kind === 'answered' ? '{"kind":"answered"}' : JSON.stringify(outcome);
}

function textJson(text: string): string {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return JSON.stringify(text);
  }
  return `"${text}"`;
}

/** The milliseconds of a second as three digits. */
const MILLIS = Array.from({ length: 1_000 }, (_, n) => String(n).padStart(3, '0'));
const SECOND = 1_000;

let second = 0;
let secondText = '0';

/** The times of a moment are of the same second: V8 takes longer to write a number of that size than any other part. */
function timeJson(time: number): string {
  const itsSecond = Math.floor(time / SECOND);
  const millis = MILLIS[time - itsSecond * SECOND];
  if (millis === undefined || itsSecond < 1) return String(time);
  if (itsSecond !== second) {
    second = itsSecond;
    secondText = String(itsSecond);
  }
  return secondText + millis;
}
