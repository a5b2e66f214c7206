import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backup, number, other, pbx, plan, rules, SILENT } from '../../test/failover/plans.ts';
import type { AttemptOutcome, DeliveryPlan, SkipCause } from '../domain/delivery.ts';
import type { TriggerPreset } from '../domain/delivery-settings.ts';
import { startHunt } from './hunt.ts';
import { nextAttempt } from './next-attempt.ts';
import { targetLimits } from './target-limits.ts';

describe('whatever happens', () => {
  const skip = fc.option(fc.constantFrom<SkipCause>('notRegistered', 'notAllowed', 'noHopsLeft'), {
    nil: undefined,
  });
  const plans = fc
    .tuple(
      fc.array(fc.tuple(fc.constantFrom(pbx, other, backup), skip), { maxLength: 5 }),
      fc.option(skip.map(number), { nil: undefined }),
    )
    .map(([before, last]) => plan(...before.map(([make, cause]) => make(cause)), ...(last ? [last] : [])));
  const outcomes = fc.constantFrom<AttemptOutcome>(
    { kind: 'answered' },
    { kind: 'cancelled' },
    { kind: 'rejected', status: 503 },
    { kind: 'rejected', status: 404 },
    { kind: 'rejected', status: 486 },
    { kind: 'rejected', status: 487 },
    { kind: 'unreachable', cause: 'dns' },
    { kind: 'unreachable', cause: 'transport' },
    { kind: 'noResponse', cause: 'silent' },
    { kind: 'noResponse', cause: 'noAnswer' },
    { kind: 'skipped', cause: 'legCapReached' },
  );
  const targets = fc.record({
    outcome: outcomes,
    rang: fc.boolean(),
    takes: fc.integer({ min: 0, max: 20_000 }),
  });
  const presets = fc.constantFrom<TriggerPreset>('unreachable', 'unreachable-or-broken', 'anything');
  const TARGETS_EACH = 3;

  /** Runs a hunt to its end; every attempt has TARGETS_EACH targets. */
  function run(
    delivery: DeliveryPlan,
    preset: TriggerPreset,
    next: () => { outcome: AttemptOutcome; rang: boolean; takes: number },
  ) {
    const hunt = startHunt(delivery, { ...rules(preset), noAnswerFailover: true }, 0);
    const tried: number[] = [];
    const ended: AttemptOutcome[] = [];
    const passedOver: number[] = [];
    let silence = 0;
    let now = 0;
    let left = 0;
    let step = nextAttempt(hunt, undefined, false, now);
    for (let steps = 0; step.kind === 'attempt' || step.kind === 'nextTarget'; steps += 1) {
      if (steps > delivery.attempts.length * TARGETS_EACH) throw new Error('the hunt does not end');
      if (step.kind === 'attempt') {
        passedOver.push(...step.passedOver.map(({ index }) => index));
        left = TARGETS_EACH;
      }
      left -= 1;
      tried.push(hunt.index);
      const limits = targetLimits(hunt, left > 0, now);
      const { outcome, rang, takes } = next();
      const spent = Math.min(takes, limits.noResponse);
      now += spent;
      if (hunt.index < hunt.numberIndex) silence += spent;
      const ringingAt = rang || outcome.kind === 'answered' ? now : undefined;
      if (ringingAt !== undefined) now += limits.ring;
      ended.push(outcome);
      step = nextAttempt(hunt, { outcome, ringingAt }, left > 0, now);
    }
    if (step.kind === 'giveUp') passedOver.push(...step.passedOver.map(({ index }) => index));
    return { hunt, step, tried, ended, passedOver, silence };
  }

  function drawn(rows: readonly { outcome: AttemptOutcome; rang: boolean; takes: number }[]) {
    let at = -1;
    return () => {
      at += 1;
      return rows[at % rows.length] ?? expect.unreachable();
    };
  }

  const rows = fc.array(targets, { minLength: 1, maxLength: 20 });

  test('the hunt ends, with at most attempts × targets steps', () => {
    fc.assert(
      fc.property(plans, presets, rows, (delivery, preset, results) => {
        const { tried, step } = run(delivery, preset, drawn(results));
        expect(tried.length).toBeLessThanOrEqual(delivery.attempts.length * TARGETS_EACH);
        expect(['giveUp', 'done']).toContain(step.kind);
      }),
    );
  });

  test('nothing is tried after an answer or a CANCEL, and then alone is there nothing to answer', () => {
    fc.assert(
      fc.property(plans, presets, rows, (delivery, preset, results) => {
        const { ended, step } = run(delivery, preset, drawn(results));
        const final = ended.findIndex(({ kind }) => kind === 'answered' || kind === 'cancelled');
        if (final !== -1) expect(final).toBe(ended.length - 1);
        expect(step.kind).toBe(final === -1 ? 'giveUp' : 'done');
      }),
    );
  });

  test('nothing reachable means that no target gave a response', () => {
    fc.assert(
      fc.property(plans, presets, rows, (delivery, preset, results) => {
        const { ended, step } = run(delivery, preset, drawn(results));
        if (step.kind !== 'giveUp') return;
        const responded = ended.some(({ kind }) => kind === 'rejected');
        expect(step.answer).toBe(responded ? 'bestResponse' : 'nothingReachable');
      }),
    );
  });

  test('where every target fails so that the next is tried, the number is tried unless it is skipped', () => {
    const failing = fc.array(
      targets.map(({ takes }) => ({ outcome: SILENT.outcome, rang: false, takes })),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(plans, presets, failing, (delivery, preset, results) => {
        const { hunt, tried } = run(delivery, preset, drawn(results));
        const last = delivery.attempts.at(-1);
        const dialled = last?.target.kind === 'number' && last.skip === undefined;
        expect(tried.includes(hunt.numberIndex)).toBe(dialled);
      }),
    );
  });

  test('before the number come at most 4 addresses and 16 s of silence', () => {
    const goingOn = targets.filter(
      ({ outcome }) => outcome.kind === 'unreachable' || outcome.kind === 'noResponse',
    );
    const long = fc.array(
      goingOn.map(({ outcome, takes }) => ({ outcome, rang: false, takes: takes % 1_000 })),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(plans, presets, fc.oneof(rows, long), (delivery, preset, results) => {
        const { hunt, tried, ended, silence } = run(delivery, preset, drawn(results));
        const called = tried.filter((index, at) => {
          const outcome = ended[at];
          const none =
            outcome?.kind === 'skipped' || (outcome?.kind === 'unreachable' && outcome.cause === 'dns');
          return index < hunt.numberIndex && !none;
        });
        expect(called.length).toBeLessThanOrEqual(4);
        expect(silence).toBeLessThanOrEqual(16_000);
      }),
    );
  });

  test('every attempt up to the last that was tried was either tried or passed over', () => {
    fc.assert(
      fc.property(plans, presets, rows, (delivery, preset, results) => {
        const { tried, passedOver } = run(delivery, preset, drawn(results));
        const seen = new Set([...tried, ...passedOver]);
        const furthest = Math.max(-1, ...seen);
        expect(seen.size).toBe(furthest + 1);
        for (const index of tried) expect(delivery.attempts[index]?.skip).toBeUndefined();
      }),
    );
  });
});
