import type { Millis } from './clock.ts';

/**
 * How long it is from `now` until the next multiple of `period`, at most `period`. What may wait so long waits until then and
 * not for `period`: all that wait are then due at one moment, and the host is woken once for them.
 */
export function untilTick(period: Millis, now: Millis): Millis {
  return period - (now % period);
}
