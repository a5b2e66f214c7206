import type { Millis } from '../base/clock.ts';
import { untilTick } from '../base/ticks.ts';
import { Timer, type Timers } from '../base/timers.ts';
import type { AccountId, TrunkServerId } from '../domain/ids.ts';
import type { NumberLegCounts } from '../link/messages.ts';

/** A leg whose BYE never came by is forgotten after this, so that a cap cannot stay used up. */
const LONGEST_CALL: Millis = 4 * 60 * 60 * 1000;

/** How long a change may wait for others before the other trunk servers are told. */
const BATCH: Millis = 200;

interface Leg {
  readonly account: AccountId;
  readonly since: Millis;
}

/**
 * The failover legs to numbers that are up, here and at the other trunk servers, for the cap of each account: a
 * stolen login must not turn one account into a dialler. What happens elsewhere is known a moment later. Not
 * kept over a restart.
 */
export class NumberLegs {
  readonly #timers: Timers;
  readonly #tell: (counts: NumberLegCounts) => void;
  readonly #timer: Timer<'tell'>;
  /** By the number of the call. */
  readonly #legs = new Map<number, Leg>();
  readonly #counts = new Map<AccountId, number>();
  readonly #changed = new Set<AccountId>();
  readonly #elsewhere = new Map<TrunkServerId, Map<AccountId, number>>();

  /** `tell` passes our counts on to the other trunk servers. */
  constructor(timers: Timers, tell: (counts: NumberLegCounts) => void) {
    this.#timers = timers;
    this.#tell = tell;
    this.#timer = new Timer<'tell'>(this, 'tell');
  }

  start(call: number, account: AccountId, now: Millis): void {
    this.#expire(now);
    if (this.#legs.has(call)) return;
    this.#legs.set(call, { account, since: now });
    this.#count(account, 1, now);
  }

  end(call: number, now: Millis): void {
    // Most calls have none.
    const leg = this.#legs.size === 0 ? undefined : this.#legs.get(call);
    if (leg === undefined) return;
    this.#legs.delete(call);
    this.#count(leg.account, -1, now);
  }

  up(account: AccountId): number {
    // Mostly nobody has any.
    let up = this.#counts.size === 0 ? 0 : (this.#counts.get(account) ?? 0);
    if (this.#elsewhere.size === 0) return up;
    for (const counts of this.#elsewhere.values()) up += counts.get(account) ?? 0;
    return up;
  }

  /** What another trunk server tells of its legs. `anew`: it has been restarted, or is gone. */
  heard(trunkServer: TrunkServerId, counts: NumberLegCounts, anew: boolean): void {
    const known = anew ? undefined : this.#elsewhere.get(trunkServer);
    const theirs = known ?? new Map<AccountId, number>();
    for (const [account, up] of counts) {
      if (up > 0) theirs.set(account, up);
      else theirs.delete(account);
    }
    if (theirs.size > 0) this.#elsewhere.set(trunkServer, theirs);
    else this.#elsewhere.delete(trunkServer);
  }

  /** Only these can have legs elsewhere; what others told is void. */
  othersAre(trunkServers: readonly TrunkServerId[]): void {
    for (const known of [...this.#elsewhere.keys()]) {
      if (!trunkServers.includes(known)) this.#elsewhere.delete(known);
    }
  }

  timerFired(): void {
    const counts: [AccountId, number][] = [];
    for (const account of this.#changed) counts.push([account, this.#counts.get(account) ?? 0]);
    this.#changed.clear();
    this.#tell(counts);
  }

  #count(account: AccountId, change: 1 | -1, now: Millis): void {
    const up = (this.#counts.get(account) ?? 0) + change;
    if (up > 0) this.#counts.set(account, up);
    else this.#counts.delete(account);
    this.#changed.add(account);
    if (!this.#timer.running) this.#timers.set(this.#timer, untilTick(BATCH, now), now);
  }

  /** The map is in the order of the starts, so the oldest come first. */
  #expire(now: Millis): void {
    for (const [call, leg] of this.#legs) {
      if (now - leg.since < LONGEST_CALL) return;
      this.end(call, now);
    }
  }
}
