/** Slots at first; a power of two. */
const LEAST_SLOTS = 256;

/**
 * A map for texts that come from the network. A Map of V8 interns every text that it is asked for: it makes a copy
 * that lives in the old generation, for keys that mostly are not there. This one only compares.
 *
 * Open addressing with linear probing; at most half of the slots are taken, and what is deleted leaves no mark.
 * `seed` makes it unknown to strangers which texts fall into the same slot.
 */
export class TextMap<V> {
  readonly #seed: number;
  #keys: (string | undefined)[];
  #values: (V | undefined)[];
  #hashes: Int32Array;
  #mask: number;
  #size = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#mask = LEAST_SLOTS - 1;
    this.#keys = new Array<string | undefined>(LEAST_SLOTS).fill(undefined);
    this.#values = new Array<V | undefined>(LEAST_SLOTS).fill(undefined);
    this.#hashes = new Int32Array(LEAST_SLOTS);
  }

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    return this.#values[this.#slotOf(key, hashOf(key, this.#seed))];
  }

  set(key: string, value: V): void {
    const hash = hashOf(key, this.#seed);
    let slot = this.#slotOf(key, hash);
    if (this.#keys[slot] === undefined) {
      if (2 * (this.#size + 1) > this.#mask) {
        this.#grow();
        slot = this.#slotOf(key, hash);
      }
      this.#size += 1;
      this.#keys[slot] = key;
      this.#hashes[slot] = hash;
    }
    this.#values[slot] = value;
  }

  delete(key: string): boolean {
    let free = this.#slotOf(key, hashOf(key, this.#seed));
    if (this.#keys[free] === undefined) return false;
    this.#size -= 1;
    const mask = this.#mask;
    // Those behind move up, unless that would put them before the slot that is theirs.
    for (let slot = (free + 1) & mask; this.#keys[slot] !== undefined; slot = (slot + 1) & mask) {
      const hash = this.#hashes[slot] ?? 0;
      if (((slot - hash) & mask) < ((slot - free) & mask)) continue;
      this.#put(free, this.#keys[slot], this.#values[slot], hash);
      free = slot;
    }
    this.#put(free, undefined, undefined, 0);
    return true;
  }

  clear(): void {
    this.#keys.fill(undefined);
    this.#values.fill(undefined);
    this.#size = 0;
  }

  /** As they are now, in no order. */
  values(): V[] {
    const found: V[] = [];
    for (const value of this.#values) if (value !== undefined) found.push(value);
    return found;
  }

  /** Where `key` is, or where it would be put. */
  #slotOf(key: string, hash: number): number {
    const mask = this.#mask;
    let slot = hash & mask;
    for (;;) {
      const found = this.#keys[slot];
      if (found === undefined || (this.#hashes[slot] === hash && found === key)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #freeSlot(hash: number): number {
    let slot = hash & this.#mask;
    while (this.#keys[slot] !== undefined) slot = (slot + 1) & this.#mask;
    return slot;
  }

  #put(slot: number, key: string | undefined, value: V | undefined, hash: number): void {
    this.#keys[slot] = key;
    this.#values[slot] = value;
    this.#hashes[slot] = hash;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    const hashes = this.#hashes;
    const slots = 2 * keys.length;
    this.#mask = slots - 1;
    this.#keys = new Array<string | undefined>(slots).fill(undefined);
    this.#values = new Array<V | undefined>(slots).fill(undefined);
    this.#hashes = new Int32Array(slots);
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index];
      const hash = hashes[index] ?? 0;
      if (key !== undefined) this.#put(this.#freeSlot(hash), key, values[index], hash);
    }
  }
}

/** Of 32 bits. Each character goes through the whole of it, so that what is alike at the end is not near by. */
function hashOf(text: string, seed: number): number {
  let hash = seed ^ text.length;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  return hash;
}
