import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Places } from './places.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('who comes when all places are taken waits, and gets one in turn', async () => {
  const places = new Places(1, 1_000);
  expect(await places.take()).toBe(true);
  const got: string[] = [];
  const second = places.take().then((place) => got.push(`second ${place}`));
  const third = places.take().then((place) => got.push(`third ${place}`));
  places.leave();
  await second;
  expect(got).toEqual(['second true']);
  places.leave();
  await third;
  expect(got).toEqual(['second true', 'third true']);
  expect(vi.getTimerCount()).toBe(0);
});

test('who has waited too long goes without one, and nobody is kept a place for them', async () => {
  const places = new Places(1, 1_000);
  await places.take();
  const late = places.take();
  vi.advanceTimersByTime(1_000);
  expect(await late).toBe(false);
  places.leave();
  expect(await places.take()).toBe(true);
});
