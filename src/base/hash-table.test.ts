import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HashTable, hashText } from './hash-table.ts';

interface Named {
  readonly name: string;
  readonly value: number;
}

/** A table of texts. */
class Names extends HashTable<string, Named> {
  readonly #seed: number;

  constructor(seed: number) {
    super();
    this.#seed = seed;
  }

  find(name: string): Named | undefined {
    return this.get(name, hashText(name, this.#seed));
  }

  put(name: string, value: number): void {
    this.add({ name, value }, hashText(name, this.#seed));
  }

  take(name: string): void {
    const named = this.find(name);
    if (named !== undefined) this.delete(named, hashText(name, this.#seed));
  }

  protected isNamed(value: Named, name: string): boolean {
    return value.name === name;
  }
}

describe('HashTable', () => {
  test('does what a Map does, while it grows and shrinks', () => {
    const step = fc.record({
      kind: fc.constantFrom('put', 'put', 'find', 'take', 'putMany', 'takeMany'),
      // Few keys, so that they meet; of one length, so that they fall near each other.
      key: fc.nat(999).map((n) => `z9hG4bK-${String(n).padStart(4, '0')}`),
      value: fc.nat(999),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), fc.nat(), (steps, seed) => {
        const table = new Names(seed);
        const model = new Map<string, number>();
        const put = (name: string, value: number): void => {
          if (model.has(name)) return;
          table.put(name, value);
          model.set(name, value);
        };
        const take = (name: string): void => {
          table.take(name);
          model.delete(name);
        };
        for (const { key, kind, value } of steps) {
          if (kind === 'put') put(key, value);
          if (kind === 'take') take(key);
          if (kind === 'putMany') for (let i = 0; i < value; i += 1) put(`many ${i}`, i);
          if (kind === 'takeMany') for (let i = 0; i < value; i += 1) take(`many ${i}`);
          expect(table.find(key)?.value).toBe(model.get(key));
          expect(table.size).toBe(model.size);
        }
        const values = table.values().map((named) => named.value);
        expect(values.sort()).toEqual([...model.values()].sort());
        for (const [name, value] of model) expect(table.find(name)?.value).toBe(value);
      }),
    );
  });

  test('finds a key whatever its text was made of', () => {
    const table = new Names(7);
    table.put('z9hG4bK-4711-1-0', 1);
    const message = 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-4711-1-0\r\n';
    expect(table.find(message.substring(34, 50))?.value).toBe(1);
    expect(table.find(`${'z9hG4bK'}${'-4711-'}${'1-0'}`)?.value).toBe(1);
    expect(table.find('z9hG4bK-4711-1-1')).toBeUndefined();
  });

  test('keeps things apart whose hashes are the same', () => {
    const table = new Names(0);
    const [one, other] = [
      { name: 'one', value: 1 },
      { name: 'other', value: 2 },
    ];
    table.add(one, 255);
    table.add(other, 255);
    expect([table.get('one', 255), table.get('other', 255)]).toEqual([one, other]);
    table.delete(one, 255);
    expect([table.get('one', 255), table.get('other', 255)]).toEqual([undefined, other]);
  });

  test('what is not there cannot be taken out', () => {
    const table = new Names(0);
    table.put('here', 1);
    table.delete({ name: 'here', value: 1 }, hashText('here', 0));
    expect(table.size).toBe(1);
  });

  test('loses nothing of those that stood before the first free slot when one of them goes while they are moved', () => {
    const table = new Names(0);
    const many = Array.from({ length: 700 }, (_, value) => ({ name: String(value), value }));
    // One behind another from the first slot on.
    for (const one of many) table.add(one, one.value);
    // With the last of these it begins to shrink, and five are left before the first free slot.
    for (const one of many.splice(5, 573)) table.delete(one, one.value);
    for (const one of many.splice(2, 1)) table.delete(one, one.value);
    for (const one of many.splice(20, 80)) table.delete(one, one.value);
    for (const one of many) expect(table.get(one.name, one.value)).toBe(one);
    expect([table.size, table.values().length]).toEqual([many.length, many.length]);
  });

  test('is empty when all is taken out of many, and can be used again', () => {
    const table = new Names(1);
    for (let i = 0; i < 10_000; i += 1) table.put(`key ${i}`, i);
    for (let i = 0; i < 10_000; i += 1) expect(table.find(`key ${i}`)?.value).toBe(i);
    for (let i = 0; i < 10_000; i += 1) {
      table.take(`key ${i}`);
      expect(table.find(`key ${i}`)).toBeUndefined();
    }
    expect([table.size, table.values()]).toEqual([0, []]);
    table.put('again', 1);
    table.clear();
    expect([table.size, table.find('again')]).toEqual([0, undefined]);
  });
});
