import { describe, expect, test } from 'vitest';
import { RealRandom } from './real-random.ts';

describe('RealRandom', () => {
  test('a token has the length asked for, in characters of RFC 3261 token', () => {
    const random = new RealRandom();
    for (const length of [0, 1, 22, 5000])
      expect(random.token(length)).toMatch(new RegExp(`^[\\w-]{${length}}$`));
  });

  test('tokens do not repeat and use all 64 characters', () => {
    const random = new RealRandom();
    const tokens = new Set<string>();
    const characters = new Set<string>();
    for (let i = 0; i < 2000; i += 1) {
      const token = random.token(16);
      tokens.add(token);
      for (const character of token) characters.add(character);
    }
    expect(tokens.size).toBe(2000);
    expect(characters.size).toBe(64);
  });

  test('fractions lie in [0, 1) and spread', () => {
    const random = new RealRandom();
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i += 1) {
      const fraction = random.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
      const tenth = Math.floor(fraction * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(count).toBeGreaterThan(800);
  });
});
