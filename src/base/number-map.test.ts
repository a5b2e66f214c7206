import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberMap } from './number-map.ts';

test('whatever is set and deleted: it holds what a Map holds', () => {
  const key = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 2 ** 53 - 1 }));
  const step = fc.record({ key, value: fc.option(fc.integer(), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const [map, model] = [new NumberMap<number>(), new Map<number, number>()];
      for (const { key: at, value } of steps) {
        if (value === undefined) {
          map.delete(at);
          model.delete(at);
        } else {
          map.set(at, value);
          model.set(at, value);
        }
        expect([map.size, map.get(at)]).toEqual([model.size, model.get(at)]);
      }
      for (const { key: at } of steps) expect(map.get(at)).toBe(model.get(at));
    }),
  );
});

test('a hundred thousand neighbouring numbers, set, read and every other one deleted', () => {
  const map = new NumberMap<number>();
  const first = 12_125_550_000;
  for (let index = 0; index < 100_000; index += 1) map.set(first + index, index);
  for (let index = 0; index < 100_000; index += 2) map.delete(first + index);
  expect(map.size).toBe(50_000);
  for (let index = 0; index < 100_000; index += 1) {
    expect(map.get(first + index)).toBe(index % 2 === 0 ? undefined : index);
  }
  expect(map.get(first - 1)).toBeUndefined();
});

test('what can be no key is not there, and cannot be set', () => {
  const map = new NumberMap<string>();
  map.set(1, 'one');
  for (const key of [0, -1, 1.5, Number.NaN]) {
    expect(map.get(key)).toBeUndefined();
    expect(() => map.set(key, 'none')).toThrow(RangeError);
  }
});
