import type { Millis } from '../base/clock.ts';
import { DEFAULT_RING, NO_ANSWER_RING } from '../domain/delivery-settings.ts';
import { currentAttempt, type Hunt, huntTimeLeft } from './hunt.ts';
import { NEXT_ADDRESS } from './limits.ts';
import { noAnswerTriggers } from './triggers.ts';

/** How long one target is given, in milliseconds. */
export interface TargetLimits {
  /** From the first INVITE until anything comes. */
  readonly noResponse: Millis;
  /** From the first INVITE until an 18x or a final response comes; undefined: not limited. */
  readonly noProgress: Millis | undefined;
  /** From the first 18x until the final response. */
  readonly ring: Millis;
}

/**
 * The limits of the target that is about to be tried, after `nextAttempt` has said which.
 * `targetsLeft`: the attempt has another target behind this one. `sameName`: that one is another address of
 * the same name (SRV, A), so little is lost by going on to it early.
 */
export function targetLimits(hunt: Hunt, targetsLeft: boolean, now: Millis, sameName = false): TargetLimits {
  const { noResponse, noProgress } = hunt.rules.timings;
  const left = huntTimeLeft(hunt, now);
  return {
    noResponse: Math.min(noResponse, left, sameName ? NEXT_ADDRESS : Number.POSITIVE_INFINITY),
    noProgress: progressLimit(hunt, noProgress, left),
    ring: ringLimit(hunt, targetsLeft),
  };
}

function progressLimit(hunt: Hunt, noProgress: Millis | 'off', left: Millis): Millis | undefined {
  // Another trunk server answers 100 at once and then hunts by itself: its silence says nothing of its PBX.
  const own = currentAttempt(hunt)?.target.kind === 'trunkServer' ? 'off' : noProgress;
  if (own !== 'off') return Math.min(own, left);
  return left === Number.POSITIVE_INFINITY ? undefined : left;
}

/**
 * The short limit of no-answer failover holds only where the call has somewhere to go. The number is the last
 * resort: taking the call away from it early could only lose it, so it rings at least DEFAULT_RING.
 */
function ringLimit(hunt: Hunt, targetsLeft: boolean): Millis {
  const { ring } = hunt.rules.timings;
  if (hunt.index === hunt.numberIndex)
    return ring === 'default' ? DEFAULT_RING : Math.max(ring, DEFAULT_RING);
  if (ring !== 'default') return ring;
  return noAnswerTriggers(hunt.rules) && (targetsLeft || somethingFollows(hunt))
    ? NO_ANSWER_RING
    : DEFAULT_RING;
}

function somethingFollows(hunt: Hunt): boolean {
  const { attempts } = hunt.plan;
  for (let index = hunt.index + 1; index < attempts.length; index += 1) {
    if (attempts[index]?.skip === undefined) return true;
  }
  return false;
}
