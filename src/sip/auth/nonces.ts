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
  /** The second of the nonce before, and how all of that second begin. */
  #second = Number.NaN;
  #prefix = '';

  /** `secret`: drawn anew at each start, so that nonces of an earlier life are stale. */
  constructor(secret: string, lifetime: Millis) {
    this.#hash = new KeyedHash(hash('sha256', `nonces\n${secret}`, 'buffer').subarray(0, 16));
    this.#lifetime = lifetime;
  }

  /** `peer`: the address that the challenge goes to. */
  issue(peer: string, now: Millis): string {
    this.#ordinal += 1;
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#prefix = `${second.toString(36)}.`;
    }
    const stem = this.#prefix + this.#ordinal.toString(36);
    return `${stem}.${this.#hash.add(stem).add('\n').sign(peer, MAC_LENGTH)}`;
  }

  /**
   * The ordinal of the nonce `text`, when we issued it to `peer` and it has not expired. Each nonce has its own, which
   * rises from one to the next.
   */
  recognise(text: string, peer: string, now: Millis): number | undefined {
    const end = text.length - MAC_LENGTH - 1;
    if (end < 0 || text.charCodeAt(end) !== 0x2e) return undefined;
    const dot = text.indexOf('.');
    const second = number36(text, 0, dot);
    const ordinal = number36(text, dot + 1, end);
    if (second === -1 || ordinal === -1) return undefined;
    if (second * 1000 + this.#lifetime <= now) return undefined;
    return this.#hash
      .add(text.substring(0, end))
      .add('\n')
      .verify(peer, text, end + 1)
      ? ordinal
      : undefined;
  }
}

/** Compares in a time that tells nothing of where they differ. */
export function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** The number that toString(36) writes as text[start, end); -1 for what it does not write. */
function number36(text: string, start: number, end: number): number {
  const length = end - start;
  // Ten digits are never too many for an integer.
  if (length <= 0 || length > 10 || (length > 1 && text.charCodeAt(start) === 0x30)) return -1;
  let value = 0;
  for (let p = start; p < end; p += 1) {
    const code = text.charCodeAt(p);
    if (code >= 0x30 && code <= 0x39) value = value * 36 + (code - 0x30);
    else if (code >= 0x61 && code <= 0x7a) value = value * 36 + (code - 0x57);
    else return -1;
  }
  return value;
}
