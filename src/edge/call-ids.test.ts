import { expect, test } from 'vitest';
import { callId } from '../domain/ids.ts';
import { CallIds } from './call-ids.ts';

test('each call has an id of its own, which leads back to its number', () => {
  const ids = new CallIds('Ab-9_x');
  const made = Array.from({ length: 100 }, () => ids.next());
  expect(new Set(made).size).toBe(100);
  expect(made.map((id) => ids.numberOf(id))).toEqual(made.map((_, i) => i + 1));
  expect(ids.made).toBe(100);
});

test('calls of others have no number here', () => {
  const ids = new CallIds('Ab-9_x');
  ids.next();
  for (const other of ['Ab-9_y-1', 'Ab-9_x-2', 'Ab-9_x-', 'Ab-9_x-1.', 'Ab-9_x', ''])
    expect(ids.numberOf(callId(other))).toBeUndefined();
});
