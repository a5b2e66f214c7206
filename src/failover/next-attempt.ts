import type { Millis } from '../base/clock.ts';
import type { AttemptOutcome, SkipCause } from '../domain/delivery.ts';
import { budgetSpent, type Hunt } from './hunt.ts';
import { GATEWAY_RULES, type TriggerRules, triggers } from './triggers.ts';

/** What became of one target: one binding, one address of the backup, one trunk server, one gateway. */
export interface TargetResult {
  readonly outcome: AttemptOutcome;
  /** When its first 180 or 183 came; undefined where none did. */
  readonly ringingAt: Millis | undefined;
}

/** An attempt, or what was left of its targets, that the hunt went past without trying it. */
export interface PassedOver {
  readonly index: number;
  readonly cause: SkipCause;
}

export type NextStep =
  /** The next target of the same attempt. */
  | { readonly kind: 'nextTarget' }
  /** The first target of the attempt at `index` of the plan. */
  | { readonly kind: 'attempt'; readonly index: number; readonly passedOver: readonly PassedOver[] }
  /**
   * Nothing more is tried; the caller gets a final response. `nothingReachable`: no target gave one, 480.
   * `bestResponse`: the best that came (RFC 3261 16.7 step 6).
   */
  | {
      readonly kind: 'giveUp';
      readonly answer: 'nothingReachable' | 'bestResponse';
      readonly passedOver: readonly PassedOver[];
    }
  /** A target answered or the caller hung up: nothing more is to be decided. */
  | { readonly kind: 'done' };

const NEXT_TARGET: NextStep = { kind: 'nextTarget' };
const DONE: NextStep = { kind: 'done' };
const NONE: readonly PassedOver[] = [];

/**
 * Decides what comes after a target, or what comes first (`last` undefined).
 *
 * `targetsLeft`: the attempt being made has another target. Once a step is `giveUp` or `done`, every later
 * one is `done`.
 */
export function nextAttempt(
  hunt: Hunt,
  last: TargetResult | undefined,
  targetsLeft: boolean,
  now: Millis,
): NextStep {
  if (hunt.over) return DONE;
  if (last === undefined) return advance(hunt, NONE, now);
  const { outcome, ringingAt } = last;
  if (outcome.kind === 'answered' || outcome.kind === 'cancelled') {
    hunt.over = true;
    return DONE;
  }
  if (outcome.kind === 'rejected') hunt.responded = true;
  count(hunt, outcome, ringingAt, now);
  if (!triggers(rulesOf(hunt), outcome, ringingAt !== undefined)) return giveUp(hunt, NONE);
  if (!targetsLeft) return advance(hunt, NONE, now);
  if (!budgetSpent(hunt, now)) return NEXT_TARGET;
  return advance(hunt, [{ index: hunt.index, cause: 'huntBudgetSpent' }], now);
}

function advance(hunt: Hunt, already: readonly PassedOver[], now: Millis): NextStep {
  const { attempts } = hunt.plan;
  let passedOver = already;
  for (let index = hunt.index + 1; index < attempts.length; index += 1) {
    hunt.index = index;
    const cause = attempts[index]?.skip ?? (budgetSpent(hunt, now) ? 'huntBudgetSpent' : undefined);
    if (cause === undefined) return { kind: 'attempt', index, passedOver };
    passedOver = [...passedOver, { index, cause }];
  }
  return giveUp(hunt, passedOver);
}

function giveUp(hunt: Hunt, passedOver: readonly PassedOver[]): NextStep {
  hunt.over = true;
  return { kind: 'giveUp', answer: hunt.responded ? 'bestResponse' : 'nothingReachable', passedOver };
}

function count(hunt: Hunt, outcome: AttemptOutcome, ringingAt: Millis | undefined, now: Millis): void {
  if (wasCalled(outcome)) hunt.addresses += 1;
  // The budget is there to spare the caller silence, and while a target rings there is none. Without this,
  // no-answer failover (25 s) would always use up the hunt and the backup would never be tried.
  if (ringingAt !== undefined && now > ringingAt) hunt.startedAt += now - ringingAt;
}

/** False where no address was called: it was passed over, or its name led to none that may be called. */
function wasCalled(outcome: AttemptOutcome): boolean {
  if (outcome.kind === 'skipped') return false;
  if (outcome.kind !== 'unreachable') return true;
  return outcome.cause !== 'dns' && outcome.cause !== 'addressNotAllowed';
}

/** The customer's PBXs are judged by the customer's rules, wherever they are registered; gateways are ours. */
function rulesOf(hunt: Hunt): TriggerRules {
  return hunt.numberIndex === hunt.index ? GATEWAY_RULES : hunt.rules;
}
