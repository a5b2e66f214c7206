import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextMap } from './text-map.ts';

describe('TextMap', () => {
  test('does what a Map does', () => {
    const step = fc.record({
      kind: fc.constantFrom('set', 'set', 'get', 'delete'),
      // Few keys, so that they meet; of one length, so that they fall near each other.
      key: fc.nat(199).map((n) => `z9hG4bK-${String(n).padStart(3, '0')}`),
      value: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600 }), fc.nat(), (steps, seed) => {
        const map = new TextMap<number>(seed);
        const model = new Map<string, number>();
        for (const { key, kind, value } of steps) {
          if (kind === 'set') {
            map.set(key, value);
            model.set(key, value);
          } else if (kind === 'delete') {
            expect(map.delete(key)).toBe(model.delete(key));
          }
          expect(map.get(key)).toBe(model.get(key));
          expect(map.size).toBe(model.size);
        }
        expect(map.values().sort()).toEqual([...model.values()].sort());
        for (const [key, value] of model) expect(map.get(key)).toBe(value);
      }),
    );
  });

  test('finds a key whatever its text was made of', () => {
    const map = new TextMap<string>(7);
    map.set('z9hG4bK-4711-1-0', 'here');
    const message = 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-4711-1-0\r\n';
    expect(map.get(message.substring(34, 50))).toBe('here');
    expect(map.get(`${'z9hG4bK'}${'-4711-'}${'1-0'}`)).toBe('here');
    expect(map.get('z9hG4bK-4711-1-1')).toBeUndefined();
  });

  test('grows with what is in it, and is empty when all is taken out', () => {
    const map = new TextMap<number>(1);
    for (let i = 0; i < 10_000; i += 1) map.set(`key ${i}`, i);
    for (let i = 0; i < 10_000; i += 1) expect(map.get(`key ${i}`)).toBe(i);
    for (let i = 0; i < 10_000; i += 1) expect(map.delete(`key ${i}`)).toBe(true);
    expect(map.size).toBe(0);
    expect(map.values()).toEqual([]);
    map.set('again', 1);
    map.clear();
    expect([map.size, map.get('again')]).toEqual([0, undefined]);
  });
});
