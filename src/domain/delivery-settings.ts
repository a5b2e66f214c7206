import { err, ok, type Result } from '../base/result.ts';

/** Which outcomes send a call on to the next attempt (design, section 2). */
export type TriggerPreset = 'unreachable' | 'unreachable-or-broken' | 'anything';

export interface TriggerSettings {
  readonly preset: TriggerPreset;
  /** SIP status codes that trigger although the preset does not have them. */
  readonly add: readonly number[];
  /** SIP status codes that do not trigger although the preset has them. */
  readonly remove: readonly number[];
}

/** All in milliseconds. */
export interface DeliveryTimings {
  /** Nothing at all came from a target. 1,000–15,000. */
  readonly noResponse: number;
  /** A 100 came, but no 18x or final response. 'off', or 2,000–60,000. */
  readonly noProgress: number | 'off';
  /**
   * How long a target may ring. 5,000–300,000, or 'default': DEFAULT_RING, and NO_ANSWER_RING where ringing to
   * the limit sends the call on.
   */
  readonly ring: number | 'default';
}

/** How an account wants its calls delivered. A DID may override `triggers`. */
export interface DeliverySettings {
  readonly triggers: TriggerSettings;
  readonly timings: DeliveryTimings;
  /** Opt-in: a target that rings but does not answer within the ring limit has failed, too. */
  readonly noAnswerFailover: boolean;
  /** Try the bindings at the other trunk servers before the backup. */
  readonly sharedRegistrations: boolean;
  /** How many failover legs of the account may be up at once. */
  readonly legCap: number;
}

/** What is accepted, both ends included. Times in milliseconds. */
export const DELIVERY_RANGES = {
  noResponse: { min: 1_000, max: 15_000 },
  noProgress: { min: 2_000, max: 60_000 },
  ring: { min: 5_000, max: 300_000 },
  legCap: { min: 0, max: 10_000 },
  triggerCode: { min: 300, max: 699 },
} as const;

/**
 * Statuses that never send a call on, whatever is set: the loop is answered (482, 483), and a 487 means that
 * the caller has hung up.
 */
export const NEVER_TRIGGERS: readonly number[] = [482, 483, 487];

/** How long a target may ring where nothing follows on no answer. */
export const DEFAULT_RING = 120_000;

/** How long a target may ring where the call then goes on. */
export const NO_ANSWER_RING = 25_000;

export const DEFAULT_TIMINGS: DeliveryTimings = { noResponse: 4_000, noProgress: 10_000, ring: 'default' };

export const DEFAULT_DELIVERY: DeliverySettings = {
  triggers: { preset: 'unreachable', add: [], remove: [] },
  timings: DEFAULT_TIMINGS,
  noAnswerFailover: false,
  sharedRegistrations: false,
  legCap: 10,
};

export type DeliverySettingsError =
  | {
      readonly kind: 'outOfRange';
      readonly field: 'noResponse' | 'noProgress' | 'ring' | 'legCap';
      readonly value: number;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: 'notAStatus'; readonly field: 'add' | 'remove'; readonly value: number }
  | { readonly kind: 'neverTriggers'; readonly field: 'add' | 'remove'; readonly value: number }
  | { readonly kind: 'addedAndRemoved'; readonly value: number };

/** Checks delivery settings; codes come back sorted, each one once. */
export function parseDeliverySettings(
  settings: DeliverySettings,
): Result<DeliverySettings, DeliverySettingsError> {
  const triggers = parseTriggers(settings.triggers);
  if (!triggers.ok) return triggers;
  const { noResponse, noProgress, ring } = settings.timings;
  const wrong =
    outOfRange('noResponse', noResponse) ??
    (noProgress === 'off' ? undefined : outOfRange('noProgress', noProgress)) ??
    (ring === 'default' ? undefined : outOfRange('ring', ring)) ??
    outOfRange('legCap', settings.legCap);
  if (wrong !== undefined) return err(wrong);
  return ok({
    triggers: triggers.value,
    timings: { noResponse, noProgress, ring },
    noAnswerFailover: settings.noAnswerFailover,
    sharedRegistrations: settings.sharedRegistrations,
    legCap: settings.legCap,
  });
}

/** Checks the triggers of an account or a DID; codes come back sorted, each one once. */
export function parseTriggers(triggers: TriggerSettings): Result<TriggerSettings, DeliverySettingsError> {
  const wrong = wrongCode('add', triggers.add) ?? wrongCode('remove', triggers.remove);
  if (wrong !== undefined) return err(wrong);
  for (const value of triggers.add) {
    if (triggers.remove.includes(value)) return err({ kind: 'addedAndRemoved', value });
  }
  return ok({ preset: triggers.preset, add: sorted(triggers.add), remove: sorted(triggers.remove) });
}

/** What was wrong and what would be right, in one sentence. */
export function explainDeliverySettings(error: DeliverySettingsError): string {
  switch (error.kind) {
    case 'outOfRange':
      return error.field === 'legCap'
        ? `legCap is ${error.value}; give a whole number from ${error.min} to ${error.max}.`
        : `${error.field} is ${error.value} ms; give whole milliseconds from ${error.min} to ${error.max}${spelled(error.field)}.`;
    case 'notAStatus':
      return `${error.value} in "${error.field}" is not a SIP status that a PBX rejects a call with; give codes from 300 to 699.`;
    case 'neverTriggers':
      return `${error.value} in "${error.field}" cannot be chosen: 482, 483 (a loop) and 487 (the caller hung up) never send a call on. Leave it out.`;
    case 'addedAndRemoved':
      return `${error.value} stands in both "add" and "remove"; leave it in one of them.`;
  }
}

function spelled(field: 'noResponse' | 'noProgress' | 'ring'): string {
  if (field === 'noProgress') return ', or "off"';
  return field === 'ring' ? ', or "default"' : '';
}

function outOfRange(
  field: 'noResponse' | 'noProgress' | 'ring' | 'legCap',
  value: number,
): DeliverySettingsError | undefined {
  const { min, max } = DELIVERY_RANGES[field];
  if (Number.isInteger(value) && value >= min && value <= max) return undefined;
  return { kind: 'outOfRange', field, value, min, max };
}

function wrongCode(field: 'add' | 'remove', codes: readonly number[]): DeliverySettingsError | undefined {
  const { min, max } = DELIVERY_RANGES.triggerCode;
  for (const value of codes) {
    if (!Number.isInteger(value) || value < min || value > max) return { kind: 'notAStatus', field, value };
    if (NEVER_TRIGGERS.includes(value)) return { kind: 'neverTriggers', field, value };
  }
  return undefined;
}

function sorted(codes: readonly number[]): readonly number[] {
  return [...new Set(codes)].sort((a, b) => a - b);
}
