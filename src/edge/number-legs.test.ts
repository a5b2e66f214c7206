import { expect, test } from 'vitest';
import { Timers } from '../base/timers.ts';
import { accountId, trunkServerId } from '../domain/ids.ts';
import type { NumberLegCounts } from '../link/messages.ts';
import { NumberLegs } from './number-legs.ts';

const acme = accountId('acme');
const HOUR = 3_600_000;

function legsAt() {
  const timers = new Timers();
  const told: NumberLegCounts[] = [];
  return { timers, told, legs: new NumberLegs(timers, (counts) => told.push(counts)) };
}

test('a leg counts from its start to its end, once', () => {
  const { legs } = legsAt();
  legs.start(1, acme, 0);
  legs.start(1, acme, 0);
  legs.start(2, acme, 0);
  expect(legs.up(acme)).toBe(2);
  legs.end(1, 1);
  legs.end(1, 1);
  expect(legs.up(acme)).toBe(1);
});

test('a leg whose BYE was never seen is forgotten after four hours', () => {
  const { legs } = legsAt();
  legs.start(1, acme, 0);
  legs.start(2, acme, 4 * HOUR);
  expect(legs.up(acme)).toBe(1);
});

test('the other trunk servers are told of changes in batches', () => {
  const { legs, timers, told } = legsAt();
  legs.start(1, acme, 0);
  legs.start(2, acme, 10);
  timers.advance(199);
  expect(told).toEqual([]);
  timers.advance(200);
  expect(told).toEqual([[['acme', 2]]]);
  legs.end(1, 210);
  legs.end(2, 210);
  timers.advance(410);
  expect(told.at(-1)).toEqual([['acme', 0]]);
  expect(timers.running).toBe(0);
});

test('legs at other trunk servers count, too, until these say otherwise or are gone', () => {
  const { legs } = legsAt();
  legs.start(1, acme, 0);
  legs.heard(trunkServerId('trunk2'), [[acme, 3]], false);
  legs.heard(trunkServerId('trunk3'), [[acme, 1]], true);
  expect(legs.up(acme)).toBe(5);
  legs.heard(trunkServerId('trunk2'), [[acme, 0]], false);
  expect(legs.up(acme)).toBe(2);
  legs.heard(trunkServerId('trunk3'), [], true);
  expect(legs.up(acme)).toBe(1);
});
