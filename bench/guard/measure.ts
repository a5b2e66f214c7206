import { getHeapStatistics } from 'node:v8';
import { z } from 'zod';
import { CALLS_KEPT, RecordedCalls } from '../in-process.ts';
import { fixedWork } from './fixed-work.ts';

/**
 * Prints what a call of W1 costs in the trunk server, as JSON: with --bytes how many bytes it allocates, with
 * --kept how many of them are kept until its transactions have ended (this needs --expose-gc), else
 * how its time relates to that of a fixed piece of work. call-path-cost.ts runs it, each with other options of V8.
 */

const heap = z.object({ total_allocated_bytes: z.number(), used_heap_size: z.number() });

function allocatedBytes(): number {
  return heap.parse(getHeapStatistics()).total_allocated_bytes;
}

function bytesPerCall(): number {
  const calls = 1_000;
  const recorded = new RecordedCalls(calls);
  // What is made once, at the first call of each function, is no part of a call.
  recorded.replay();
  const before = allocatedBytes();
  recorded.replay();
  return (allocatedBytes() - before) / calls;
}

function keptBytesPerCall(): number {
  const recorded = new RecordedCalls(2 * CALLS_KEPT);
  // Twice, so that everything that is made once has been made.
  recorded.replayAndKeep();
  const before = usedHeap();
  const server = recorded.replayAndKeep();
  const kept = usedHeap() - before;
  if (server.health(0).transactions < CALLS_KEPT) throw new Error('the trunk server has let go too soon');
  return kept / CALLS_KEPT;
}

function usedHeap(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('--kept needs --expose-gc');
  for (let round = 0; round < 3; round += 1) gc();
  return heap.parse(getHeapStatistics()).used_heap_size;
}

/**
 * Both are timed in turns of some milliseconds, so that whatever slows the machine slows both. The least time of
 * many is what each takes when nothing interferes.
 */
function relativeTime(): number {
  const recorded = new RecordedCalls(100);
  const warmUp = 100;
  const rounds = 300;
  let calls = Number.POSITIVE_INFINITY;
  let fixed = Number.POSITIVE_INFINITY;
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const start = performance.now();
    recorded.replay();
    const between = performance.now();
    fixedWork();
    const end = performance.now();
    if (round < warmUp) continue;
    calls = Math.min(calls, between - start);
    fixed = Math.min(fixed, end - between);
  }
  return calls / fixed;
}

const measured = process.argv.includes('--kept')
  ? keptBytesPerCall()
  : process.argv.includes('--bytes')
    ? bytesPerCall()
    : relativeTime();
console.log(JSON.stringify({ measured }));
