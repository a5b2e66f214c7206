/** Six bits each: base64url. */
const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'latin1');

/** So many characters the 128 bits give, without the last two. */
const MOST_CHARACTERS = 21;

const SIGN = -0x80000000;

/** Of these there are eight in the state: v0 to v3 as the paper names them, the low half of each first. */
const INITIAL: readonly number[] = [
  0x70736575, 0x736f6d65, 0x6e646f6d, 0x646f7261, 0x6e657261, 0x6c796765, 0x79746573, 0x74656462,
];

const LEAST_BYTES = 1_024;

/**
 * SipHash-2-4 with 128 bits of output (J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", 2012):
 * shows that only who has the key can have written a short text. Nothing else than that: it is no digest of what
 * is public, and no hash of passwords.
 *
 * A call needs three of these. SHA-256 of node:crypto is as good and as fast while it is hot, but at a low rate
 * each use brings much code into the caches of the processor, and costs as much as ten.
 *
 * JavaScript computes with 32 bits, so each word of 64 stands in two halves.
 */
export class KeyedHash {
  readonly #start = new Int32Array(INITIAL.length);
  readonly #out = new Int32Array(4);
  /** The hash as it is written, and behind it what it is compared with. */
  readonly #written = Buffer.alloc(2 * MOST_CHARACTERS);
  /** The text that is being hashed. */
  #bytes = Buffer.alloc(LEAST_BYTES);
  #words = viewOf(this.#bytes);
  #length = 0;

  /** `key`: 16 bytes. */
  constructor(key: Uint8Array) {
    const view = new DataView(key.buffer, key.byteOffset, 16);
    for (const [half, constant] of INITIAL.entries()) {
      this.#start[half] = constant ^ view.getInt32((half & 3) * 4, true);
    }
    // 128 bits of output begin apart from 64.
    this.#start[2] = (this.#start[2] ?? 0) ^ 0xee;
  }

  /** Puts `text` before what is signed or verified next, one byte for each character (latin1). */
  add(text: string): this {
    // With room for the zeros and the length that close it.
    if (this.#length + text.length + 8 > this.#bytes.length) this.#makeRoom(text.length);
    this.#length += this.#bytes.latin1Write(text, this.#length, text.length);
    return this;
  }

  /** The hash of what was added and `text`, as `length` characters of base64url, at most 21. */
  sign(text: string, length: number): string {
    this.add(text).#write();
    return this.#written.latin1Slice(0, length);
  }

  /**
   * True when mac[from, …) is how `sign` of what was added and `text` begins; takes a time that tells nothing of where
   * they differ.
   */
  verify(text: string, mac: string, from: number): boolean {
    this.add(text).#write();
    const written = this.#written;
    const length = mac.length - from;
    if (length > MOST_CHARACTERS) return false;
    written.latin1Write(mac.substring(from), MOST_CHARACTERS, length);
    let difference = 0;
    for (let i = 0; i < length; i += 1) difference |= (written[i] ?? 0) ^ (written[MOST_CHARACTERS + i] ?? 0);
    return difference === 0;
  }

  /** The hash of what was added, as characters. */
  #write(): void {
    const out = this.#hash();
    const written = this.#written;
    for (let i = 0, bit = 0; i < MOST_CHARACTERS; i += 1, bit += 6) {
      const word = bit >>> 5;
      const low = (out[word] ?? 0) >>> (bit & 31);
      const high = (bit & 31) > 26 ? (out[word + 1] ?? 0) << (32 - (bit & 31)) : 0;
      written[i] = ALPHABET[(low | high) & 63] ?? 0;
    }
  }

  #makeRoom(more: number): void {
    const bytes = Buffer.alloc(2 * (this.#bytes.length + more));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#words = viewOf(bytes);
  }

  /** The hash of what was added, after which nothing is. a to d are v0 to v3. */
  #hash(): Int32Array {
    const start = this.#start;
    const words = this.#words;
    const out = this.#out;
    const length = this.#length;
    this.#length = 0;
    const last = length - (length & 7);
    const bytes = this.#bytes;
    for (let i = length; i < last + 7; i += 1) bytes[i] = 0;
    bytes[last + 7] = length;
    let al = start[0] ?? 0;
    let ah = start[1] ?? 0;
    let bl = start[2] ?? 0;
    let bh = start[3] ?? 0;
    let cl = start[4] ?? 0;
    let ch = start[5] ?? 0;
    let dl = start[6] ?? 0;
    let dh = start[7] ?? 0;
    let swap = 0;
    // Behind the words come two steps that take up nothing: each gives a half of the output.
    for (let at = 0; at <= last + 16; at += 8) {
      const low = at <= last ? words.getInt32(at, true) : 0;
      const high = at <= last ? words.getInt32(at + 4, true) : 0;
      dl ^= low;
      dh ^= high;
      if (at === last + 8) cl ^= 0xee;
      else if (at === last + 16) bl ^= 0xdd;
      for (let rounds = at <= last ? 2 : 4; rounds > 0; rounds -= 1) {
        al = (al + bl) | 0;
        ah = (ah + bh + carry(al, bl)) | 0;
        swap = (bl << 13) | (bh >>> 19);
        bh = ((bh << 13) | (bl >>> 19)) ^ ah;
        bl = swap ^ al;
        swap = al;
        al = ah;
        ah = swap;
        cl = (cl + dl) | 0;
        ch = (ch + dh + carry(cl, dl)) | 0;
        swap = (dl << 16) | (dh >>> 16);
        dh = ((dh << 16) | (dl >>> 16)) ^ ch;
        dl = swap ^ cl;
        al = (al + dl) | 0;
        ah = (ah + dh + carry(al, dl)) | 0;
        swap = (dl << 21) | (dh >>> 11);
        dh = ((dh << 21) | (dl >>> 11)) ^ ah;
        dl = swap ^ al;
        cl = (cl + bl) | 0;
        ch = (ch + bh + carry(cl, bl)) | 0;
        swap = (bl << 17) | (bh >>> 15);
        bh = ((bh << 17) | (bl >>> 15)) ^ ch;
        bl = swap ^ cl;
        swap = cl;
        cl = ch;
        ch = swap;
      }
      al ^= low;
      ah ^= high;
      if (at <= last) continue;
      const half = at === last + 8 ? 0 : 2;
      out[half] = al ^ bl ^ cl ^ dl;
      out[half + 1] = ah ^ bh ^ ch ^ dh;
    }
    return out;
  }
}

/** 1 where adding `added` made `sum` run over: compared without sign, in 32 bits. */
function carry(sum: number, added: number): number {
  return (sum ^ SIGN) < (added ^ SIGN) ? 1 : 0;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
