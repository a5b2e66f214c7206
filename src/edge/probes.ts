import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import type { Branch } from '../sip/proxy/branch.ts';

/** How long a refusal speaks for branches that are silent, too. */
const REMEMBERED: Millis = 1_000;

/** Branches that wait for one flow, and flows; past this they wait for their own time limit. */
const MOST_BRANCHES = 10_000;
const MOST_FLOWS = 1_000;

/**
 * Branches that nobody has answered yet, by flow: when the host of the target says that nothing listens
 * there, they need not wait any longer. A new call is sent to the target first all the same.
 */
export class Probes {
  readonly #probe: (flow: Flow) => void;
  readonly #waiting = new Map<Flow, Branch[]>();
  readonly #refusedAt = new Map<Flow, Millis>();

  constructor(probe: (flow: Flow) => void) {
    this.#probe = probe;
  }

  ask(branch: Branch, now: Millis): void {
    const { flow } = branch.request;
    const refusedAt = this.#refusedAt.get(flow);
    if (refusedAt !== undefined && now - refusedAt < REMEMBERED) {
      branch.refused(now);
      return;
    }
    let waiting = this.#waiting.get(flow);
    if (waiting === undefined) {
      if (this.#waiting.size >= MOST_FLOWS) this.#waiting.clear();
      waiting = [];
      this.#waiting.set(flow, waiting);
    } else if (waiting.length >= MOST_BRANCHES || waiting.some((other) => other.state !== 'calling')) {
      waiting = waiting.filter((other) => other.state === 'calling').slice(0, MOST_BRANCHES - 1);
      this.#waiting.set(flow, waiting);
    }
    waiting.push(branch);
    this.#probe(flow);
  }

  refused(flow: Flow, now: Millis): void {
    const waiting = this.#waiting.get(flow) ?? [];
    this.#waiting.delete(flow);
    if (this.#refusedAt.size >= MOST_FLOWS) this.#refusedAt.clear();
    this.#refusedAt.set(flow, now);
    for (const branch of waiting) branch.refused(now);
  }
}
