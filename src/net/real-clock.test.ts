import { expect, test } from 'vitest';
import { realClock } from './real-clock.ts';

test('the real clock tells milliseconds since the epoch and never goes back', () => {
  let last = realClock.now();
  expect(Math.abs(last - Date.now())).toBeLessThan(5000);
  for (let i = 0; i < 1000; i += 1) {
    const now = realClock.now();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});
