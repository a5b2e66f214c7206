import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttemptOutcome, DeliveryPlan, PlannedAttempt, SkipCause } from '../domain/delivery.ts';
import { DEFAULT_TIMINGS, type DeliveryTimings, type TriggerPreset } from '../domain/delivery-settings.ts';
import { gatewayId, trunkGroupId, trunkServerId } from '../domain/ids.ts';
import { parseE164 } from '../domain/phone-number.ts';
import { type Hunt, startHunt } from './hunt.ts';
import { type NextStep, nextAttempt, type TargetResult } from './next-attempt.ts';
import { targetLimits } from './target-limits.ts';
import type { FailoverRules } from './triggers.ts';

const NUMBER = parseE164('+12125550101') ?? expect.unreachable();

function skipping(attempt: PlannedAttempt, skip: SkipCause | undefined): PlannedAttempt {
  return skip === undefined ? attempt : { ...attempt, skip };
}

function pbx(skip?: SkipCause): PlannedAttempt {
  const target = { kind: 'bindings', trunkGroup: trunkGroupId('office') } as const;
  return skipping({ reason: { kind: 'registered' }, target }, skip);
}

function other(skip?: SkipCause): PlannedAttempt {
  const target = { kind: 'trunkServer', trunkServer: trunkServerId('trunk2') } as const;
  return skipping({ reason: { kind: 'otherTrunkServer', why: 'sharedRegistrations' }, target }, skip);
}

function backup(skip?: SkipCause): PlannedAttempt {
  const address = { host: { kind: 'name', name: 'backup.example.com' } } as const;
  return skipping({ reason: { kind: 'backup', source: 'did' }, target: { kind: 'address', address } }, skip);
}

function number(skip?: SkipCause): PlannedAttempt {
  const target = { kind: 'number', number: NUMBER, gateways: [gatewayId('gw1'), gatewayId('gw2')] } as const;
  return skipping({ reason: { kind: 'number', source: 'did' }, target }, skip);
}

function rules(preset: TriggerPreset = 'unreachable', timings: Partial<DeliveryTimings> = {}): FailoverRules {
  return {
    triggers: { preset, add: [], remove: [] },
    noAnswerFailover: false,
    timings: { ...DEFAULT_TIMINGS, ...timings },
  };
}

function plan(...attempts: readonly PlannedAttempt[]): DeliveryPlan {
  return { attempts };
}

const SILENT: TargetResult = { outcome: { kind: 'noResponse', cause: 'silent' }, ringingAt: undefined };
const REFUSED: TargetResult = { outcome: { kind: 'unreachable', cause: 'icmp' }, ringingAt: undefined };
const NO_DNS: TargetResult = { outcome: { kind: 'unreachable', cause: 'dns' }, ringingAt: undefined };
const ANSWERED: TargetResult = { outcome: { kind: 'answered' }, ringingAt: 1 };
const CANCELLED: TargetResult = { outcome: { kind: 'cancelled' }, ringingAt: undefined };

function rejected(status: number, ringingAt?: number): TargetResult {
  return { outcome: { kind: 'rejected', status }, ringingAt };
}

function noAnswer(ringingAt: number): TargetResult {
  return { outcome: { kind: 'noResponse', cause: 'noAnswer' }, ringingAt };
}

/** A hunt that has begun, with its first step. */
function begin(delivery: DeliveryPlan, by: FailoverRules = rules()): { hunt: Hunt; first: NextStep } {
  const hunt = startHunt(delivery, by, 0);
  return { hunt, first: nextAttempt(hunt, undefined, false, 0) };
}

function attempt(index: number, ...passedOver: readonly (readonly [number, SkipCause])[]): NextStep {
  return { kind: 'attempt', index, passedOver: passedOver.map(([at, cause]) => ({ index: at, cause })) };
}

function giveUp(
  answer: 'nothingReachable' | 'bestResponse',
  ...passedOver: readonly (readonly [number, SkipCause])[]
): NextStep {
  return { kind: 'giveUp', answer, passedOver: passedOver.map(([at, cause]) => ({ index: at, cause })) };
}

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
      noProgress: 'off',
      ring: 120_000,
    });
  });

  test('another trunk server is not hurried once it has said 100', () => {
    const { hunt } = begin(plan(other(), backup()));
    expect(targetLimits(hunt, false, 0).noProgress).toBe('off');
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
      goingOn.map(({ outcome, takes }) => ({ outcome, rang: false, takes })),
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
