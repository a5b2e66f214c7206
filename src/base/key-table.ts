/** Slots at first; a power of two. */
const LEAST_SLOTS = 256;

/** While there are two tables, each change brings at least so many slots of the old one into the new one. */
const MOVED_AT_ONCE = 32;

/** Slots of one size: a key is two numbers, side by side; both are 0 where nothing is. */
class Slots<V> {
  readonly keys: Int32Array;
  readonly values: (V | undefined)[];
  readonly mask: number;

  constructor(count: number) {
    this.keys = new Int32Array(2 * count);
    this.values = new Array<V | undefined>(count).fill(undefined);
    this.mask = count - 1;
  }

  isFree(slot: number): boolean {
    return this.keys[2 * slot] === 0 && this.keys[2 * slot + 1] === 0;
  }

  /** -1 where the key is not there. */
  find(hash: number, check: number): number {
    const { keys, mask } = this;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const first = keys[2 * slot];
      const second = keys[2 * slot + 1];
      if (first === hash && second === check) return slot;
      if (first === 0 && second === 0) return -1;
    }
  }

  put(value: V | undefined, hash: number, check: number): void {
    let slot = hash & this.mask;
    while (!this.isFree(slot)) slot = (slot + 1) & this.mask;
    this.keys[2 * slot] = hash;
    this.keys[2 * slot + 1] = check;
    this.values[slot] = value;
  }

  clear(slot: number): void {
    this.keys[2 * slot] = 0;
    this.keys[2 * slot + 1] = 0;
    this.values[slot] = undefined;
  }

  takeOut(slot: number): void {
    const { keys, mask, values } = this;
    let free = slot;
    // Those behind move up, unless that would put them before the slot that is theirs.
    for (let behind = (free + 1) & mask; !this.isFree(behind); behind = (behind + 1) & mask) {
      const theirs = keys[2 * behind] ?? 0;
      if (((behind - theirs) & mask) < ((behind - free) & mask)) continue;
      keys[2 * free] = theirs;
      keys[2 * free + 1] = keys[2 * behind + 1] ?? 0;
      values[free] = values[behind];
      free = behind;
    }
    this.clear(free);
  }
}

/**
 * A table of things that are found by a key of two 32-bit numbers. What is looked for is mostly not there, and to see
 * that no thing is touched: only the numbers, which stand side by side.
 *
 * Open addressing with linear probing; at most half of the slots are taken, and what is deleted leaves no mark. It grows
 * and shrinks a little with each change: moving 100,000 things at once would hold up calls.
 */
export class KeyTable<V> {
  #slots = new Slots<V>(LEAST_SLOTS);
  /** What has not been moved yet, and from which slot on until which one. */
  #old: Slots<V> | undefined = undefined;
  #oldFrom = 0;
  #oldUntil = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(hash: number, check: number): V | undefined {
    const sure = checkOf(hash, check);
    const slot = this.#slots.find(hash, sure);
    if (slot !== -1) return this.#slots.values[slot];
    const old = this.#old;
    if (old === undefined) return undefined;
    const oldSlot = old.find(hash, sure);
    return oldSlot === -1 ? undefined : old.values[oldSlot];
  }

  /** Its key must not be there yet. */
  add(value: V, hash: number, check: number): void {
    if (2 * (this.#size + 1) > this.#slots.mask) this.#resize(2 * (this.#slots.mask + 1));
    else if (this.#old !== undefined) this.#moveSome(this.#old);
    this.#size += 1;
    this.#slots.put(value, hash, checkOf(hash, check));
  }

  /** What is not there cannot be deleted, and need not. */
  delete(hash: number, check: number): void {
    const old = this.#old;
    if (!this.#takeOut(this.#slots, hash, check) && old !== undefined) this.#takeOut(old, hash, check);
    const slots = this.#slots.mask + 1;
    if (old !== undefined) this.#moveSome(old);
    else if (slots > LEAST_SLOTS && 16 * this.#size < slots) this.#resize(slots / 2);
  }

  /** As they are now, in no order. */
  values(): V[] {
    const found: V[] = [];
    for (const value of this.#slots.values) if (value !== undefined) found.push(value);
    for (const value of this.#old?.values ?? []) if (value !== undefined) found.push(value);
    return found;
  }

  #takeOut(slots: Slots<V>, hash: number, check: number): boolean {
    const slot = slots.find(hash, checkOf(hash, check));
    if (slot === -1) return false;
    slots.takeOut(slot);
    this.#size -= 1;
    return true;
  }

  #resize(count: number): void {
    while (this.#old !== undefined) this.#moveSome(this.#old);
    const old = this.#slots;
    this.#old = old;
    this.#slots = new Slots<V>(count);
    // Whatever stands before the first free slot may have been put there from the end: it is moved last.
    this.#oldFrom = 0;
    while (!old.isFree(this.#oldFrom)) this.#oldFrom += 1;
    this.#oldUntil = this.#oldFrom + old.mask + 1;
  }

  /** Ends behind a free slot, so that what is left is found as before. */
  #moveSome(old: Slots<V>): void {
    const { mask } = old;
    const until = this.#oldUntil;
    let from = this.#oldFrom;
    for (let moved = 0; from < until; moved += 1, from += 1) {
      const slot = from & mask;
      if (!old.isFree(slot)) {
        this.#slots.put(old.values[slot], old.keys[2 * slot] ?? 0, old.keys[2 * slot + 1] ?? 0);
        old.clear(slot);
      } else if (moved >= MOVED_AT_ONCE) break;
    }
    this.#oldFrom = from;
    if (from === until) this.#old = undefined;
  }
}

/** Two zeros are no key. */
function checkOf(hash: number, check: number): number {
  return hash === 0 && check === 0 ? 1 : check;
}
