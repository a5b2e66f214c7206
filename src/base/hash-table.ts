/** Slots at first; a power of two. */
const LEAST_SLOTS = 256;

/** While there are two arrays, each change brings at least so many slots of the old one into the new one. */
const MOVED_AT_ONCE = 32;

/**
 * A table of things that are found by texts from the network. A Map of V8 interns every text that it is asked for: it
 * makes a copy that lives in the old generation, for keys that mostly are not there. This one only compares; and the key
 * stands in the thing itself, so that it may have several parts.
 *
 * Open addressing with linear probing; at most half of the slots are taken, and what is deleted leaves no mark. It grows
 * and shrinks a little with each change: moving 100,000 things at once would hold up calls.
 */
export abstract class HashTable<K, V> {
  #values: (V | undefined)[] = emptySlots(LEAST_SLOTS);
  #hashes = new Int32Array(LEAST_SLOTS);
  #size = 0;
  /** What has not been moved yet, from which slot on, and until which one. */
  #oldValues: (V | undefined)[] = [];
  #oldHashes = new Int32Array(0);
  #oldFrom = 0;
  #oldUntil = 0;

  /** True when this is what `key` names. */
  protected abstract isNamed(value: V, key: K): boolean;

  get size(): number {
    return this.#size;
  }

  /** `hash`: of `key`, always the same for the same key. */
  get(key: K, hash: number): V | undefined {
    const mask = this.#hashes.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const value = this.#values[slot];
      if (value === undefined) break;
      if (this.#hashes[slot] === hash && this.isNamed(value, key)) return value;
    }
    return this.#oldValues.length === 0 ? undefined : this.#getOld(key, hash);
  }

  /** Its key must not be there yet. */
  add(value: V, hash: number): void {
    if (2 * (this.#size + 1) > this.#hashes.length) this.#resize(2 * this.#hashes.length);
    else if (this.#oldValues.length > 0) this.#moveSome();
    this.#size += 1;
    put(this.#values, this.#hashes, value, hash);
  }

  delete(value: V, hash: number): void {
    if (takeOut(this.#values, this.#hashes, value, hash)) this.#size -= 1;
    else if (this.#oldValues.length === 0) return;
    else if (takeOut(this.#oldValues, this.#oldHashes, value, hash)) this.#size -= 1;
    if (this.#oldValues.length > 0) this.#moveSome();
    else if (16 * this.#size < this.#hashes.length && this.#hashes.length > LEAST_SLOTS) {
      this.#resize(this.#hashes.length / 2);
    }
  }

  clear(): void {
    this.#values = emptySlots(LEAST_SLOTS);
    this.#hashes = new Int32Array(LEAST_SLOTS);
    this.#size = 0;
    this.#forgetOld();
  }

  /** As they are now, in no order. */
  values(): V[] {
    const found: V[] = [];
    for (const value of this.#values) if (value !== undefined) found.push(value);
    for (const value of this.#oldValues) if (value !== undefined) found.push(value);
    return found;
  }

  #getOld(key: K, hash: number): V | undefined {
    const mask = this.#oldHashes.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const value = this.#oldValues[slot];
      if (value === undefined) return undefined;
      if (this.#oldHashes[slot] === hash && this.isNamed(value, key)) return value;
    }
  }

  #resize(slots: number): void {
    while (this.#oldValues.length > 0) this.#moveSome();
    this.#oldValues = this.#values;
    this.#oldHashes = this.#hashes;
    this.#values = emptySlots(slots);
    this.#hashes = new Int32Array(slots);
    // Whatever stands before the first free slot may have been put there from the end: it is moved last.
    this.#oldFrom = 0;
    while (this.#oldValues[this.#oldFrom] !== undefined) this.#oldFrom += 1;
    this.#oldUntil = this.#oldFrom + this.#oldValues.length;
  }

  /** Ends behind a free slot, so that what is left is found as before. */
  #moveSome(): void {
    const mask = this.#oldValues.length - 1;
    const until = this.#oldUntil;
    let slot = this.#oldFrom;
    for (let moved = 0; slot < until; moved += 1, slot += 1) {
      const value = this.#oldValues[slot & mask];
      if (value !== undefined) {
        put(this.#values, this.#hashes, value, this.#oldHashes[slot & mask] ?? 0);
        this.#oldValues[slot & mask] = undefined;
      } else if (moved >= MOVED_AT_ONCE) break;
    }
    this.#oldFrom = slot;
    if (slot === until) this.#forgetOld();
  }

  #forgetOld(): void {
    this.#oldValues = [];
    this.#oldHashes = new Int32Array(0);
  }
}

function emptySlots<V>(count: number): (V | undefined)[] {
  return new Array<V | undefined>(count).fill(undefined);
}

function put<V>(values: (V | undefined)[], hashes: Int32Array, value: V, hash: number): void {
  const mask = hashes.length - 1;
  let slot = hash & mask;
  while (values[slot] !== undefined) slot = (slot + 1) & mask;
  values[slot] = value;
  hashes[slot] = hash;
}

function takeOut<V>(values: (V | undefined)[], hashes: Int32Array, value: V, hash: number): boolean {
  const mask = hashes.length - 1;
  let free = hash & mask;
  while (values[free] !== value) {
    if (values[free] === undefined) return false;
    free = (free + 1) & mask;
  }
  // Those behind move up, unless that would put them before the slot that is theirs.
  for (let slot = (free + 1) & mask; values[slot] !== undefined; slot = (slot + 1) & mask) {
    const theirs = hashes[slot] ?? 0;
    if (((slot - theirs) & mask) < ((slot - free) & mask)) continue;
    values[free] = values[slot];
    hashes[free] = theirs;
    free = slot;
  }
  values[free] = undefined;
  return true;
}

/**
 * A hash of 32 bits. Each character goes through the whole of it, so that what is alike at the end is not near by.
 * `seed`: drawn at random, so that strangers do not know which texts fall into the same slot; or the hash of what
 * stands before.
 */
export function hashText(text: string, seed: number): number {
  let hash = seed ^ text.length;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  return hash;
}
