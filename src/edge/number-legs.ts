import type { Millis } from '../base/clock.ts';
import type { AccountId, CallId } from '../domain/ids.ts';

/** A leg whose BYE never came by is forgotten after this, so that a cap cannot stay used up. */
const LONGEST_CALL: Millis = 4 * 60 * 60 * 1000;

interface Leg {
  readonly account: AccountId;
  readonly since: Millis;
}

/**
 * The failover legs to numbers that are up, for the cap of each account: a stolen login must not turn one
 * account into a dialler. Not kept over a restart.
 */
export class NumberLegs {
  readonly #legs = new Map<CallId, Leg>();
  readonly #counts = new Map<AccountId, number>();

  start(call: CallId, account: AccountId, now: Millis): void {
    this.#expire(now);
    if (this.#legs.has(call)) return;
    this.#legs.set(call, { account, since: now });
    this.#counts.set(account, this.up(account) + 1);
  }

  end(call: CallId): void {
    const leg = this.#legs.get(call);
    if (leg === undefined) return;
    this.#legs.delete(call);
    const left = this.up(leg.account) - 1;
    if (left > 0) this.#counts.set(leg.account, left);
    else this.#counts.delete(leg.account);
  }

  up(account: AccountId): number {
    return this.#counts.get(account) ?? 0;
  }

  /** The map is in the order of the starts, so the oldest come first. */
  #expire(now: Millis): void {
    for (const [call, leg] of this.#legs) {
      if (now - leg.since < LONGEST_CALL) return;
      this.end(call);
    }
  }
}
