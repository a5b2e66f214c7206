import { checkFailoverNumber } from '../domain/number-policy.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { RoutingPolicy } from '../link/routing.ts';

/** Past this many remembered numbers the memory starts afresh. */
const MOST_NUMBERS = 100_000;

/**
 * Holds failover numbers against the operator's policy at call time, by the same code that checked them when
 * they were saved: the policy may have become stricter since. Asked once for each number and policy.
 */
export class NumberVerdicts {
  readonly #allowed = new Map<E164, boolean>();

  /** A loop through a DID of ours is not judged here: DIDs come and go with every revision. */
  allowed(number: E164, policy: RoutingPolicy): boolean {
    const known = this.#allowed.get(number);
    if (known !== undefined) return known;
    if (this.#allowed.size >= MOST_NUMBERS) this.#allowed.clear();
    const allowed = checkFailoverNumber(number, policy, () => false).ok;
    this.#allowed.set(number, allowed);
    return allowed;
  }

  /** The policy has changed. */
  forget(): void {
    this.#allowed.clear();
  }
}
