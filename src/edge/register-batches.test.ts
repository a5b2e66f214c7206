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

test('those that come within 50 ms are worked on together: one write, and no answer before it', () => {
  const { batches, happened, timers } = batchesAt();
  batches.add('1', flow, 0);
  batches.add('2', flow, 49);
  timers.advance(49);
  expect(happened).toEqual([]);
  timers.advance(50);
  expect(happened).toEqual(['in 1', 'in 2', 'kept', 'out 1', 'out 2']);
  expect(timers.running).toBe(0);
});

test('one alone waits no longer than 50 ms', () => {
  const { batches, happened, timers } = batchesAt();
  batches.add('1', flow, 5);
  timers.advance(55);
  expect(happened).toEqual(['in 1', 'kept', 'out 1']);
});

test('thirty-two are worked on at once: a storm of them comes in pieces, and calls between them', () => {
  const { batches, happened, timers } = batchesAt();
  for (let i = 1; i <= 32; i += 1) batches.add(`${i}`, flow, 0);
  expect(happened).toHaveLength(65);
  batches.add('33', flow, 0);
  timers.advance(50);
  expect(happened.slice(65)).toEqual(['in 33', 'kept', 'out 33']);
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
  expect(() => timers.advance(50)).toThrow('a bug');
  expect(happened).toEqual(['in 1', 'kept', 'out 1']);
  timers.advance(50);
  expect(happened.slice(3)).toEqual(['in 3', 'kept', 'out 3']);
});
