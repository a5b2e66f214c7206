import type { SipResponse } from '../message/message.ts';

/** §16.7 step 6: in a class, these tell the caller how to do better. */
function isInstructive(status: number): boolean {
  return status === 401 || status === 407 || status === 415 || status === 420 || status === 484;
}

/** 6xx first, then the lowest class. */
function rank(status: number): number {
  const statusClass = Math.floor(status / 100);
  return statusClass === 6 ? 0 : statusClass;
}

/**
 * §16.7 step 6: the better of two final responses, neither a 2xx. Between equals the later one wins: it is
 * from the target that the hunt came to last.
 */
export function betterResponse(earlier: SipResponse | undefined, later: SipResponse): SipResponse {
  if (earlier === undefined) return later;
  const earlierRank = rank(earlier.status);
  const laterRank = rank(later.status);
  if (earlierRank !== laterRank) return earlierRank < laterRank ? earlier : later;
  if (isInstructive(earlier.status) && !isInstructive(later.status)) return earlier;
  return later;
}
