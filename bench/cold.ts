import { RecordedCalls } from './in-process.ts';
import { table } from './results.ts';
import { quantile } from './statistics.ts';

/**
 * What each datagram of a call of W1 costs in the trunk server, without its socket: while everything is in the caches of
 * the processor; after other memory has been written; and after the thread has slept, as it does between two datagrams at
 * 200 calls/s: then the tables of branches and of pages are cold as well. The tenth percentile is shown, because on a
 * machine that does something else as well the rest is the other thing's.
 */

const CALLS = 400;
/** Until V8 has compiled what it will. */
const WARM_UP = 24;
const ROUNDS = 3;
const SHOWN = 0.1;

/** More than the caches of one core hold, code included. */
const other = new Float64Array((6 * 1_024 * 1_024) / Float64Array.BYTES_PER_ELEMENT);
const CACHE_LINE = 64 / Float64Array.BYTES_PER_ELEMENT;

function writeOtherMemory(): void {
  for (let i = 0; i < other.length; i += CACHE_LINE) other[i] = (other[i] ?? 0) + 1;
}

const SLEEP_MS = 0.7;
const nobodyWakes = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

function sleep(): void {
  Atomics.wait(nobodyWakes, 0, 0, SLEEP_MS);
}

function measure(calls: RecordedCalls, before: () => void): ReadonlyMap<string, number> {
  const times = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [what, micros] of calls.replayTimed(before)) {
      times.set(what, [...(times.get(what) ?? []), ...micros]);
    }
  }
  return new Map([...times].map(([what, micros]) => [what, quantile(micros, SHOWN)]));
}

const calls = new RecordedCalls(CALLS);
for (let round = 0; round < WARM_UP; round += 1) calls.replay();
const hot = measure(calls, () => {});
const cold = measure(calls, writeOtherMemory);
const slept = measure(calls, sleep);
const rows = [...hot].map(([what, micros]) => [
  what,
  ...[micros, cold.get(what) ?? 0, slept.get(what) ?? 0].map((time) => time.toFixed(1)),
]);
const sum = (times: ReadonlyMap<string, number>): string =>
  [...times.values()].reduce((all, micros) => all + micros, 0).toFixed(1);
console.log(table([['µs', 'hot', 'cold', 'slept'], ...rows, ['a call', sum(hot), sum(cold), sum(slept)]]));
