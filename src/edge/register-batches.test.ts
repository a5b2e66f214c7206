import { expect, test } from 'vitest';
import { type Flow, UdpFlows } from '../base/flow.ts';
import { Timers } from '../base/timers.ts';
import { RegisterBatches } from './register-batches.ts';

const flow: Flow = new UdpFlows().of('192.0.2.10', 5060);

/** What happens, in its order: `in` a REGISTER is worked on, `kept` the spool is written, `out` its answer leaves. */
function batchesAt(receive?: (text: string) => void) {
  const timers = new Timers();
  const happened: string[] = [];
  const batches: RegisterBatches = new RegisterBatches({
    timers,
    output: { send: (_flow, text) => happened.push(`out ${text}`) },
    receive: (text) => {
      receive?.(text);
      happened.push(`in ${text}`);
      if (!batches.holds(flow, text)) throw new Error('the answer would have left before it was kept');
    },
    keep: () => happened.push('kept'),
  });
  return { timers, happened, batches };
}

test('those that come within 20 ms are worked on together: one write, and no answer before it', () => {
  const { batches, happened, timers } = batchesAt();
  batches.add('1', flow, 0);
  batches.add('2', flow, 19);
  timers.advance(19);
  expect(happened).toEqual([]);
  timers.advance(20);
  expect(happened).toEqual(['in 1', 'in 2', 'kept', 'out 1', 'out 2']);
  expect(timers.running).toBe(0);
});

test('one alone waits no longer than 20 ms', () => {
  const { batches, happened, timers } = batchesAt();
  batches.add('1', flow, 5);
  timers.advance(25);
  expect(happened).toEqual(['in 1', 'kept', 'out 1']);
});

test('sixteen are worked on at once: a storm of them comes in pieces, and calls between them', () => {
  const { batches, happened, timers } = batchesAt();
  for (let i = 1; i <= 16; i += 1) batches.add(`${i}`, flow, 0);
  expect(happened).toHaveLength(33);
  batches.add('17', flow, 0);
  timers.advance(20);
  expect(happened.slice(33)).toEqual(['in 17', 'kept', 'out 17']);
});

test('what is sent outside of a batch is not held', () => {
  const { batches } = batchesAt();
  batches.add('1', flow, 0);
  expect(batches.holds(flow, 'another')).toBe(false);
});

test('a bug costs the REGISTER that led to it, and no other', () => {
  const { batches, happened, timers } = batchesAt((text) => {
    if (text === '2') throw new Error('a bug');
  });
  for (const text of ['1', '2', '3']) batches.add(text, flow, 0);
  expect(() => timers.advance(20)).toThrow('a bug');
  expect(happened).toEqual(['in 1', 'kept', 'out 1']);
  timers.advance(20);
  expect(happened.slice(3)).toEqual(['in 3', 'kept', 'out 3']);
});
