import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Random } from '../base/random.ts';
import type { Gateway } from '../domain/gateway.ts';
import { gatewayId } from '../domain/ids.ts';
import { orderGateways } from './gateways.ts';

function gateway(name: string, priority: number, weight: number, takesCalls = true): Gateway {
  const common = { id: gatewayId(name), name, sources: [], priority, weight, trusted: true };
  return takesCalls ? { ...common, address: { host: { kind: 'ipv4', address: '198.51.100.1' } } } : common;
}

/** Draws these fractions, one after another, then 0. */
function drawing(...fractions: readonly number[]): Random {
  let drawn = 0;
  return {
    token: () => '',
    fraction: () => {
      drawn += 1;
      return fractions[drawn - 1] ?? 0;
    },
  };
}

function order(gateways: readonly Gateway[], random: Random): string {
  return orderGateways(gateways, random)
    .map((each) => each.name)
    .join(' ');
}

describe('gateways of a call', () => {
  test('lower priority values come first, whatever the weights', () => {
    const gateways = [gateway('c', 30, 65_535), gateway('a', 10, 1), gateway('b', 20, 100)];
    expect(order(gateways, drawing(0.99, 0.99, 0.99))).toBe('a b c');
  });

  test('RFC 2782: among equals the draw falls on a gateway by its share of the weight', () => {
    const gateways = [gateway('a', 1, 1), gateway('b', 1, 3)];
    expect(order(gateways, drawing(0.0))).toBe('a b');
    expect(order(gateways, drawing(0.249))).toBe('a b');
    expect(order(gateways, drawing(0.25))).toBe('b a');
    expect(order(gateways, drawing(0.999))).toBe('b a');
  });

  test('over many calls each comes first as often as its weight says', () => {
    const gateways = [gateway('a', 1, 1), gateway('b', 1, 3)];
    let first = 0;
    for (let i = 0; i < 1_000; i += 1) {
      if (order(gateways, drawing(i / 1_000)).startsWith('a')) first += 1;
    }
    expect(first).toBe(250);
  });

  test('one without an address only sends calls and is left out', () => {
    expect(order([gateway('a', 1, 1, false), gateway('b', 2, 1)], drawing())).toBe('b');
    expect(order([gateway('a', 1, 1, false)], drawing())).toBe('');
    expect(order([], drawing())).toBe('');
  });

  test('each that takes calls is there once, in the order of priority', () => {
    const some = fc.array(fc.record({ priority: fc.nat(3), weight: fc.integer({ min: 0, max: 65_535 }) }));
    const fractions = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
    fc.assert(
      fc.property(some, fractions, (rows, drawn) => {
        const gateways = rows.map(({ priority, weight }, i) =>
          gateway(`gw${i}`, priority, weight, i % 4 !== 3),
        );
        const ordered = orderGateways(gateways, drawing(...drawn));
        expect(new Set(ordered)).toEqual(new Set(gateways.filter((each) => each.address !== undefined)));
        expect(ordered.length).toBe(new Set(ordered).size);
        const priorities = ordered.map((each) => each.priority);
        expect(priorities).toEqual(priorities.toSorted((a, b) => a - b));
      }),
    );
  });
});
