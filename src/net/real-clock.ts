import { performance } from 'node:perf_hooks';
import type { Clock, Millis } from '../base/clock.ts';

/** Kept, because it is a getter with checks of its own, and the clock is read for each datagram. */
const ORIGIN = performance.timeOrigin;

/** The wall as it was when the process started, and monotonic from there: a step of the system clock is not seen. */
export const realClock: Clock = {
  now(): Millis {
    return ORIGIN + performance.now();
  },
};
