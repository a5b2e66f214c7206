import { NumberMap } from '../base/number-map.ts';
import { checkFailoverNumber } from '../domain/number-policy.ts';
import { type E164, integerOf } from '../domain/phone-number.ts';
import type { RoutingPolicy } from '../link/routing.ts';

/** Past this many remembered numbers the memory starts afresh. */
const MOST_NUMBERS = 100_000;

/**
 * Holds failover numbers against the operator's policy at call time, by the same code that checked them when
 * they were saved: the policy may have become stricter since. Asked once for each number and policy.
 */
export class NumberVerdicts {
  #allowed = new NumberMap<boolean>();

  /** A loop through a DID of ours is not judged here: DIDs come and go with every revision. */
  allowed(number: E164, policy: RoutingPolicy): boolean {
    const key = integerOf(number);
    const known = this.#allowed.get(key);
    if (known !== undefined) return known;
    if (this.#allowed.size >= MOST_NUMBERS) this.forget();
    const allowed = checkFailoverNumber(number, policy, () => false).ok;
    this.#allowed.set(key, allowed);
    return allowed;
  }

  /** The policy has changed. */
  forget(): void {
    this.#allowed = new NumberMap();
  }
}
