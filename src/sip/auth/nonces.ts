import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Millis } from '../../base/clock.ts';

/** A nonce of ours that came back. */
export interface IssuedNonce {
  readonly text: string;
  /** Rises from nonce to nonce. */
  readonly ordinal: number;
}

/**
 * Issues nonces and knows them again without keeping any: `seconds.mac.ordinal`. The mac says that the time
 * is ours, and is computed once a second. The ordinal makes each nonce different; it needs no mac, because
 * the response covers it.
 */
export class Nonces {
  readonly #secret: string;
  readonly #lifetime: Millis;
  #second = -1;
  #prefix = '';
  #ordinal = 0;

  /** `secret`: drawn anew at each start, so that nonces of an earlier life are stale. */
  constructor(secret: string, lifetime: Millis) {
    this.#secret = secret;
    this.#lifetime = lifetime;
  }

  issue(now: Millis): string {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#prefix = this.#prefixOf(second);
    }
    this.#ordinal += 1;
    return this.#prefix + this.#ordinal.toString(36);
  }

  /** The nonce `text`, when we issued it and it has not expired. */
  recognise(text: string, now: Millis): IssuedNonce | undefined {
    const end = text.lastIndexOf('.') + 1;
    const second = number36(text.substring(0, text.indexOf('.')));
    const ordinal = number36(text.substring(end));
    if (second === undefined || ordinal === undefined) return undefined;
    if (second * 1000 + this.#lifetime <= now) return undefined;
    const prefix = second === this.#second ? this.#prefix : this.#prefixOf(second);
    return sameText(text.substring(0, end), prefix) ? { text, ordinal } : undefined;
  }

  #prefixOf(second: number): string {
    const time = second.toString(36);
    const mac = createHmac('sha256', this.#secret).update(time).digest('base64url');
    return `${time}.${mac.substring(0, 22)}.`;
  }
}

/** Compares in a time that tells nothing of where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a, 'latin1');
  const right = Buffer.from(b, 'latin1');
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Undefined for what toString(36) does not write. */
function number36(text: string): number | undefined {
  if (text.length === 0 || text.length > 10) return undefined;
  const value = Number.parseInt(text, 36);
  return Number.isSafeInteger(value) && value.toString(36) === text ? value : undefined;
}
