import { performance } from 'node:perf_hooks';
import type { Clock, Millis } from '../base/clock.ts';

/** The wall as it was when the process started, and monotonic from there: a step of the system clock is not seen. */
export const realClock: Clock = {
  now(): Millis {
    return performance.timeOrigin + performance.now();
  },
};
