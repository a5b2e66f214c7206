import type { Millis } from '../base/clock.ts';
import { type CallRecord, outcomeOf } from '../domain/call-record.ts';
import type { EdgeCounts } from '../link/messages.ts';

/** A call whose BYE never came by is no longer counted as up after this. */
const LONGEST_CALL: Millis = 4 * 60 * 60 * 1000;

type Counts<K extends keyof EdgeCounts> = { -readonly [N in keyof EdgeCounts[K]]: number };

/** What became of calls, attempts and registrations since the trunk server was started, for the metrics. */
export class Tally {
  readonly #calls: Counts<'calls'> = { answered: 0, cancelled: 0, failed: 0 };
  readonly #attempts: Counts<'attempts'> = {
    answered: 0,
    rejected: 0,
    unreachable: 0,
    noResponse: 0,
    cancelled: 0,
    skipped: 0,
  };
  readonly #registrations: Counts<'registrations'> = { accepted: 0, challenged: 0, refused: 0 };
  /** The numbers of the calls that are answered and not ended, in the order in which they were answered. */
  readonly #up = new Map<number, Millis>();

  called(call: number, record: CallRecord): void {
    for (const { outcome } of record.attempts) this.#attempts[outcome.kind] += 1;
    // What was handed over is a call of the trunk server that took it first.
    if (record.handedOverFrom !== undefined) return;
    this.#calls[outcomeOf(record)] += 1;
    if (record.answeredAt !== undefined) this.#up.set(call, record.answeredAt);
  }

  ended(call: number): void {
    this.#up.delete(call);
  }

  registered(status: number): void {
    if (status < 300) this.#registrations.accepted += 1;
    else if (status === 401) this.#registrations.challenged += 1;
    else this.#registrations.refused += 1;
  }

  counts(now: Millis): EdgeCounts {
    for (const [call, answeredAt] of this.#up) {
      if (now - answeredAt < LONGEST_CALL) break;
      this.#up.delete(call);
    }
    return {
      calls: { ...this.#calls },
      attempts: { ...this.#attempts },
      registrations: { ...this.#registrations },
      callsUp: this.#up.size,
    };
  }
}
