import { describe, expect, test } from 'vitest';
import {
  ANSWERED,
  attempt,
  backup,
  begin,
  CANCELLED,
  giveUp,
  NO_DNS,
  noAnswer,
  number,
  other,
  pbx,
  plan,
  REFUSED,
  rejected,
  rules,
  SILENT,
} from '../../test/failover/plans.ts';
import { nextAttempt } from './next-attempt.ts';
import { targetLimits } from './target-limits.ts';
import type { FailoverRules } from './triggers.ts';

describe('from attempt to attempt', () => {
  test('a call begins with the first attempt and goes on while each fails', () => {
    const { hunt, first } = begin(plan(pbx(), backup(), number()));
    expect(first).toEqual(attempt(0));
    expect(nextAttempt(hunt, SILENT, false, 4_000)).toEqual(attempt(1));
    expect(nextAttempt(hunt, rejected(503), false, 5_000)).toEqual(attempt(2));
    expect(nextAttempt(hunt, rejected(503), true, 6_000)).toEqual({ kind: 'nextTarget' });
    expect(nextAttempt(hunt, rejected(503), false, 7_000)).toEqual(giveUp('bestResponse'));
  });

  test('the targets of an attempt come before the next attempt', () => {
    const { hunt } = begin(plan(pbx(), backup()));
    expect(nextAttempt(hunt, REFUSED, true, 1)).toEqual({ kind: 'nextTarget' });
    expect(nextAttempt(hunt, REFUSED, false, 2)).toEqual(attempt(1));
  });

  test('attempts that are skipped are passed over, and said with their cause', () => {
    const { first } = begin(plan(pbx('notRegistered'), backup('notAllowed'), number()));
    expect(first).toEqual(attempt(2, [0, 'notRegistered'], [1, 'notAllowed']));
  });

  test('where every attempt is skipped, nothing is reachable', () => {
    const { first } = begin(plan(pbx('notRegistered'), number('noGateway')));
    expect(first).toEqual(giveUp('nothingReachable', [0, 'notRegistered'], [1, 'noGateway']));
  });

  test('where the last is skipped, that is said with the end', () => {
    const { hunt } = begin(plan(pbx(), number('ownDid')));
    expect(nextAttempt(hunt, rejected(500), false, 1)).toEqual(giveUp('bestResponse', [1, 'ownDid']));
  });

  test('an empty plan reaches nothing', () => {
    expect(begin(plan()).first).toEqual(giveUp('nothingReachable'));
  });
});

describe('the end', () => {
  test('an answer and a CANCEL stop the hunt at once', () => {
    for (const last of [ANSWERED, CANCELLED]) {
      const { hunt } = begin(plan(pbx(), backup(), number()));
      expect(nextAttempt(hunt, last, true, 1)).toEqual({ kind: 'done' });
      expect(nextAttempt(hunt, SILENT, true, 2)).toEqual({ kind: 'done' });
    }
  });

  test('a rejection that does not trigger is the answer, whatever would follow', () => {
    const { hunt } = begin(plan(pbx(), backup(), number()));
    expect(nextAttempt(hunt, rejected(486), true, 1)).toEqual(giveUp('bestResponse'));
    expect(nextAttempt(hunt, SILENT, true, 2)).toEqual({ kind: 'done' });
  });

  test('without any response from a target nothing was reachable (480)', () => {
    const { hunt } = begin(plan(pbx(), backup()));
    nextAttempt(hunt, SILENT, false, 1);
    expect(nextAttempt(hunt, NO_DNS, false, 2)).toEqual(giveUp('nothingReachable'));
  });

  test('with a response from any target, the best one is the answer', () => {
    const { hunt } = begin(plan(pbx(), backup()));
    nextAttempt(hunt, rejected(503), false, 1);
    expect(nextAttempt(hunt, SILENT, false, 2)).toEqual(giveUp('bestResponse'));
  });

  test('a target that rings and then rejects keeps the call', () => {
    const { hunt } = begin(plan(pbx(), number()), rules('anything'));
    expect(nextAttempt(hunt, rejected(503, 500), false, 1_000)).toEqual(giveUp('bestResponse'));
  });
});

describe('whose rules decide', () => {
  test("the customer's PBXs by the customer's, wherever they are registered", () => {
    for (const target of [pbx(), other(), backup()]) {
      const { hunt } = begin(plan(target, number()), rules('anything'));
      expect(nextAttempt(hunt, rejected(486), false, 1)).toEqual(attempt(1));
    }
  });

  test('gateways by Unreachable, whatever the customer chose', () => {
    const { hunt } = begin(plan(number()), rules('anything'));
    expect(nextAttempt(hunt, rejected(503), true, 1)).toEqual({ kind: 'nextTarget' });
    expect(nextAttempt(hunt, rejected(486), true, 2)).toEqual(giveUp('bestResponse'));
  });
});

describe('the hunt before the number', () => {
  test('ends after 4 addresses, and the number is still tried', () => {
    const { hunt } = begin(plan(pbx(), backup(), number()));
    for (let i = 1; i <= 3; i += 1) expect(nextAttempt(hunt, REFUSED, true, i).kind).toBe('nextTarget');
    expect(nextAttempt(hunt, REFUSED, true, 4)).toEqual(
      attempt(2, [0, 'huntBudgetSpent'], [1, 'huntBudgetSpent']),
    );
  });

  test('ends after 16 s, and the number is still tried', () => {
    const { hunt } = begin(plan(pbx(), backup(), number()));
    expect(nextAttempt(hunt, SILENT, true, 15_000)).toEqual({ kind: 'nextTarget' });
    expect(nextAttempt(hunt, SILENT, false, 16_000)).toEqual(attempt(2, [1, 'huntBudgetSpent']));
  });

  test('starts no target that would have less than T1', () => {
    const { hunt } = begin(plan(pbx(), backup(), number()));
    expect(nextAttempt(hunt, SILENT, false, 15_501)).toEqual(attempt(2, [1, 'huntBudgetSpent']));
    const { hunt: sooner } = begin(plan(pbx(), backup(), number()));
    expect(nextAttempt(sooner, SILENT, false, 15_500)).toEqual(attempt(1));
  });

  test('does not count a name that led to no address', () => {
    const { hunt } = begin(plan(backup(), number()));
    for (let i = 1; i <= 10; i += 1) expect(nextAttempt(hunt, NO_DNS, true, i).kind).toBe('nextTarget');
  });

  test('does not count the time in which a target rang: the caller heard it', () => {
    const by: FailoverRules = { ...rules(), noAnswerFailover: true };
    const { hunt } = begin(plan(pbx(), backup(), number()), by);
    expect(nextAttempt(hunt, noAnswer(1_000), false, 26_000)).toEqual(attempt(1));
    expect(targetLimits(hunt, false, 26_000 + 12_000).noResponse).toBe(3_000);
  });

  test('does not limit the gateways of the number', () => {
    const { hunt } = begin(plan(number()));
    for (let i = 1; i <= 10; i += 1) {
      expect(nextAttempt(hunt, SILENT, true, i * 10_000)).toEqual({ kind: 'nextTarget' });
    }
  });

  test('is not limited where no number follows, or none that will be dialled', () => {
    for (const delivery of [plan(pbx(), other()), plan(pbx(), other(), number('ownDid'))]) {
      const { hunt } = begin(delivery);
      for (let i = 1; i <= 6; i += 1)
        expect(nextAttempt(hunt, SILENT, true, i * 4_000).kind).toBe('nextTarget');
      expect(nextAttempt(hunt, SILENT, false, 28_000)).toEqual(attempt(1));
    }
  });
});
