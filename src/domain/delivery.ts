import type { GatewayId, TrunkGroupId, TrunkServerId } from './ids.ts';
import type { PbxAddress } from './pbx-address.ts';
import type { E164 } from './phone-number.ts';

/** Whose setting put an attempt on the plan. */
export type SettingSource = 'did' | 'account';

/** Why an attempt stands on a delivery plan. */
export type AttemptReason =
  | { readonly kind: 'registered' }
  | { readonly kind: 'otherTrunkServer'; readonly why: 'noFailoverSettings' | 'sharedRegistrations' }
  | { readonly kind: 'backup'; readonly source: SettingSource }
  | { readonly kind: 'number'; readonly source: SettingSource };

/** What an attempt calls. */
export type AttemptTarget =
  /** The bindings of a trunk group at this trunk server, one after another. */
  | { readonly kind: 'bindings'; readonly trunkGroup: TrunkGroupId }
  /** Another trunk server, which tries its own bindings. */
  | { readonly kind: 'trunkServer'; readonly trunkServer: TrunkServerId }
  | { readonly kind: 'address'; readonly address: PbxAddress }
  /** A phone number over these gateways, in this order. */
  | { readonly kind: 'number'; readonly number: E164; readonly gateways: readonly GatewayId[] };

/** Why an attempt is not made. */
export const SKIP_CAUSES = [
  /** Nothing is tried for a suspended account. */
  'accountSuspended',
  /** The trunk group has no binding here. */
  'notRegistered',
  /** The trunk group that the backup names is no longer there. */
  'noSuchTrunkGroup',
  /** The backup is the DID's own trunk group, whose bindings have been tried by then. */
  'sameTrunkGroup',
  /** The Diversion or History-Info count says that this call has been forwarded too often. */
  'forwardedTooOften',
  /** Max-Forwards leaves no hop for it. */
  'noHopsLeft',
  /** The number is a DID that this service hosts. */
  'ownDid',
  /** The operator's policy does not allow the number or the address. */
  'notAllowed',
  /** The account has as many failover legs up as it may. */
  'legCapReached',
  'noGateway',
  /** The hunt before the number has used up its addresses or its time. */
  'huntBudgetSpent',
  /** The trunk server cannot send there: another transport, or another address family than its own. */
  'transportNotSupported',
] as const;

export type SkipCause = (typeof SKIP_CAUSES)[number];

export interface PlannedAttempt {
  readonly reason: AttemptReason;
  readonly target: AttemptTarget;
  /** Known already while planning; such an attempt is recorded and passed over. */
  readonly skip?: SkipCause;
}

/** The ordered attempts for one call, each with the reason why it is there, or why it is skipped. */
export interface DeliveryPlan {
  readonly attempts: readonly PlannedAttempt[];
}

export type UnreachableCause =
  | 'dns'
  /** The name resolves to nothing but addresses that may not be called. */
  | 'addressNotAllowed'
  | 'icmp'
  | 'transport'
  /** Another trunk server was asked and has no binding either. */
  | 'notRegisteredThere';

export type CancelCause =
  /** A target that had been given up answered after all. */
  'answeredElsewhere' | 'trunkServerStopped';

/** What became of one target. */
export type AttemptOutcome =
  | { readonly kind: 'answered' }
  | { readonly kind: 'rejected'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly cause: UnreachableCause }
  /** `silent`: nothing at all; `noProgress`: a 100 and no more; `noAnswer`: rang to the limit. */
  | { readonly kind: 'noResponse'; readonly cause: 'silent' | 'noProgress' | 'noAnswer' }
  /** Given up while it was tried: the caller hung up (CANCEL), unless `cause` says otherwise. */
  | { readonly kind: 'cancelled'; readonly cause?: CancelCause }
  | { readonly kind: 'skipped'; readonly cause: SkipCause };
