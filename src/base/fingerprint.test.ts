import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fingerprint } from './fingerprint.ts';

const latin1 = fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code));

function of(parts: readonly (string | number)[], seed = 1): readonly [number, number] {
  const print = new Fingerprint(seed).begin();
  for (const part of parts) {
    if (typeof part === 'string') print.text(part);
    else print.number(part);
  }
  print.end();
  return [print.hash, print.check];
}

describe('Fingerprint', () => {
  test('is the same for the same parts, whatever was asked before, and another with another seed', () => {
    const print = new Fingerprint(7);
    print.begin().text('z9hG4bK-1').number(5060).end();
    const first = [print.hash, print.check];
    print.begin().text('something else').end();
    print.begin().text('z9hG4bK-1').number(5060).end();
    expect([print.hash, print.check]).toEqual(first);
    expect(of(['z9hG4bK-1', 5060], 7)).toEqual(first);
    expect(of(['z9hG4bK-1', 5060], 8)).not.toEqual(first);
  });

  test('parts do not run into each other', () => {
    expect(of(['ab', 'c'])).not.toEqual(of(['a', 'bc']));
    expect(of(['', 'a'])).not.toEqual(of(['a', '']));
  });

  test('both halves are numbers of 32 bits, and each alone tells a hundred thousand like texts apart but for chance', () => {
    const halves = [new Set<number>(), new Set<number>()];
    for (let i = 0; i < 100_000; i += 1) {
      const [hash, check] = of([`z9hG4bK-4711-${i}-0`, '192.0.2.5', 5060, 'INVITE']);
      expect([hash | 0, check | 0]).toEqual([hash, check]);
      halves[0]?.add(hash);
      halves[1]?.add(check);
    }
    // Of so many random numbers of 32 bits about one is there twice.
    for (const half of halves) expect(half.size).toBeGreaterThan(99_980);
  });

  test('texts that differ in one character have nothing in common', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: latin1, minLength: 1, maxLength: 60 }),
        fc.nat(),
        fc.nat(),
        (text, at, seed) => {
          const i = at % text.length;
          const other = text.slice(0, i) + (text.charAt(i) === 'x' ? 'y' : 'x') + text.slice(i + 1);
          const [hash, check] = of([text], seed);
          const [otherHash, otherCheck] = of([other], seed);
          expect([hash === otherHash, check === otherCheck]).toEqual([false, false]);
        },
      ),
    );
  });

  test('of a text that ends with a number in base 32 the one half is that number', () => {
    const print = new Fingerprint(3);
    const read = (text: string) => print.numbered(text).hash;
    expect([read('aaaaaaab'), read('boot7.7aaaaabc'), read('')]).toEqual([1, 34, 0]);
    expect(read('z9hG4bKboot7.abc.aaaaaaa7') - read('z9hG4bKboot7.xyz.aaaaaaa6')).toBe(1);
    const { check, proof } = print.numbered('z9hG4bKboot7.abc.aaaaaaab');
    print.numbered('z9hG4bKboot7.abd.aaaaaaab');
    expect([print.hash, print.check === check, print.proof === proof]).toEqual([1, false, false]);
    print.numbered('z9hG4bKboot7.abc.aaaaaaab');
    expect([print.hash, print.check, print.proof]).toEqual([1, check, proof]);
  });

  test('what is longer than two datagrams is cut, and no harm is done', () => {
    const long = 'x'.repeat(100_000);
    expect(of([long, long, 'a', 1])).toEqual(of([long, long, 'b', 2]));
  });
});
