import { z } from 'zod';
import type { CallView } from '../../control/views.ts';
import type { CallAttempt, CallRecord } from '../../domain/call-record.ts';
import type { AttemptOutcome } from '../../domain/delivery.ts';
import { outcomeInWords } from '../words.ts';
import {
  accountIdText,
  callIdText,
  e164,
  numberText,
  optionalTime,
  pageAfter,
  pageLimit,
  pageOf,
  time,
  toTime,
} from './common.ts';
import { reason, toReason } from './plan.ts';

export const callParams = z.strictObject({ id: callIdText });

const callOutcome = z.enum(['answered', 'cancelled', 'failed']);

export const callQuery = z.strictObject({
  did: numberText.optional(),
  account: accountIdText.optional(),
  outcome: callOutcome.optional(),
  saved: z.enum(['true', 'false']).optional().meta({
    description:
      'true: only calls that failover saved: somebody answered, and it was not the registered PBX. A page may have fewer entries than `limit` and still a `next`.',
  }),
  from: time.optional().meta({ description: 'Calls that began at this time or later.' }),
  until: time.optional().meta({ description: 'Calls that began before this time.' }),
  after: pageAfter,
  limit: pageLimit,
});

const attempt = z.strictObject({
  reason,
  target: z.string().meta({ description: 'What was called.' }),
  outcome: z.strictObject({
    kind: z.enum(['answered', 'rejected', 'unreachable', 'noResponse', 'cancelled', 'skipped']),
    status: z.int().nullable().meta({ description: 'The SIP status of a rejection.' }),
    cause: z.string().nullable().meta({
      description: 'Why, where it is unreachable, silent or skipped, or cancelled by us.',
    }),
    text: z.string().meta({ description: 'The same in words.' }),
  }),
  startedAt: time,
  ringingAt: time.nullable(),
  endedAt: time,
});

const record = z.strictObject({
  id: z.string(),
  trunkServer: z.string(),
  account: z.string(),
  did: e164,
  caller: z.string(),
  sipCallId: z.string(),
  revision: z.int().meta({ description: 'The settings that it was routed by.' }),
  outcome: callOutcome,
  startedAt: time,
  answeredAt: time.nullable(),
  finalAt: time.meta({ description: 'When the final response went to the carrier.' }),
  finalStatus: z.int().meta({ description: 'The final status that the carrier got.' }),
  attempts: z.array(attempt),
});

export const call = record
  .extend({
    endedAt: time.nullable().meta({ description: 'When the conversation ended; null while it lasts.' }),
    handedOver: z
      .array(record)
      .meta({ description: 'What the trunk servers to which it was handed over did with it.' }),
  })
  .meta({ id: 'Call' });

export const callPage = pageOf(call);

function statusOf(outcome: AttemptOutcome): number | null {
  return outcome.kind === 'rejected' ? outcome.status : null;
}

function causeOf(outcome: AttemptOutcome): string | null {
  return 'cause' in outcome ? (outcome.cause ?? null) : null;
}

function toAttempt(value: CallAttempt): z.output<typeof attempt> {
  const { outcome } = value;
  return {
    reason: toReason(value.reason),
    target: value.target,
    outcome: {
      kind: outcome.kind,
      status: statusOf(outcome),
      cause: causeOf(outcome),
      text: outcomeInWords(outcome),
    },
    startedAt: toTime(value.startedAt),
    ringingAt: optionalTime(value.ringingAt),
    endedAt: toTime(value.endedAt),
  };
}

function toRecord(value: CallRecord, outcome: CallView['outcome']): z.output<typeof record> {
  return {
    id: value.id,
    trunkServer: value.trunkServer,
    account: value.account,
    did: value.did,
    caller: value.caller,
    sipCallId: value.sipCallId,
    revision: value.revision,
    outcome,
    startedAt: toTime(value.startedAt),
    answeredAt: optionalTime(value.answeredAt),
    finalAt: toTime(value.finalAt),
    finalStatus: value.finalStatus,
    attempts: value.attempts.map(toAttempt),
  };
}

export function toCall(view: CallView): z.output<typeof call> {
  return {
    ...toRecord(view.record, view.outcome),
    endedAt: optionalTime(view.endedAt),
    handedOver: view.legs.map((leg) => toRecord(leg.record, leg.outcome)),
  };
}
