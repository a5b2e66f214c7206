import type { Millis } from '../../base/clock.ts';

/** RFC 3261 table 4. In milliseconds. */
export interface TransactionTimings {
  /** Estimate of the round-trip time. */
  readonly t1: Millis;
  /** Longest retransmission interval for non-INVITE requests and INVITE responses. */
  readonly t2: Millis;
  /** How long a message may stay in the network. */
  readonly t4: Millis;
}

export const DEFAULT_TIMINGS: TransactionTimings = { t1: 500, t2: 4_000, t4: 5_000 };

/** 64*T1: Timers B, F, H, J, L, M, and D over UDP (at least 32 s by 17.1.1.2). */
export function transactionTimeout(timings: TransactionTimings): Millis {
  return 64 * timings.t1;
}
