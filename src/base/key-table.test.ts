import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyTable } from './key-table.ts';

/** Keys that meet in few slots, and some that do not. */
function keyOf(n: number): readonly [number, number] {
  return n % 3 === 0 ? [n, -n] : [n % 7 === 0 ? n << 20 : -(n % 5), n * 31];
}

describe('KeyTable', () => {
  test('does what a Map does, while it grows and shrinks', () => {
    const step = fc.record({
      kind: fc.constantFrom('add', 'add', 'get', 'delete', 'addMany', 'deleteMany'),
      key: fc.nat(999),
      count: fc.nat(999),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const table = new KeyTable<string>();
        const model = new Map<number, string>();
        const add = (key: number): void => {
          if (model.has(key)) return;
          table.add(`value ${key}`, ...keyOf(key));
          model.set(key, `value ${key}`);
        };
        const remove = (key: number): void => {
          table.delete(...keyOf(key));
          model.delete(key);
        };
        for (const { count, key, kind } of steps) {
          if (kind === 'add') add(key);
          if (kind === 'delete') remove(key);
          if (kind === 'addMany') for (let i = 0; i < count; i += 1) add(1_000 + i);
          if (kind === 'deleteMany') for (let i = 0; i < count; i += 1) remove(1_000 + i);
          expect(table.get(...keyOf(key))).toBe(model.get(key));
          expect(table.size).toBe(model.size);
        }
        expect(table.values().sort()).toEqual([...model.values()].sort());
        for (const [key, value] of model) expect(table.get(...keyOf(key))).toBe(value);
      }),
    );
  });

  test('keeps things apart that have one half of the key in common', () => {
    const table = new KeyTable<string>();
    table.add('a', 255, 1);
    table.add('b', 255, 2);
    table.add('c', 256, 1);
    expect([table.get(255, 1), table.get(255, 2), table.get(256, 1), table.get(256, 2)]).toEqual([
      'a',
      'b',
      'c',
      undefined,
    ]);
    table.delete(255, 1);
    table.delete(255, 1);
    expect([table.get(255, 1), table.get(255, 2), table.size]).toEqual([undefined, 'b', 2]);
  });

  test('two zeros are a key like any other', () => {
    const table = new KeyTable<string>();
    expect(table.get(0, 0)).toBeUndefined();
    table.add('zero', 0, 0);
    expect([table.get(0, 0), table.size]).toEqual(['zero', 1]);
    table.delete(0, 0);
    expect([table.get(0, 0), table.size]).toEqual([undefined, 0]);
  });

  test('is empty when all is taken out of many that were numbered one after another', () => {
    const table = new KeyTable<number>();
    for (let i = 0; i < 20_000; i += 1) {
      table.add(i, i, i ^ 0x5555);
      if (i >= 1_000) table.delete(i - 1_000, (i - 1_000) ^ 0x5555);
      expect(table.get(i, i ^ 0x5555)).toBe(i);
    }
    expect(table.size).toBe(1_000);
    for (let i = 19_000; i < 20_000; i += 1) table.delete(i, i ^ 0x5555);
    expect([table.size, table.values()]).toEqual([0, []]);
  });
});
