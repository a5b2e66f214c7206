import { expect, test } from 'vitest';
import { call } from '../../test/support/store-contract.ts';
import { callId } from '../domain/ids.ts';
import { Tally } from './tally.ts';

const HOUR = 60 * 60 * 1000;

/** Without the answer that the sample record has. */
function unanswered(id: string, finalStatus: number) {
  const { answeredAt: _, ...record } = call(id).record;
  return { ...record, finalStatus };
}

test('calls are counted by what the caller got, attempts by what became of them', () => {
  const tally = new Tally();
  tally.called(1, call('1').record);
  tally.called(2, unanswered('2', 487));
  tally.called(3, unanswered('3', 480));
  expect(tally.counts(2_000)).toMatchObject({
    calls: { answered: 1, cancelled: 1, failed: 1 },
    attempts: { answered: 0, rejected: 3, unreachable: 0, noResponse: 0, cancelled: 0, skipped: 0 },
  });
});

test('a call that was handed over is a call of the trunk server that took it first', () => {
  const tally = new Tally();
  tally.called(1, { ...call('1').record, handedOverFrom: callId('0') });
  expect(tally.counts(2_000)).toMatchObject({
    calls: { answered: 0 },
    attempts: { rejected: 1 },
    callsUp: 0,
  });
});

test('a call is up from its answer to its BYE, or for four hours where that never came by', () => {
  const tally = new Tally();
  tally.called(1, call('1').record);
  tally.called(2, call('2').record);
  expect(tally.counts(2_000).callsUp).toBe(2);
  tally.ended(1);
  tally.ended(1);
  expect(tally.counts(2_000).callsUp).toBe(1);
  expect(tally.counts(1_500 + 4 * HOUR).callsUp).toBe(0);
});

test('a REGISTER was accepted, challenged once more, or refused', () => {
  const tally = new Tally();
  for (const status of [200, 401, 403, 423]) tally.registered(status);
  expect(tally.counts(0).registrations).toEqual({ accepted: 1, challenged: 1, refused: 2 });
});
