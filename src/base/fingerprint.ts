/**
 * Two hashes of the same texts, 32 bits each, that have nothing to do with each other: what has both in common is taken
 * for the same. By chance that is wrong once in 2**64 pairs; and who does not know the seed, which is drawn at random
 * (see `hashText`), cannot look for a pair. So a table need not keep the texts that name what is in it.
 *
 * There is one for many uses: `begin`, then what belongs to the key, part by part.
 */
export class Fingerprint {
  readonly #seed: number;
  hash = 0;
  check = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  begin(): this {
    this.hash = this.#seed;
    this.check = ~this.#seed;
    return this;
  }

  /** How long a text is counts as well, so that parts cannot run into each other. */
  text(text: string): this {
    let hash = this.hash ^ text.length;
    let check = Math.imul(this.check ^ text.length, 0xc2b2ae35);
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      // Each character goes through the whole of it, so that what is alike at the end is not near by.
      hash = Math.imul(hash ^ code, 0x5bd1e995);
      hash ^= hash >>> 15;
      check = Math.imul((check << 7) ^ (check >>> 25) ^ code, 0x85ebca6b);
    }
    this.hash = hash;
    this.check = check ^ (check >>> 16);
    return this;
  }

  /**
   * One text that ends with a number in base 32, alone: `hash` is that number, so that what is numbered one after another
   * lies side by side in a table.
   */
  numbered(text: string): this {
    let number = 0;
    let check = ~this.#seed;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      number = (number << 5) | ((code >= 0x61 ? code - 0x61 : code - 0x18) & 31);
      check = Math.imul((check << 7) ^ (check >>> 25) ^ code, 0x85ebca6b);
    }
    this.hash = number;
    this.check = check ^ (check >>> 16);
    return this;
  }

  /** Of 32 bits. */
  number(number: number): this {
    this.hash = Math.imul(this.hash ^ number, 0x5bd1e995);
    this.hash ^= this.hash >>> 15;
    this.check = Math.imul(this.check ^ number, 0x9e3779b1);
    this.check ^= this.check >>> 16;
    return this;
  }
}
