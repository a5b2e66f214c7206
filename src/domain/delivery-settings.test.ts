import { describe, expect, test } from 'vitest';
import {
  DEFAULT_DELIVERY,
  DEFAULT_TIMINGS,
  type DeliverySettings,
  type DeliveryTimings,
  explainDeliverySettings,
  parseDeliverySettings,
  parseTriggers,
} from './delivery-settings.ts';

function withTimings(timings: Partial<DeliveryTimings>): DeliverySettings {
  return { ...DEFAULT_DELIVERY, timings: { ...DEFAULT_TIMINGS, ...timings } };
}

/** The message, or 'accepted'. */
function judged(settings: DeliverySettings): string {
  const result = parseDeliverySettings(settings);
  return result.ok ? 'accepted' : explainDeliverySettings(result.error);
}

function judgedCodes(add: readonly number[], remove: readonly number[]): string {
  const result = parseTriggers({ preset: 'unreachable', add, remove });
  return result.ok ? 'accepted' : explainDeliverySettings(result.error);
}

test('the defaults are accepted as they are', () => {
  expect(parseDeliverySettings(DEFAULT_DELIVERY)).toEqual({ ok: true, value: DEFAULT_DELIVERY });
});

describe('timings', () => {
  test.each<Partial<DeliveryTimings>>([
    { noResponse: 1_000 },
    { noResponse: 15_000 },
    { noProgress: 'off' },
    { noProgress: 2_000 },
    { noProgress: 60_000 },
    { ring: 'default' },
    { ring: 5_000 },
    { ring: 300_000 },
  ])('%j is accepted', (timings) => {
    expect(judged(withTimings(timings))).toBe('accepted');
  });

  test.each<[Partial<DeliveryTimings>, string]>([
    [{ noResponse: 999 }, 'noResponse is 999 ms; give whole milliseconds from 1000 to 15000.'],
    [{ noResponse: 15_001 }, 'noResponse is 15001 ms; give whole milliseconds from 1000 to 15000.'],
    [{ noProgress: 1_999 }, 'noProgress is 1999 ms; give whole milliseconds from 2000 to 60000, or "off".'],
    [{ noProgress: 60_001 }, 'noProgress is 60001 ms; give whole milliseconds from 2000 to 60000, or "off".'],
    [{ ring: 4_999 }, 'ring is 4999 ms; give whole milliseconds from 5000 to 300000, or "default".'],
    [{ ring: 300_001 }, 'ring is 300001 ms; give whole milliseconds from 5000 to 300000, or "default".'],
    [{ ring: 5_000.5 }, 'ring is 5000.5 ms; give whole milliseconds from 5000 to 300000, or "default".'],
    [{ ring: Number.NaN }, 'ring is NaN ms; give whole milliseconds from 5000 to 300000, or "default".'],
  ])('%j is refused', (timings, message) => {
    expect(judged(withTimings(timings))).toBe(message);
  });
});

test('a leg cap below 0 or without end is refused', () => {
  expect(judged({ ...DEFAULT_DELIVERY, legCap: 0 })).toBe('accepted');
  expect(judged({ ...DEFAULT_DELIVERY, legCap: -1 })).toBe(
    'legCap is -1; give a whole number from 0 to 10000.',
  );
  expect(judged({ ...DEFAULT_DELIVERY, legCap: Number.POSITIVE_INFINITY })).toContain('legCap is Infinity');
});

describe('single codes', () => {
  test('300 to 699 may be added and removed; they come back sorted and once', () => {
    const result = parseTriggers({ preset: 'anything', add: [699, 300, 699], remove: [486] });
    expect(result).toEqual({ ok: true, value: { preset: 'anything', add: [300, 699], remove: [486] } });
  });

  test.each([299, 700, 200, 100, 0, -1, 404.5, Number.NaN])('%s is no status to choose', (code) => {
    expect(judgedCodes([code], [])).toContain('give codes from 300 to 699');
    expect(judgedCodes([], [code])).toContain('give codes from 300 to 699');
  });

  test.each([482, 483, 487])('%s can be neither added nor removed', (code) => {
    expect(judgedCodes([code], [])).toContain(`${code} in "add" cannot be chosen`);
    expect(judgedCodes([], [code])).toContain(`${code} in "remove" cannot be chosen`);
  });

  test('a code that is both added and removed is refused', () => {
    expect(judgedCodes([404], [404])).toBe('404 stands in both "add" and "remove"; leave it in one of them.');
  });
});
