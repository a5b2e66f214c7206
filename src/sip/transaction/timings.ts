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

/** 64*T1: Timers B, F, H, J, L and M. */
export function transactionTimeout(timings: TransactionTimings): Millis {
  return 64 * timings.t1;
}

/** Timer D over UDP: at least 32 s, because the server's T1 may be another than ours (17.1.1.2). */
export function timerD(timings: TransactionTimings): Millis {
  return Math.max(32_000, transactionTimeout(timings));
}

/** How long a client takes to come to T2 between retransmissions: 3.5 s (RFC 4320 section 4.1). */
export function untilT2(timings: TransactionTimings): Millis {
  let elapsed = 0;
  for (let interval = timings.t1; interval < timings.t2; interval *= 2) elapsed += interval;
  return elapsed;
}
