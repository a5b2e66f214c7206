import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';

/** How long a refusal speaks for targets that are silent, too. */
const REMEMBERED: Millis = 1_000;

/** Past this many remembered flows the memory starts afresh. */
const MOST_FLOWS = 1_000;

/**
 * Asks whether anything listens at a flow, and remembers for a second that nothing does: a probe is not made
 * for every call. A new call is sent to the target first all the same.
 */
export class Probes {
  readonly #probe: (flow: Flow) => void;
  readonly #refusedAt = new Map<Flow, Millis>();

  constructor(probe: (flow: Flow) => void) {
    this.#probe = probe;
  }

  /** True when it is known already that nothing listens. Otherwise `refused` may be called later. */
  ask(flow: Flow, now: Millis): boolean {
    const refusedAt = this.#refusedAt.get(flow);
    if (refusedAt !== undefined && now - refusedAt < REMEMBERED) return true;
    this.#probe(flow);
    return false;
  }

  refused(flow: Flow, now: Millis): void {
    if (this.#refusedAt.size >= MOST_FLOWS) this.#refusedAt.clear();
    this.#refusedAt.set(flow, now);
  }
}
