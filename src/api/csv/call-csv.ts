import { isSaved } from '../../control/call-queries.ts';
import type { ControlPlane } from '../../control/control-plane.ts';
import type { CallView } from '../../control/views.ts';
import type { CallAttempt } from '../../domain/call-record.ts';
import { parseE164 } from '../../domain/phone-number.ts';
import { outcomeInWords, reasonInWords } from '../words.ts';
import { numberCell, toCell } from './cells.ts';

export const CALL_HEADER = [
  'began (UTC)',
  'DID',
  'caller',
  'outcome',
  'saved by failover',
  'answered by',
  'final status',
  'answered (UTC)',
  'ended (UTC)',
  'seconds of conversation',
  'attempts',
  'trunk server',
  'account',
  'id',
] as const;

/** One call. What was handed over stands in the same row. */
export function callRow(call: CallView, control: Pick<ControlPlane, 'tenDigits'>): readonly string[] {
  const { record, outcome, endedAt, legs } = call;
  const attempts = [record, ...legs.map((leg) => leg.record)].flatMap((one) => one.attempts);
  const answered = attempts.find((attempt) => attempt.outcome.kind === 'answered');
  const { answeredAt } = record;
  const talked = answeredAt === undefined || endedAt === undefined ? undefined : endedAt - answeredAt;
  return [
    timeCell(record.startedAt),
    numberCell(record.did, control),
    callerCell(record.caller, control),
    outcome,
    isSaved(call) ? 'yes' : 'no',
    toCell(answered?.target ?? ''),
    String(record.finalStatus),
    timeCell(answeredAt),
    timeCell(endedAt),
    talked === undefined ? '' : (Math.max(0, talked) / 1_000).toFixed(1),
    toCell(attempts.map(inWords).join('; ')),
    toCell(record.trunkServer),
    record.account,
    record.id,
  ];
}

function inWords(attempt: CallAttempt): string {
  return `${reasonInWords(attempt.reason)} (${attempt.target}): ${outcomeInWords(attempt.outcome)}`;
}

/** As every spreadsheet reads a time, whatever its language; to the second. */
function timeCell(millis: number | undefined): string {
  return millis === undefined ? '' : new Date(millis).toISOString().slice(0, 19).replace('T', ' ');
}

/** What the carrier sent is text of a stranger, unless it is a phone number. */
function callerCell(caller: string, control: Pick<ControlPlane, 'tenDigits'>): string {
  const number = parseE164(caller);
  return number === undefined ? toCell(caller) : numberCell(number, control);
}
