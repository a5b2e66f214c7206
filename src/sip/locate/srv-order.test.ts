import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SrvRecord } from '../../base/dns.ts';
import type { Random } from '../../base/random.ts';
import { inSrvOrder } from './srv-order.ts';

function record(priority: number, weight: number, target: string): SrvRecord {
  return { priority, weight, port: 5060, target };
}

/** Fractions that sweep [0, 1) evenly. */
function sweep(steps: number): Random {
  let step = 0;
  return {
    token: () => 'x',
    fraction: () => {
      const fraction = step / steps;
      step = (step + 1) % steps;
      return fraction;
    },
  };
}

describe('RFC 2782: the order of SRV records', () => {
  test('lower priority first, whatever the weight', () => {
    const records = [record(20, 65_535, 'c'), record(0, 0, 'a'), record(10, 1, 'b')];
    expect(inSrvOrder(records, sweep(7)).map(({ target }) => target)).toEqual(['a', 'b', 'c']);
  });

  test('among equals a record comes first as often as its weight says', () => {
    const records = [record(0, 75, 'a'), record(0, 25, 'b')];
    const random = sweep(997);
    let first = 0;
    for (let i = 0; i < 9970; i += 1) if (inSrvOrder(records, random)[0]?.target === 'a') first += 1;
    expect(first / 9970).toBeGreaterThan(0.73);
    expect(first / 9970).toBeLessThan(0.77);
  });

  test('weight 0 has a small chance, not none', () => {
    const records = [record(0, 10, 'a'), record(0, 0, 'b')];
    const random = sweep(997);
    let first = 0;
    for (let i = 0; i < 9970; i += 1) if (inSrvOrder(records, random)[0]?.target === 'b') first += 1;
    expect(first).toBeGreaterThan(500);
    expect(first).toBeLessThan(1500);
  });

  test('nothing is lost or added, and priorities never fall', () => {
    const records = fc.array(fc.tuple(fc.nat(3), fc.nat(100)), { maxLength: 64 });
    fc.assert(
      fc.property(
        records,
        fc.array(fc.double({ min: 0, max: 0.9999, noNaN: true }), { minLength: 1 }),
        (list, draws) => {
          let drawn = 0;
          const random: Random = { token: () => 'x', fraction: () => draws[drawn++ % draws.length] ?? 0 };
          const zone = list.map(([priority, weight], i) => record(priority, weight, `t${i}`));
          const ordered = inSrvOrder(zone, random);
          expect(ordered.map(({ target }) => target).sort()).toEqual(zone.map(({ target }) => target).sort());
          for (const [i, { priority }] of ordered.entries()) {
            expect(priority).toBeGreaterThanOrEqual(ordered[i - 1]?.priority ?? 0);
          }
        },
      ),
    );
  });
});
