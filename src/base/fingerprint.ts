/** More than two datagrams: no key has so much text. */
const ROOM = 2 ** 17;

/** What is hashed, one octet for each character, as it stands in a message (latin1). */
const octets = Buffer.alloc(ROOM + 8);

const LF = 0x0a;

/**
 * Hashes of the same texts that have nothing to do with each other, 32 bits each: what has two of them in common is taken
 * for the same. By chance that is wrong once in 2**64 pairs; and who does not know the seed, which is drawn at random,
 * cannot look for a pair. So a table need not keep the texts that name what is in it.
 *
 * There is one for many uses: `begin`, then what belongs to the key, part by part, then `end` or `numbered`. The texts
 * are written down first and read as octets, because a loop over the characters of a string is thirty times the machine
 * code.
 */
export class Fingerprint {
  readonly #seed: number;
  #length = 0;
  hash = 0;
  check = 0;
  /** A third one, for where `hash` is no hash. */
  proof = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  begin(): this {
    this.#length = 0;
    return this;
  }

  /** A part, which has no line end in it: that closes it, so that parts cannot run into each other. */
  text(text: string): this {
    const from = this.#length;
    if (from > ROOM) return this;
    const end = from + octets.latin1Write(text, from, ROOM - from);
    octets[end] = LF;
    this.#length = end + 1;
    return this;
  }

  /** Of 32 bits. */
  number(number: number): this {
    const from = this.#length;
    if (from > ROOM) return this;
    octets[from] = number;
    octets[from + 1] = number >>> 8;
    octets[from + 2] = number >>> 16;
    octets[from + 3] = number >>> 24;
    this.#length = from + 4;
    return this;
  }

  /** Makes `hash` and `check` those of all parts. */
  end(): this {
    const length = this.#length;
    let hash = this.#seed ^ length;
    let check = ~this.#seed;
    for (let i = 0; i < length; i += 1) {
      const octet = octets[i] ?? 0;
      // Each goes through the whole of it, so that what is alike at the end is not near by.
      hash = Math.imul(hash ^ octet, 0x5bd1e995);
      hash ^= hash >>> 15;
      check = Math.imul((check << 7) ^ (check >>> 25) ^ octet, 0x85ebca6b);
    }
    this.hash = hash;
    this.check = check ^ (check >>> 16);
    return this;
  }

  /**
   * Of one text alone, which ends with a number in base 32: `hash` is that number, so that what is numbered one after
   * another lies side by side in a table, and `proof` stands for it.
   */
  numbered(text: string): this {
    this.begin().text(text).end();
    const end = this.#length - 1;
    let number = 0;
    for (let i = end < 7 ? 0 : end - 7; i < end; i += 1) {
      const octet = octets[i] ?? 0;
      number = (number << 5) | ((octet >= 0x61 ? octet - 0x61 : octet - 0x18) & 31);
    }
    this.proof = this.hash;
    this.hash = number;
    return this;
  }
}
