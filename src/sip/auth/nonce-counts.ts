import type { Millis } from '../../base/clock.ts';
import { HashTable, hashText } from '../../base/hash-table.ts';
import { ownText } from '../../base/own-text.ts';

/** Nonces kept for each user: two PBXs that share credentials have one each, and now and then a new one. */
const NONCES_PER_USER = 8;

/** How far behind the highest a count may come in, once: datagrams overtake each other. */
const WINDOW = 32;

/** Which counts of one nonce have been used. */
class NonceUse {
  ordinal: number;
  #highest = 0;
  /** Bit i: the count `highest - i` has been used. */
  #used = 0;

  constructor(ordinal: number) {
    this.ordinal = ordinal;
  }

  /** Stands for another nonce from now on, of which no count has been used. */
  begin(ordinal: number): void {
    this.ordinal = ordinal;
    this.#highest = 0;
    this.#used = 0;
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
  readonly hash: number;
  readonly uses: NonceUse[] = [];
  /** Nonces up to this ordinal that are not in `uses` may have been used before. */
  floor = 0;
  lastUsedAt: Millis = 0;
  /** Who was used before and after this one. */
  before: UserNonces | undefined = undefined;
  after: UserNonces | undefined = undefined;

  constructor(username: string, hash: number) {
    this.username = ownText(username);
    this.hash = hash;
  }
}

class UsersByName extends HashTable<string, UserNonces> {
  protected isNamed(user: UserNonces, username: string): boolean {
    return user.username === username;
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
  readonly #seed: number;
  readonly #users = new UsersByName();
  /** The ends of the list in the order of last use. */
  #first: UserNonces | undefined = undefined;
  #last: UserNonces | undefined = undefined;

  /** `lifetime`: how long a nonce is valid; nothing about a user is kept for longer. `seed`: see `hashText`. */
  constructor(lifetime: Millis, seed = 0) {
    this.#lifetime = lifetime;
    this.#seed = seed;
  }

  /** How many users are remembered. */
  get users(): number {
    return this.#users.size;
  }

  /** `nonce`: its ordinal. False: this count of this nonce was used before, or might have been. */
  take(username: string, nonce: number, count: number, now: Millis): boolean {
    this.#forgetOne(now);
    const hash = hashText(username, this.#seed);
    const user = this.#users.get(username, hash) ?? new UserNonces(username, hash);
    const use = useOf(user, nonce) ?? newUse(user, nonce);
    if (use === undefined) return false;
    this.#used(user, now);
    return use.take(count);
  }

  #used(user: UserNonces, now: Millis): void {
    user.lastUsedAt = now;
    if (user === this.#last) return;
    // The last one, which alone has none after it, is none of those that are known.
    if (user.after === undefined) this.#users.add(user, user.hash);
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
      this.#users.delete(user, user.hash);
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
  for (let i = 0; i < uses.length; i += 1) {
    const use = uses[i];
    if (use?.ordinal === nonce) return use;
  }
  return undefined;
}

/** Of a nonce that is not among them; undefined where it may have been used before. The oldest gives way to it. */
function newUse(user: UserNonces, nonce: number): NonceUse | undefined {
  if (nonce <= user.floor) return undefined;
  const { uses } = user;
  if (uses.length < NONCES_PER_USER) {
    const use = new NonceUse(nonce);
    uses.push(use);
    return use;
  }
  let oldest = new NonceUse(nonce);
  for (let i = 0; i < uses.length; i += 1) {
    const use = uses[i];
    if (use !== undefined && use.ordinal < oldest.ordinal) oldest = use;
  }
  user.floor = Math.max(user.floor, oldest.ordinal);
  if (oldest.ordinal !== nonce) oldest.begin(nonce);
  return oldest;
}
