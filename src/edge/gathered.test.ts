import { expect, test } from 'vitest';
import type { Millis } from '../base/clock.ts';
import { type Flow, UdpFlows } from '../base/flow.ts';
import { Timers } from '../base/timers.ts';
import { Gathered } from './gathered.ts';

const flow: Flow = new UdpFlows().of('192.0.2.10', 5060);

function gatheredFor(longest: Millis, receive?: (text: string) => void) {
  const timers = new Timers();
  const worked: string[] = [];
  const gathered: Gathered = new Gathered(timers, longest, (at) =>
    gathered.each((text) => {
      receive?.(text);
      worked.push(text);
    }, at),
  );
  return { timers, worked, gathered };
}

test('all are handed on in the order in which they came, when the first has waited as long as it may', () => {
  const { gathered, timers, worked } = gatheredFor(20);
  gathered.add('1', flow, 0);
  gathered.add('2', flow, 19);
  timers.advance(19);
  expect(worked).toEqual([]);
  expect(gathered.isEmpty).toBe(false);
  timers.advance(20);
  expect(worked).toEqual(['1', '2']);
  expect(gathered.isEmpty).toBe(true);
  expect(timers.running).toBe(0);
});

test('thirty-two are handed on at once', () => {
  const { gathered, timers, worked } = gatheredFor(20);
  for (let i = 1; i <= 33; i += 1) gathered.add(`${i}`, flow, 0);
  expect(worked).toHaveLength(32);
  timers.advance(20);
  expect(worked.slice(32)).toEqual(['33']);
});

test('a bug costs the one that led to it, and the others stay in their order', () => {
  const { gathered, timers, worked } = gatheredFor(20, (text) => {
    if (text !== '2') return;
    gathered.add('4', flow, 20);
    throw new Error('a bug');
  });
  for (const text of ['1', '2', '3']) gathered.add(text, flow, 0);
  expect(() => timers.advance(20)).toThrow('a bug');
  timers.advance(20);
  expect(worked).toEqual(['1', '3', '4']);
  expect(timers.running).toBe(0);
});
