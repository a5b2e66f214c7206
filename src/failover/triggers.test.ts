import { describe, expect, test } from 'vitest';
import type { AttemptOutcome } from '../domain/delivery.ts';
import { DEFAULT_DELIVERY, type TriggerPreset } from '../domain/delivery-settings.ts';
import { failoverRules, GATEWAY_RULES, noAnswerTriggers, type TriggerRules, triggers } from './triggers.ts';

const PRESETS: readonly TriggerPreset[] = ['unreachable', 'unreachable-or-broken', 'anything'];

function rules(
  preset: TriggerPreset,
  add: readonly number[] = [],
  remove: readonly number[] = [],
): TriggerRules {
  return { triggers: { preset, add, remove }, noAnswerFailover: false };
}

function rejected(status: number): AttemptOutcome {
  return { kind: 'rejected', status };
}

/**
 * The table of the design, written out: every final status that IANA lists for SIP, and whether it goes on
 * under Unreachable, under Unreachable or broken, and under Anything.
 */
const TABLE: readonly (readonly [
  status: number,
  unreachable: boolean,
  broken: boolean,
  anything: boolean,
])[] = [
  [300, false, false, false],
  [301, false, false, false],
  [302, false, false, false],
  [305, false, false, false],
  [380, false, false, false],
  [400, false, false, false],
  [401, false, true, true],
  [402, false, false, false],
  [403, false, true, true],
  [404, false, true, true],
  [405, false, false, false],
  [406, false, false, false],
  [407, false, true, true],
  [408, true, true, true],
  [410, false, true, true],
  [412, false, false, false],
  [413, false, false, false],
  [414, false, false, false],
  [415, false, false, false],
  [416, false, false, false],
  [417, false, false, false],
  [420, false, false, false],
  [421, false, false, false],
  [422, false, false, false],
  [423, false, false, false],
  [424, false, false, false],
  [425, false, false, false],
  [428, false, false, false],
  [429, false, false, false],
  [430, true, true, true],
  [433, false, false, false],
  [436, false, false, false],
  [437, false, false, false],
  [438, false, false, false],
  [439, false, false, false],
  [440, false, false, false],
  [469, false, false, false],
  [470, false, false, false],
  [480, false, true, true],
  [481, false, false, false],
  [482, false, false, false],
  [483, false, false, false],
  [484, false, false, false],
  [485, false, false, false],
  [486, false, false, true],
  [487, false, false, false],
  [488, false, true, true],
  [489, false, false, false],
  [491, false, false, false],
  [493, false, false, false],
  [494, false, false, false],
  [500, true, true, true],
  [501, false, true, true],
  [502, true, true, true],
  [503, true, true, true],
  [504, true, true, true],
  [505, false, true, true],
  [513, false, true, true],
  [555, false, false, false],
  [580, false, true, true],
  [600, false, false, true],
  [603, false, false, true],
  [604, false, false, true],
  [606, false, false, true],
  [607, false, false, true],
  [608, false, false, true],
];

describe('the trigger table', () => {
  test.each(TABLE)('%i', (status, unreachable, broken, anything) => {
    const found = PRESETS.map((preset) => triggers(rules(preset), rejected(status), false));
    expect(found).toEqual([unreachable, broken, anything]);
  });

  test('has no other status than these', () => {
    const triggering = TABLE.filter(([, , , anything]) => anything).map(([status]) => status);
    for (let status = 100; status < 800; status += 1) {
      const found = triggers(rules('anything'), rejected(status), false);
      expect(found, String(status)).toBe(triggering.includes(status));
    }
  });
});

