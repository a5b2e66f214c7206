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
  /** How long a target may ring. 5,000–300,000. */
  readonly ring: number;
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

export const DEFAULT_TIMINGS: DeliveryTimings = { noResponse: 4_000, noProgress: 10_000, ring: 120_000 };

/** The ring limit where no-answer failover is on and no other was chosen. */
export const NO_ANSWER_RING = 25_000;

export const DEFAULT_DELIVERY: DeliverySettings = {
  triggers: { preset: 'unreachable', add: [], remove: [] },
  timings: DEFAULT_TIMINGS,
  noAnswerFailover: false,
  sharedRegistrations: false,
  legCap: 10,
};
