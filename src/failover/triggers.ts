import { assertNever } from '../base/assert-never.ts';
import type { AttemptOutcome } from '../domain/delivery.ts';
import {
  type DeliverySettings,
  type DeliveryTimings,
  NEVER_TRIGGERS,
  type TriggerPreset,
  type TriggerSettings,
} from '../domain/delivery-settings.ts';

/** What decides whether a failed target sends a call on. */
export interface TriggerRules {
  readonly triggers: TriggerSettings;
  readonly noAnswerFailover: boolean;
}

/** By what one call is hunted. */
export interface FailoverRules extends TriggerRules {
  readonly timings: DeliveryTimings;
}

/** The DID's triggers where it has its own, else the account's; everything else is the account's. */
export function failoverRules(
  didTriggers: TriggerSettings | undefined,
  delivery: DeliverySettings,
): FailoverRules {
  return {
    triggers: didTriggers ?? delivery.triggers,
    noAnswerFailover: delivery.noAnswerFailover,
    timings: delivery.timings,
  };
}

/**
 * The trigger table (design, section 2): the statuses that each preset adds to the one before it. No preset
 * has a 3xx: docs/decisions/005.
 */
const PRESET_STATUSES: Readonly<Record<TriggerPreset, readonly number[]>> = {
  unreachable: [408, 430, 500, 502, 503, 504],
  'unreachable-or-broken': [401, 403, 404, 407, 410, 480, 488, 501, 505, 513, 580],
  anything: [486, 600, 603, 604, 606, 607, 608],
};

/** Decides between the gateways of a number, whatever the customer chose for the PBXs. */
export const GATEWAY_RULES: TriggerRules = {
  triggers: { preset: 'unreachable', add: [], remove: [] },
  noAnswerFailover: false,
};

/** True where ringing to the ring limit sends a call on: by preset, or by the opt-in. */
export function noAnswerTriggers(rules: TriggerRules): boolean {
  return rules.noAnswerFailover || rules.triggers.preset === 'anything';
}

/**
 * Whether what became of a target sends the call on to the next one.
 *
 * `rang`: a 180 or 183 came from this target. From there on its user has been asked, or the caller hears its
 * announcement, so nothing but the no-answer rule may take the call away from it.
 */
export function triggers(rules: TriggerRules, outcome: AttemptOutcome, rang: boolean): boolean {
  switch (outcome.kind) {
    case 'answered':
    case 'cancelled':
      return false;
    case 'skipped':
      return true;
    case 'unreachable':
      return !rang;
    case 'noResponse':
      return outcome.cause === 'noAnswer' ? noAnswerTriggers(rules) : !rang;
    case 'rejected':
      return !rang && statusTriggers(rules.triggers, outcome.status);
    default:
      return assertNever(outcome);
  }
}

function statusTriggers(settings: TriggerSettings, status: number): boolean {
  if (status < 300 || NEVER_TRIGGERS.includes(status)) return false;
  if (settings.remove.includes(status)) return false;
  return settings.add.includes(status) || presetHas(settings.preset, status);
}

function presetHas(preset: TriggerPreset, status: number): boolean {
  if (PRESET_STATUSES.unreachable.includes(status)) return true;
  if (preset === 'unreachable') return false;
  if (PRESET_STATUSES['unreachable-or-broken'].includes(status)) return true;
  return preset === 'anything' && PRESET_STATUSES.anything.includes(status);
}