describe.each(PRESETS)('%s', (preset) => {
  test.each<[string, AttemptOutcome]>([
    ['no binding', { kind: 'skipped', cause: 'notRegistered' }],
    ['no binding at another trunk server', { kind: 'unreachable', cause: 'notRegisteredThere' }],
    ['DNS failure', { kind: 'unreachable', cause: 'dns' }],
    ['no address that may be called', { kind: 'unreachable', cause: 'addressNotAllowed' }],
    ['transport error', { kind: 'unreachable', cause: 'transport' }],
    ['ICMP error', { kind: 'unreachable', cause: 'icmp' }],
    ['no response at all', { kind: 'noResponse', cause: 'silent' }],
    ['a 100 and no more', { kind: 'noResponse', cause: 'noProgress' }],
  ])('goes on after: %s', (_, outcome) => {
    expect(triggers(rules(preset), outcome, false)).toBe(true);
  });

  test('never goes on after a 2xx or a CANCEL', () => {
    for (const rang of [false, true]) {
      expect(triggers(rules(preset), { kind: 'answered' }, rang)).toBe(false);
      expect(triggers(rules(preset), { kind: 'cancelled' }, rang)).toBe(false);
    }
  });

  test('never goes on after 482, 483 or 487, even if such a code was added', () => {
    for (const status of [482, 483, 487]) {
      expect(triggers(rules(preset, [status]), rejected(status), false)).toBe(false);
    }
  });

  test('never goes on after a 180 or 183, whatever comes then', () => {
    for (let status = 300; status < 700; status += 1) {
      expect(triggers(rules(preset, [status]), rejected(status), true), String(status)).toBe(false);
    }
    expect(triggers(rules(preset), { kind: 'unreachable', cause: 'transport' }, true)).toBe(false);
    expect(triggers(rules(preset), { kind: 'noResponse', cause: 'noProgress' }, true)).toBe(false);
  });

  test('a callee that rejects while it rings (486, 603) is left to it, with no-answer failover too', () => {
    const optedIn: TriggerRules = { ...rules(preset), noAnswerFailover: true };
    expect(triggers(optedIn, rejected(486), true)).toBe(false);
    expect(triggers(optedIn, rejected(603), true)).toBe(false);
  });

  test('goes on after no answer by the opt-in, and Anything by itself', () => {
    const noAnswer: AttemptOutcome = { kind: 'noResponse', cause: 'noAnswer' };
    expect(triggers(rules(preset), noAnswer, true)).toBe(preset === 'anything');
    expect(triggers({ ...rules(preset), noAnswerFailover: true }, noAnswer, true)).toBe(true);
    expect(noAnswerTriggers(rules(preset))).toBe(preset === 'anything');
  });
});

describe('single codes', () => {
  test('one that is added triggers', () => {
    expect(triggers(rules('unreachable', [302, 486]), rejected(486), false)).toBe(true);
    expect(triggers(rules('unreachable', [302, 486]), rejected(302), false)).toBe(true);
    expect(triggers(rules('unreachable', [302, 486]), rejected(603), false)).toBe(false);
  });

  test('one that is removed does not trigger', () => {
    expect(triggers(rules('anything', [], [503, 486]), rejected(503), false)).toBe(false);
    expect(triggers(rules('anything', [], [503, 486]), rejected(486), false)).toBe(false);
    expect(triggers(rules('anything', [], [503, 486]), rejected(500), false)).toBe(true);
  });
});

test('between gateways the preset is Unreachable, and ringing is left alone', () => {
  expect(triggers(GATEWAY_RULES, rejected(503), false)).toBe(true);
  expect(triggers(GATEWAY_RULES, rejected(486), false)).toBe(false);
  expect(triggers(GATEWAY_RULES, rejected(404), false)).toBe(false);
  expect(triggers(GATEWAY_RULES, { kind: 'noResponse', cause: 'noAnswer' }, true)).toBe(false);
});

test("a DID's triggers override its account's, and nothing else", () => {
  const own = { preset: 'anything', add: [], remove: [] } as const;
  expect(failoverRules(own, DEFAULT_DELIVERY)).toEqual({
    triggers: own,
    noAnswerFailover: false,
    timings: DEFAULT_DELIVERY.timings,
  });
  expect(failoverRules(undefined, DEFAULT_DELIVERY).triggers).toBe(DEFAULT_DELIVERY.triggers);
});
