import { randomFillSync } from 'node:crypto';
import type { Random } from '../base/random.ts';

/** 64 characters that RFC 3261 25.1 allows in a token, so that one byte makes one without bias. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Randomness of the operating system, drawn in pools because a call for each token would cost a system call. */
export class RealRandom implements Random {
  readonly #pool = Buffer.alloc(4096);
  #used = this.#pool.length;

  token(length: number): string {
    let text = '';
    for (let i = 0; i < length; i += 1) text += ALPHABET.charAt(this.#byte() & 63);
    return text;
  }

  fraction(): number {
    let whole = 0;
    for (let i = 0; i < 4; i += 1) whole = whole * 256 + this.#byte();
    return whole / 2 ** 32;
  }

  #byte(): number {
    if (this.#used === this.#pool.length) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const byte = this.#pool[this.#used] ?? 0;
    // A token may be a secret for a long time: it must not be readable from the pool afterwards.
    this.#pool[this.#used] = 0;
    this.#used += 1;
    return byte;
  }
}
