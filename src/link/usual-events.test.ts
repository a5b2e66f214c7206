import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallAttempt, CallRecord } from '../domain/call-record.ts';
import { anyEvent } from './spool-event.ts';
import { usualEvent } from './usual-events.ts';

const reason = fc.oneof(
  fc.constant({ kind: 'registered' }),
  fc.record({ kind: fc.constantFrom('backup', 'number'), source: fc.constantFrom('did', 'account') }),
);
const outcome = fc.oneof(
  fc.constantFrom({ kind: 'answered' }, { kind: 'cancelled' }),
  fc.record({ kind: fc.constant('rejected'), status: fc.integer({ min: 300, max: 699 }) }),
  fc.record({ kind: fc.constant('skipped'), cause: fc.constantFrom('notRegistered', 'noGateway') }),
);
const time = fc.double({ min: 0, max: 1e13, noNaN: true });
/** Every field has to be here: one that is not known by hand would be dropped. */
type Fields<T> = Record<keyof Required<T>, fc.Arbitrary<unknown>>;
const attemptFields = {
  reason,
  target: fc.string(),
  startedAt: time,
  endedAt: time,
  ringingAt: time,
  outcome,
} satisfies Fields<CallAttempt>;
const recordFields = {
  id: fc.string(),
  trunkServer: fc.string(),
  handedOverFrom: fc.string(),
  account: fc.string(),
  did: fc.constantFrom('+12125550100', '+4930123456'),
  caller: fc.string({ unit: 'grapheme' }),
  sipCallId: fc.string(),
  revision: fc.nat(),
  startedAt: time,
  answeredAt: time,
  finalAt: time,
  finalStatus: fc.integer({ min: 200, max: 699 }),
  attempts: fc.array(withSome(attemptFields, ['ringingAt']), { maxLength: 3 }),
} satisfies Fields<CallRecord>;
const usual = fc.oneof(
  fc.record({
    kind: fc.constant('bound'),
    binding: fc.record({
      trunkServer: fc.string(),
      trunkGroup: fc.string(),
      contact: fc.string({ unit: 'grapheme' }),
      q: fc.nat(1000),
      registeredAt: time,
      expiresAt: time,
      callId: fc.string(),
      cseq: fc.nat(),
      userAgent: fc.string(),
      source: fc.record({ transport: fc.constant('UDP'), address: fc.string(), port: fc.nat(65_535) }),
      behindNat: fc.boolean(),
      path: fc.constant([]),
    }),
  }),
  fc.record({ kind: fc.constant('callEnded'), call: fc.string(), at: time }),
  fc.record({ kind: fc.constant('call'), record: withSome(recordFields, ['handedOverFrom', 'answeredAt']) }),
);

/** `optional`: those that may be missing. */
function withSome(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>, optional: readonly string[]) {
  return fc.record(fields, { requiredKeys: Object.keys(fields).filter((key) => !optional.includes(key)) });
}

/** What damage, and versions to come, may put in the place of a value. */
const anything = fc.oneof(
  fc.json().map((text): unknown => JSON.parse(text)),
  fc.constantFrom(
    '\0',
    '\ud800',
    '',
    '+0',
    -1,
    -0,
    1.5,
    1e300,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    null,
    [],
    {},
    { kind: 'registered' },
  ),
  fc.constantFrom<unknown>(
    { kind: 'otherTrunkServer', why: 'sharedRegistrations' },
    { kind: 'unreachable', cause: 'icmp' },
    { kind: 'cancelled', cause: 'trunkServerStopped' },
    { kind: 'skipped', cause: 'x' },
    { kind: 'number' },
  ),
);

describe('an event that is read by hand', () => {
  test('is what the schema makes of it', () => {
    fc.assert(
      fc.property(usual, (written) => {
        const json: unknown = JSON.parse(JSON.stringify(written));
        expect(usualEvent(json)).toEqual(anyEvent(json));
        expect(usualEvent(json)).toBeDefined();
      }),
    );
  });

  test('is left to the schema where anything in it is not as it usually is', () => {
    let left = 0;
    let read = 0;
    fc.assert(
      fc.property(usual, fc.nat({ max: 60 }), anything, fc.boolean(), (written, place, value, removed) => {
        const json = damaged(JSON.parse(JSON.stringify(written)), place, removed ? undefined : value);
        const byHand = usualEvent(json);
        if (byHand === undefined) left += 1;
        else {
          read += 1;
          expect(byHand).toEqual(anyEvent(json));
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(left, read)).toBeGreaterThan(20);
  });
});

/** With the value in the place of one of those in it, at any depth; removed where it is undefined. */
function damaged(json: unknown, place: number, value: unknown): unknown {
  const places: (() => unknown)[] = [() => value];
  const visit = (within: unknown, put: (changed: unknown) => unknown): void => {
    if (typeof within !== 'object' || within === null) return;
    for (const [key, inner] of Object.entries(within)) {
      const changed = (instead: unknown): unknown => {
        if (Array.isArray(within)) return put(within.map((one, at) => (`${at}` === key ? instead : one)));
        const rest = Object.entries(within).filter(([other]) => other !== key);
        return put(Object.fromEntries(instead === undefined ? rest : [...rest, [key, instead]]));
      };
      places.push(() => changed(value));
      visit(inner, changed);
    }
  };
  visit(json, (changed) => changed);
  return places[place % places.length]?.();
}
