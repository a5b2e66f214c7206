import type { Millis } from '../base/clock.ts';
import type { DeliveryPlan, PlannedAttempt } from '../domain/delivery.ts';
import { HUNT_ADDRESSES, HUNT_TIME, LEAST_TARGET_TIME } from './limits.ts';
import type { FailoverRules } from './triggers.ts';

/** Where one call stands on its plan. Made by `startHunt`, moved on by `nextAttempt` alone. */
export interface Hunt {
  readonly plan: DeliveryPlan;
  readonly rules: FailoverRules;
  /** The index of the number on the plan that will be tried; -1 where there is none. Before it the hunt is limited. */
  readonly numberIndex: number;
  /** The attempt that is being made; -1 before the first. */
  index: number;
  /** Addresses that were called before the number. */
  addresses: number;
  /** When the hunt began, put off by the time in which targets rang. */
  startedAt: Millis;
  /** A target has rejected the call, so there is a response to give to the caller. */
  responded: boolean;
  over: boolean;
}

export function startHunt(plan: DeliveryPlan, rules: FailoverRules, now: Millis): Hunt {
  return {
    plan,
    rules,
    numberIndex: indexOfNumber(plan),
    index: -1,
    addresses: 0,
    startedAt: now,
    responded: false,
    over: false,
  };
}

/** The attempt that is being made. */
export function currentAttempt(hunt: Hunt): PlannedAttempt | undefined {
  return hunt.plan.attempts[hunt.index];
}

/**
 * What is left of the time before the number: 0 where it is too little for another target. Infinite where no
 * number follows, for then there is nothing to hurry to.
 */
export function huntTimeLeft(hunt: Hunt, now: Millis): Millis {
  if (hunt.index >= hunt.numberIndex) return Number.POSITIVE_INFINITY;
  const left = HUNT_TIME - (now - hunt.startedAt);
  return left < LEAST_TARGET_TIME ? 0 : left;
}

/** True while a number is still to come and what may be spent before it is spent. */
export function budgetSpent(hunt: Hunt, now: Millis): boolean {
  if (hunt.index >= hunt.numberIndex) return false;
  return hunt.addresses >= HUNT_ADDRESSES || huntTimeLeft(hunt, now) === 0;
}

function indexOfNumber(plan: DeliveryPlan): number {
  const { attempts } = plan;
  for (let index = 0; index < attempts.length; index += 1) {
    const attempt = attempts[index];
    if (attempt?.target.kind === 'number' && attempt.skip === undefined) return index;
  }
  return -1;
}
