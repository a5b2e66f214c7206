import type { Millis } from '../../base/clock.ts';
import type { IssuedNonce } from './nonces.ts';

/** Nonces kept for each user: two PBXs that share credentials have one each, and now and then a new one. */
const NONCES_PER_USER = 8;

/** How far behind the highest a count may come in, once: datagrams overtake each other. */
const WINDOW = 32;

/** Which counts of one nonce have been used. */
class NonceUse {
  readonly nonce: IssuedNonce;
  #highest = 0;
  /** Bit i: the count `highest - i` has been used. */
  #used = 0;

  constructor(nonce: IssuedNonce) {
    this.nonce = nonce;
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
  readonly uses: NonceUse[] = [];
  /** Nonces up to this ordinal that are not in `uses` may have been used before. */
  floor = 0;
  lastUsedAt: Millis = 0;
}

/** Stands for the count where a client sends none: nothing can follow it. */
export const WITHOUT_COUNT = 2 ** 32;

/**
 * Refuses what was sent before (RFC 7616 3.4.4, 5.4). It is asked only about requests whose response was
 * right, so it grows with the users that we have and not with what strangers send.
 */
export class NonceCounts {
  readonly #lifetime: Millis;
  /** In the order of last use. */
  readonly #users = new Map<string, UserNonces>();

  /** `lifetime`: how long a nonce is valid; nothing about a user is kept for longer. */
  constructor(lifetime: Millis) {
    this.#lifetime = lifetime;
  }

  /** How many users are remembered. */
  get users(): number {
    return this.#users.size;
  }

  /** False: this count of this nonce was used before, or might have been. */
  take(username: string, nonce: IssuedNonce, count: number, now: Millis): boolean {
    this.#forgetOne(now);
    const user = this.#users.get(username) ?? new UserNonces();
    let use = user.uses.find((known) => known.nonce.text === nonce.text);
    if (use === undefined) {
      if (nonce.ordinal <= user.floor) return false;
      use = new NonceUse(nonce);
      user.uses.push(use);
      if (user.uses.length > NONCES_PER_USER) dropOldest(user);
    }
    user.lastUsedAt = now;
    this.#users.delete(username);
    this.#users.set(username, user);
    return use.take(count);
  }

  /** Every success makes room for at most one, so two at a time keep up. */
  #forgetOne(now: Millis): void {
    let looked = 0;
    for (const [username, user] of this.#users) {
      // Its nonces were issued before it was last used, so all of them have expired.
      if (user.lastUsedAt + this.#lifetime > now || looked === 2) return;
      this.#users.delete(username);
      looked += 1;
    }
  }
}

function dropOldest(user: UserNonces): void {
  let oldest = 0;
  for (const [i, { nonce }] of user.uses.entries()) {
    if (nonce.ordinal < (user.uses[oldest]?.nonce.ordinal ?? 0)) oldest = i;
  }
  const [dropped] = user.uses.splice(oldest, 1);
  user.floor = Math.max(user.floor, dropped?.nonce.ordinal ?? 0);
}
