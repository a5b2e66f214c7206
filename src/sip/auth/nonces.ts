import { hash } from 'node:crypto';
import type { Millis } from '../../base/clock.ts';

/** A nonce of ours that came back. */
export interface IssuedNonce {
  readonly text: string;
  /** Rises from nonce to nonce. */
  readonly ordinal: number;
}

/**
 * Issues nonces and knows them again without keeping any: `seconds.ordinal.mac`. The mac says that it was us
 * who gave it to this peer at that time, so nobody can use one that was sent to somebody else.
 */
export class Nonces {
  readonly #secret: string;
  readonly #lifetime: Millis;
  #ordinal = 0;

  /** `secret`: drawn anew at each start, so that nonces of an earlier life are stale. */
  constructor(secret: string, lifetime: Millis) {
    this.#secret = secret;
    this.#lifetime = lifetime;
  }

  /** `peer`: the address that the challenge goes to. */
  issue(peer: string, now: Millis): string {
    this.#ordinal += 1;
    const stem = `${Math.floor(now / 1000).toString(36)}.${this.#ordinal.toString(36)}`;
    return `${stem}.${this.#mac(stem, peer)}`;
  }

  /** The nonce `text`, when we issued it to `peer` and it has not expired. */
  recognise(text: string, peer: string, now: Millis): IssuedNonce | undefined {
    const end = text.lastIndexOf('.');
    const stem = text.substring(0, Math.max(end, 0));
    const dot = stem.indexOf('.');
    const second = number36(stem.substring(0, Math.max(dot, 0)));
    const ordinal = number36(stem.substring(dot + 1));
    if (second === undefined || ordinal === undefined) return undefined;
    if (second * 1000 + this.#lifetime <= now) return undefined;
    return sameText(text.substring(end + 1), this.#mac(stem, peer)) ? { text, ordinal } : undefined;
  }

  /** Keyed by prefix and cut to 132 bits: what is cut off denies an attacker the state to extend. */
  #mac(stem: string, peer: string): string {
    return hash('sha256', `${this.#secret}\n${stem}\n${peer}`, 'base64url').substring(0, 22);
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
