import fc from 'fast-check';
import { expect, test } from 'vitest';
import { e164 } from '../../test/support/store-contract.ts';
import type { CallAttempt } from '../domain/call-record.ts';
import type { AttemptOutcome, AttemptReason } from '../domain/delivery.ts';
import { accountId, callId, trunkGroupId, trunkServerId } from '../domain/ids.ts';
import { eventLine } from './event-line.ts';
import type { SpoolEvent } from './messages.ts';

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
const time = fc.oneof(
  fc.integer({ min: 0, max: 1e13 }),
  fc.integer({ min: 1_800_000_000_000, max: 1_800_000_002_000 }),
  fc.double({ min: 0, max: 1e13, noNaN: true }),
);
const reason = fc.constantFrom<AttemptReason>(
  { kind: 'registered' },
  { kind: 'otherTrunkServer', why: 'sharedRegistrations' },
  { kind: 'number', source: 'did' },
);
const outcome = fc.constantFrom<AttemptOutcome>(
  { kind: 'answered' },
  { kind: 'rejected', status: 503 },
  { kind: 'cancelled', cause: 'answeredElsewhere' },
);
const attempt: fc.Arbitrary<CallAttempt> = fc.record(
  { reason, target: text, startedAt: time, endedAt: time, ringingAt: time, outcome },
  { requiredKeys: ['reason', 'target', 'startedAt', 'endedAt', 'outcome'] },
);
const record = fc.record(
  {
    id: text.map(callId),
    trunkServer: text.map(trunkServerId),
    handedOverFrom: text.map(callId),
    account: text.map(accountId),
    did: fc.constantFrom(e164('+12125550100'), e164('+4930123456')),
    caller: text,
    sipCallId: text,
    revision: fc.nat(),
    startedAt: time,
    answeredAt: time,
    finalAt: time,
    finalStatus: fc.integer({ min: 200, max: 699 }),
    attempts: fc.array(attempt, { maxLength: 3 }),
  },
  {
    requiredKeys: [
      'id',
      'trunkServer',
      'account',
      'did',
      'caller',
      'sipCallId',
      'revision',
      'startedAt',
      'finalAt',
      'finalStatus',
      'attempts',
    ],
  },
);
const event: fc.Arbitrary<SpoolEvent> = fc.oneof(
  record.map((made) => ({ kind: 'call', record: made }) as const),
  fc.record({ kind: fc.constant('callEnded' as const), call: text.map(callId), at: time }),
  fc.record({ kind: fc.constant('unbound' as const), trunkGroup: text.map(trunkGroupId), contact: text }),
);

test('a line says what JSON.stringify would write, and is one line', () => {
  fc.assert(
    fc.property(event, (one) => {
      const line = eventLine(one);
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(one)));
      expect(line).not.toContain('\n');
    }),
    { numRuns: 1_000 },
  );
});
