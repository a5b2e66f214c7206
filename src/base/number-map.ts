/** Slots of a part at first; a power of two. */
const LEAST_SLOTS = 8;
const PARTS = 1_024;

/** One table with open addressing and linear probing, at most two thirds full; what is deleted leaves no mark. */
class Part<V> {
  size = 0;
  #keys = new Float64Array(LEAST_SLOTS);
  #values: (V | undefined)[] = new Array<V | undefined>(LEAST_SLOTS).fill(undefined);
  #mask = LEAST_SLOTS - 1;

  get(key: number, hash: number): V | undefined {
    return this.#values[this.#slotOf(key, hash)];
  }

  set(key: number, hash: number, value: V): void {
    let slot = this.#slotOf(key, hash);
    if (this.#keys[slot] !== key) {
      if (3 * (this.size + 1) > 2 * this.#mask) {
        this.#grow();
        slot = this.#slotOf(key, hash);
      }
      this.size += 1;
      this.#keys[slot] = key;
    }
    this.#values[slot] = value;
  }

  delete(key: number, hash: number): void {
    let free = this.#slotOf(key, hash);
    if (this.#keys[free] !== key) return;
    this.size -= 1;
    const mask = this.#mask;
    // Those behind move up, unless that would put them before the slot that is theirs.
    for (let slot = (free + 1) & mask; this.#keys[slot] !== 0; slot = (slot + 1) & mask) {
      const moved = this.#keys[slot] ?? 0;
      if (((slot - hashOf(moved)) & mask) < ((slot - free) & mask)) continue;
      this.#keys[free] = moved;
      this.#values[free] = this.#values[slot];
      free = slot;
    }
    this.#keys[free] = 0;
    this.#values[free] = undefined;
  }

  /** Where `key` is, or where it would be put. */
  #slotOf(key: number, hash: number): number {
    let slot = hash & this.#mask;
    for (let found = this.#keys[slot]; found !== key && found !== 0; found = this.#keys[slot]) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#mask = 2 * keys.length - 1;
    this.#keys = new Float64Array(2 * keys.length);
    this.#values = new Array<V | undefined>(2 * keys.length).fill(undefined);
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] ?? 0;
      if (key === 0) continue;
      const slot = this.#slotOf(key, hashOf(key));
      this.#keys[slot] = key;
      this.#values[slot] = values[index];
    }
  }
}

/**
 * A map from whole numbers above 0, for a million of them: a Map of V8 keeps an object for each number, and stops the
 * thread for a tenth of a second when it grows. This one is in many parts, each of which grows by itself.
 */
export class NumberMap<V> {
  readonly #parts: (Part<V> | undefined)[] = new Array<Part<V> | undefined>(PARTS).fill(undefined);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: number): V | undefined {
    const hash = hashOf(key);
    return this.#parts[hash >>> 22]?.get(key, hash);
  }

  set(key: number, value: V): void {
    if (!(Number.isSafeInteger(key) && key > 0)) throw new RangeError(`${key} cannot be a key`);
    const hash = hashOf(key);
    let part = this.#parts[hash >>> 22];
    if (part === undefined) {
      part = new Part();
      this.#parts[hash >>> 22] = part;
    }
    this.#size -= part.size;
    part.set(key, hash, value);
    this.#size += part.size;
  }

  delete(key: number): void {
    const hash = hashOf(key);
    const part = this.#parts[hash >>> 22];
    if (part === undefined) return;
    this.#size -= part.size;
    part.delete(key, hash);
    this.#size += part.size;
  }
}

/** Of 32 bits: the upper ones name the part, the lower ones the slot. Neighbouring numbers lie far apart. */
function hashOf(key: number): number {
  const upper = Math.floor(key / 2 ** 32);
  let hash = Math.imul((key - upper * 2 ** 32) ^ Math.imul(upper, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
