import { describe, expect, test } from 'vitest';
import { backup, begin, number, other, pbx, plan, rules } from '../../test/failover/plans.ts';
import type { DeliveryPlan } from '../domain/delivery.ts';
import { DEFAULT_TIMINGS } from '../domain/delivery-settings.ts';
import { targetLimits } from './target-limits.ts';
import type { FailoverRules } from './triggers.ts';

describe('how long a target is given', () => {
  test('the timings of the account', () => {
    const { hunt } = begin(plan(pbx(), number()));
    expect(targetLimits(hunt, false, 0)).toEqual({ noResponse: 4_000, noProgress: 10_000, ring: 120_000 });
  });

  test('what is left of the 16 s before the number, where that is less', () => {
    const { hunt } = begin(plan(pbx(), number()), rules('unreachable', { noProgress: 'off' }));
    expect(targetLimits(hunt, false, 0)).toEqual({ noResponse: 4_000, noProgress: 16_000, ring: 120_000 });
    expect(targetLimits(hunt, false, 14_000)).toEqual({
      noResponse: 2_000,
      noProgress: 2_000,
      ring: 120_000,
    });
  });

  test('without a number behind it, all of it, however late', () => {
    const { hunt } = begin(plan(pbx(), backup()), rules('unreachable', { noProgress: 'off' }));
    expect(targetLimits(hunt, false, 60_000)).toEqual({
      noResponse: 4_000,
      noProgress: undefined,
      ring: 120_000,
    });
  });

  test('another trunk server is not hurried once it has said 100', () => {
    const { hunt } = begin(plan(other(), backup()));
    expect(targetLimits(hunt, false, 0).noProgress).toBeUndefined();
    const { hunt: beforeNumber } = begin(plan(other(), number()));
    expect(targetLimits(beforeNumber, false, 0).noProgress).toBe(16_000);
  });
});

describe('how long a target may ring', () => {
  const optedIn: FailoverRules = { ...rules(), noAnswerFailover: true };

  function ring(delivery: DeliveryPlan, by: FailoverRules, targetsLeft = false): number {
    return targetLimits(begin(delivery, by).hunt, targetsLeft, 0).ring;
  }

  test('120 s; with no-answer failover, or under Anything, 25 s', () => {
    expect(ring(plan(pbx(), backup()), rules())).toBe(120_000);
    expect(ring(plan(pbx(), backup()), optedIn)).toBe(25_000);
    expect(ring(plan(pbx(), backup()), rules('anything'))).toBe(25_000);
    expect(ring(plan(pbx()), optedIn, true)).toBe(25_000);
  });

  test('120 s where the call has nowhere else to go', () => {
    expect(ring(plan(pbx()), optedIn)).toBe(120_000);
    expect(ring(plan(pbx(), number('noGateway')), optedIn)).toBe(120_000);
  });

  test('the limit that was chosen, for a PBX', () => {
    const chosen: FailoverRules = { ...optedIn, timings: { ...DEFAULT_TIMINGS, ring: 15_000 } };
    expect(ring(plan(pbx(), backup()), chosen)).toBe(15_000);
    expect(ring(plan(pbx()), chosen)).toBe(15_000);
  });

  test('at least 120 s for the number, which is the last resort', () => {
    expect(ring(plan(number()), optedIn, true)).toBe(120_000);
    expect(ring(plan(number()), rules('anything', { ring: 15_000 }))).toBe(120_000);
    expect(ring(plan(number()), rules('anything', { ring: 200_000 }))).toBe(200_000);
  });
});
