import { hash } from 'node:crypto';
import type { Millis } from '../../base/clock.ts';
import { KeyedHash } from '../../base/keyed-hash.ts';

/** 126 bits. */
const MAC_LENGTH = 21;

/**
 * Issues nonces and knows them again without keeping any: `seconds.ordinal.mac`. The mac says that it was us
 * who gave it to this peer at that time, so nobody can use one that was sent to somebody else.
 */
export class Nonces {
  readonly #hash: KeyedHash;
  readonly #lifetime: Millis;
  #ordinal = 0;

  /** `secret`: drawn anew at each start, so that nonces of an earlier life are stale. */
  constructor(secret: string, lifetime: Millis) {
    this.#hash = new KeyedHash(hash('sha256', `nonces\n${secret}`, 'buffer').subarray(0, 16));
    this.#lifetime = lifetime;
  }

  /** `peer`: the address that the challenge goes to. */
  issue(peer: string, now: Millis): string {
    this.#ordinal += 1;
    const stem = `${Math.floor(now / 1000).toString(36)}.${this.#ordinal.toString(36)}`;
    return `${stem}.${this.#hash.sign(`${stem}\n${peer}`, MAC_LENGTH)}`;
  }

  /**
   * The ordinal of the nonce `text`, when we issued it to `peer` and it has not expired. Each nonce has its own, which
   * rises from one to the next.
   */
  recognise(text: string, peer: string, now: Millis): number | undefined {
    const end = text.length - MAC_LENGTH - 1;
    if (end < 0 || text.charCodeAt(end) !== 0x2e) return undefined;
    const stem = text.substring(0, end);
    const dot = stem.indexOf('.');
    const second = number36(stem.substring(0, Math.max(dot, 0)));
    const ordinal = number36(stem.substring(dot + 1));
    if (second === undefined || ordinal === undefined) return undefined;
    if (second * 1000 + this.#lifetime <= now) return undefined;
    return this.#hash.verify(`${stem}\n${peer}`, text, end + 1) ? ordinal : undefined;
  }
}

/** Compares in a time that tells nothing of where they differ. */
export function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** Undefined for what toString(36) does not write. */
function number36(text: string): number | undefined {
  if (text.length === 0 || text.length > 10) return undefined;
  const value = Number.parseInt(text, 36);
  return Number.isSafeInteger(value) && value.toString(36) === text ? value : undefined;
}
