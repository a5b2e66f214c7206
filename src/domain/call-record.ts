import type { AttemptOutcome, AttemptReason } from './delivery.ts';
import type { AccountId, CallId, TrunkServerId } from './ids.ts';
import type { E164 } from './phone-number.ts';

/** One target that was tried, or passed over. Times are milliseconds since the Unix epoch. */
export interface CallAttempt {
  readonly reason: AttemptReason;
  /** What was called, for people: a SIP URI, a trunk server or a number with its gateway. */
  readonly target: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** When the first 18x came. */
  readonly ringingAt?: number;
  readonly outcome: AttemptOutcome;
}

/** What is kept of one call. */
export interface CallRecord {
  readonly id: CallId;
  readonly trunkServer: TrunkServerId;
  /** The call at the trunk server that handed it over to this one. */
  readonly handedOverFrom?: CallId;
  readonly account: AccountId;
  readonly did: E164;
  /** The caller as in From: the user part, or the whole URI where it has none. */
  readonly caller: string;
  /** The Call-ID header field. */
  readonly sipCallId: string;
  /** The settings that it was routed by. */
  readonly revision: number;
  readonly startedAt: number;
  readonly answeredAt?: number;
  /** When the final response went to the carrier. */
  readonly finalAt: number;
  /** The final status that the carrier got. */
  readonly finalStatus: number;
  readonly attempts: readonly CallAttempt[];
}

/** How a call went for the caller. */
export type CallOutcome = 'answered' | 'cancelled' | 'failed';

/** 487 is what a caller that hangs up gets (RFC 3261 9.2). */
export function outcomeOf(record: CallRecord): CallOutcome {
  if (record.answeredAt !== undefined) return 'answered';
  return record.finalStatus === 487 ? 'cancelled' : 'failed';
}
