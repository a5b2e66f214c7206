import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NonceCounts, WITHOUT_COUNT } from './nonce-counts.ts';
import { Nonces } from './nonces.ts';

const HOUR = 3_600_000;
const NOW = 1_700_000_000_000;
const PEER = '192.0.2.7';

describe('Nonces', () => {
  test('a nonce is known again until its life is over', () => {
    const nonces = new Nonces('secret', HOUR);
    const nonce = nonces.issue(PEER, NOW);
    expect(nonces.recognise(nonce, PEER, NOW)).toBe(1);
    expect(nonces.recognise(nonce, PEER, NOW + HOUR - 1)).toBe(1);
    expect(nonces.recognise(nonce, PEER, NOW + HOUR)).toBeUndefined();
  });

  test('no two nonces are equal, and their ordinals rise', () => {
    const nonces = new Nonces('secret', HOUR);
    const seen = new Set<string>();
    for (let i = 1; i <= 100; i += 1) {
      const nonce = nonces.issue(PEER, NOW + i * 40);
      seen.add(nonce);
      expect(nonces.recognise(nonce, PEER, NOW + i * 40)).toBe(i);
    }
    expect(seen.size).toBe(100);
  });

  test('a nonce of an earlier life, made with another secret, is not known', () => {
    const nonce = new Nonces('earlier', HOUR).issue(PEER, NOW);
    expect(new Nonces('secret', HOUR).recognise(nonce, PEER, NOW)).toBeUndefined();
  });

  test('a nonce with another time is not known', () => {
    const nonces = new Nonces('secret', HOUR);
    const [, ordinal, mac] = nonces.issue(PEER, NOW).split('.');
    const later = Math.floor(NOW / 1000 + 1000).toString(36);
    expect(nonces.recognise(`${later}.${ordinal}.${mac}`, PEER, NOW)).toBeUndefined();
  });

  test('a nonce that was given to somebody else is not known, nor one with another ordinal', () => {
    const nonces = new Nonces('secret', HOUR);
    const nonce = nonces.issue(PEER, NOW);
    expect(nonces.recognise(nonce, '192.0.2.8', NOW)).toBeUndefined();
    const [time, , mac] = nonce.split('.');
    expect(nonces.recognise(`${time}.2.${mac}`, PEER, NOW)).toBeUndefined();
  });

  test('no other text is a nonce of ours', () => {
    const nonces = new Nonces('secret', HOUR);
    const good = nonces.issue(PEER, NOW);
    const changed = fc
      .tuple(fc.nat(good.lastIndexOf('.') - 1), fc.integer({ min: 32, max: 255 }))
      .map(([at, code]) => good.substring(0, at) + String.fromCharCode(code) + good.substring(at + 1));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), changed), (text) => {
        fc.pre(text !== good);
        expect(nonces.recognise(text, PEER, NOW)).toBeUndefined();
      }),
    );
  });
});

describe('NonceCounts', () => {
  test('RFC 7616 §3.4.4: a count is good once', () => {
    const counts = new NonceCounts(HOUR);
    expect(counts.take('pbx', 1, 1, NOW)).toBe(true);
    expect(counts.take('pbx', 1, 1, NOW)).toBe(false);
    expect(counts.take('pbx', 1, 2, NOW)).toBe(true);
    expect(counts.take('pbx', 1, 1, NOW)).toBe(false);
  });

  test('requests that overtook each other are both good, within 32', () => {
    const counts = new NonceCounts(HOUR);
    expect(counts.take('pbx', 1, 40, NOW)).toBe(true);
    expect(counts.take('pbx', 1, 9, NOW)).toBe(true);
    expect(counts.take('pbx', 1, 8, NOW)).toBe(false);
  });

  test('no count is ever taken twice, whatever the order, and new highest ones always are', () => {
    const steps = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 2 ** 32 - 1 })),
    );
    fc.assert(
      fc.property(steps, (counted) => {
        const counts = new NonceCounts(HOUR);
        const taken = new Set<number>();
        let highest = 0;
        for (const count of counted) {
          const good = counts.take('pbx', 1, count, NOW);
          if (count > highest) expect(good).toBe(true);
          else expect(good).toBe(highest - count < 32 && !taken.has(count));
          if (good) taken.add(count);
          highest = Math.max(highest, count);
        }
      }),
    );
  });

  test('without a count a nonce is good for one request, and for none after it', () => {
    const counts = new NonceCounts(HOUR);
    expect(counts.take('pbx', 1, WITHOUT_COUNT, NOW)).toBe(true);
    expect(counts.take('pbx', 1, WITHOUT_COUNT, NOW)).toBe(false);
    expect(counts.take('pbx', 1, 1, NOW)).toBe(false);
  });

  test('no (nonce, count) is good twice, however many nonces a user has', () => {
    const requests = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(requests, (list) => {
        const counts = new NonceCounts(HOUR);
        const taken = new Set<string>();
        for (const [ordinal, count] of list) {
          if (!counts.take('pbx', ordinal, count, NOW)) continue;
          expect(taken.has(`${ordinal} ${count}`)).toBe(false);
          taken.add(`${ordinal} ${count}`);
        }
      }),
    );
  });

  test('a nonce that had to give way to newer ones is refused, a newer one is not', () => {
    const counts = new NonceCounts(HOUR);
    for (let ordinal = 1; ordinal <= 9; ordinal += 1) {
      expect(counts.take('pbx', ordinal, 1, NOW)).toBe(true);
    }
    expect(counts.take('pbx', 1, 2, NOW)).toBe(false);
    expect(counts.take('pbx', 2, 2, NOW)).toBe(true);
    expect(counts.take('pbx', 10, 1, NOW)).toBe(true);
  });

  test('users do not share counts', () => {
    const counts = new NonceCounts(HOUR);
    expect(counts.take('pbx-1', 1, 1, NOW)).toBe(true);
    expect(counts.take('pbx-2', 1, 1, NOW)).toBe(true);
  });

  test('a user is forgotten once all nonces have expired', () => {
    const counts = new NonceCounts(HOUR);
    for (let i = 0; i < 100; i += 1) counts.take(`gone-${i}`, i + 1, 1, NOW);
    expect(counts.users).toBe(100);
    for (let i = 0; i < 50; i += 1) counts.take('pbx', 200 + i, 1, NOW + HOUR);
    expect(counts.users).toBe(1);
  });
});
