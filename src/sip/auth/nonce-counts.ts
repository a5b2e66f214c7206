import type { Millis } from '../../base/clock.ts';
import { ownText } from '../../base/own-text.ts';

/** Nonces kept for each user: two PBXs that share credentials have one each, and now and then a new one. */
const NONCES_PER_USER = 8;

/** How far behind the highest a count may come in, once: datagrams overtake each other. */
const WINDOW = 32;

/** Which counts of one nonce have been used. */
class NonceUse {
  readonly ordinal: number;
  #highest = 0;
  /** Bit i: the count `highest - i` has been used. */
  #used = 0;

  constructor(ordinal: number) {
    this.ordinal = ordinal;
  }

  take(count: number): boolean {
    const behind = this.#highest - count;
    if (behind >= WINDOW) return false;
    if (behind >= 0) {
      if ((this.#used & (1 << behind)) !== 0) return false;
      this.#used |= 1 << behind;
      return true;
    }
    this.#used = -behind >= WINDOW ? 1 : (this.#used << -behind) | 1;
    this.#highest = count;
    return true;
  }
}

class UserNonces {
  readonly username: string;
  readonly uses: NonceUse[] = [];
  /** Nonces up to this ordinal that are not in `uses` may have been used before. */
  floor = 0;
  lastUsedAt: Millis = 0;
  /** Who was used before and after this one. */
  before: UserNonces | undefined = undefined;
  after: UserNonces | undefined = undefined;

  constructor(username: string) {
    this.username = ownText(username);
  }
}

/** Stands for the count where a client sends none: nothing can follow it. */
export const WITHOUT_COUNT = 2 ** 32;

/**
 * Refuses what was sent before (RFC 7616 3.4.4, 5.4). It is asked only about requests whose response was
 * right, so it grows with the users that we have and not with what strangers send.
 */
export class NonceCounts {
  readonly #lifetime: Millis;
  readonly #users = new Map<string, UserNonces>();
  /** The ends of the list in the order of last use. A Map that is kept in this order has to be searched for its first. */
  #first: UserNonces | undefined = undefined;
  #last: UserNonces | undefined = undefined;

  /** `lifetime`: how long a nonce is valid; nothing about a user is kept for longer. */
  constructor(lifetime: Millis) {
    this.#lifetime = lifetime;
  }

  /** How many users are remembered. */
  get users(): number {
    return this.#users.size;
  }

  /** `nonce`: its ordinal. False: this count of this nonce was used before, or might have been. */
  take(username: string, nonce: number, count: number, now: Millis): boolean {
    this.#forgetOne(now);
    const user = this.#users.get(username) ?? new UserNonces(username);
    let use = useOf(user, nonce);
    if (use === undefined) {
      if (nonce <= user.floor) return false;
      use = new NonceUse(nonce);
      user.uses.push(use);
      if (user.uses.length > NONCES_PER_USER) dropOldest(user);
    }
    this.#used(user, now);
    return use.take(count);
  }

  #used(user: UserNonces, now: Millis): void {
    user.lastUsedAt = now;
    if (user === this.#last) return;
    if (user.after === undefined) this.#users.set(user.username, user);
    else this.#unlink(user);
    user.before = this.#last;
    if (this.#last === undefined) this.#first = user;
    else this.#last.after = user;
    this.#last = user;
  }

  /** Every success makes room for at most one, so two at a time keep up. */
  #forgetOne(now: Millis): void {
    for (let looked = 0; looked < 2; looked += 1) {
      const user = this.#first;
      // Its nonces were issued before it was last used, so all of them have expired.
      if (user === undefined || user.lastUsedAt + this.#lifetime > now) return;
      this.#unlink(user);
      this.#users.delete(user.username);
    }
  }

  #unlink(user: UserNonces): void {
    const { after, before } = user;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    user.before = undefined;
    user.after = undefined;
  }
}

function useOf({ uses }: UserNonces, nonce: number): NonceUse | undefined {
  for (const use of uses) if (use.ordinal === nonce) return use;
  return undefined;
}

function dropOldest(user: UserNonces): void {
  let oldest = 0;
  for (const [i, { ordinal }] of user.uses.entries()) {
    if (ordinal < (user.uses[oldest]?.ordinal ?? 0)) oldest = i;
  }
  const [dropped] = user.uses.splice(oldest, 1);
  user.floor = Math.max(user.floor, dropped?.ordinal ?? 0);
}
