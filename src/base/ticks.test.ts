import { expect, test } from 'vitest';
import { untilTick } from './ticks.ts';

test('all that begin to wait between two ticks wait until the second', () => {
  const begun = 1_800_000_000_000;
  expect([0, 1, 49, 49.5, 50, 99].map((later) => untilTick(50, begun + later))).toEqual([
    50, 49, 1, 0.5, 50, 1,
  ]);
});
