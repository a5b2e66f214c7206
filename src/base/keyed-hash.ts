/** Six bits each: base64url. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const SIGN = -0x80000000;

/** The state: v0 to v3 as the paper names them, the low half of each first. */
const WORDS = 8;

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
  readonly #start = new Int32Array(WORDS);
  readonly #state = new Int32Array(WORDS);
  readonly #out = new Int32Array(4);

  /** `key`: 16 bytes. */
  constructor(key: Uint8Array) {
    const view = new DataView(key.buffer, key.byteOffset, 16);
    const initial = [
      0x70736575, 0x736f6d65, 0x6e646f6d, 0x646f7261, 0x6e657261, 0x6c796765, 0x79746573, 0x74656462,
    ];
    for (const [half, constant] of initial.entries()) {
      this.#start[half] = constant ^ view.getInt32((half & 3) * 4, true);
    }
    // 128 bits of output begin apart from 64.
    this.#start[2] = (this.#start[2] ?? 0) ^ 0xee;
  }

  /** The hash of `text`, one byte for each character (latin1), as `length` characters of base64url, at most 21. */
  sign(text: string, length: number): string {
    const out = this.#hash(text);
    let mac = '';
    for (let i = 0; i < length; i += 1) mac += ALPHABET.charAt(sixBits(out, i));
    return mac;
  }

  /** True when mac[from, …) is how `sign` begins; takes a time that tells nothing of where they differ. */
  verify(text: string, mac: string, from: number): boolean {
    const out = this.#hash(text);
    let difference = 0;
    for (let i = from; i < mac.length; i += 1) {
      difference |= mac.charCodeAt(i) ^ ALPHABET.charCodeAt(sixBits(out, i - from));
    }
    return difference === 0;
  }

  #hash(text: string): Int32Array {
    const state = this.#state;
    state.set(this.#start);
    const { length } = text;
    const whole = length - (length & 7);
    for (let at = 0; at < whole; at += 8)
      absorb(state, fourBytes(text, at, length), fourBytes(text, at + 4, length));
    absorb(state, fourBytes(text, whole, length), fourBytes(text, whole + 4, length) | (length << 24));
    const out = this.#out;
    state[4] = (state[4] ?? 0) ^ 0xee;
    rounds(state, 4);
    collect(state, out, 0);
    state[2] = (state[2] ?? 0) ^ 0xdd;
    rounds(state, 4);
    collect(state, out, 2);
    return out;
  }
}

/** Little-endian; zero behind the end. */
function fourBytes(text: string, at: number, end: number): number {
  let word = 0;
  for (let i = Math.min(3, end - at - 1); i >= 0; i -= 1)
    word = (word << 8) | (text.charCodeAt(at + i) & 0xff);
  return word;
}

function absorb(state: Int32Array, low: number, high: number): void {
  state[6] = (state[6] ?? 0) ^ low;
  state[7] = (state[7] ?? 0) ^ high;
  rounds(state, 2);
  state[0] = (state[0] ?? 0) ^ low;
  state[1] = (state[1] ?? 0) ^ high;
}

function collect(state: Int32Array, out: Int32Array, at: number): void {
  for (let half = 0; half < 2; half += 1) {
    out[at + half] =
      (state[half] ?? 0) ^ (state[half + 2] ?? 0) ^ (state[half + 4] ?? 0) ^ (state[half + 6] ?? 0);
  }
}

/** SipRound, `count` times. a to d are v0 to v3; an addition of 64 bits carries from the low half. */
function rounds(state: Int32Array, count: number): void {
  let al = state[0] ?? 0;
  let ah = state[1] ?? 0;
  let bl = state[2] ?? 0;
  let bh = state[3] ?? 0;
  let cl = state[4] ?? 0;
  let ch = state[5] ?? 0;
  let dl = state[6] ?? 0;
  let dh = state[7] ?? 0;
  let swap = 0;
  for (let round = 0; round < count; round += 1) {
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
  state[0] = al;
  state[1] = ah;
  state[2] = bl;
  state[3] = bh;
  state[4] = cl;
  state[5] = ch;
  state[6] = dl;
  state[7] = dh;
}

/** 1 where adding `added` made `sum` run over: compared without sign, in 32 bits. */
function carry(sum: number, added: number): number {
  return (sum ^ SIGN) < (added ^ SIGN) ? 1 : 0;
}

/** The six bits number `index`. */
function sixBits(out: Int32Array, index: number): number {
  const bit = index * 6;
  const word = bit >>> 5;
  const low = (out[word] ?? 0) >>> (bit & 31);
  const high = (bit & 31) > 26 ? (out[word + 1] ?? 0) << (32 - (bit & 31)) : 0;
  return (low | high) & 63;
}
