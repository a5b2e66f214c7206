import { DIGIT, isAll } from '../uri/characters.ts';

/** RFC 3261 20.19: larger values mean this one. */
const MAX_DELTA_SECONDS = 2 ** 32 - 1;

/**
 * The delta-seconds of Expires, Min-Expires or an expires parameter. Undefined when absent or malformed: a
 * registrar treats both alike (RFC 3261 10.3 step 7). Larger values than 2**32-1 count as that.
 */
export function deltaSeconds(value: string | undefined): number | undefined {
  if (value === undefined || !isAll(value, 0, value.length, DIGIT)) return undefined;
  return Math.min(Number(value), MAX_DELTA_SECONDS);
}
