import type { Millis } from '../../base/clock.ts';

/** Something that falls due. The heap alone writes `heapIndex`, which is -1 outside of it. */
export interface Due {
  dueAt: Millis;
  heapIndex: number;
}

/** A binary heap that knows where each member is, so that one can be moved or taken out in O(log n). */
export class ExpiryHeap<T extends Due> {
  readonly #members: T[] = [];

  first(): T | undefined {
    return this.#members[0];
  }

  /** Puts `member` where its `dueAt` belongs, whether it is in the heap or not. */
  place(member: T): void {
    if (member.heapIndex === -1) {
      member.heapIndex = this.#members.length;
      this.#members.push(member);
    }
    this.#rise(member);
    this.#sink(member);
  }

  remove(member: T): void {
    const index = member.heapIndex;
    if (index === -1) return;
    member.heapIndex = -1;
    const last = this.#members.pop();
    if (last === undefined || last === member) return;
    this.#set(index, last);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(member: T): void {
    while (member.heapIndex > 0) {
      const index = member.heapIndex;
      const parent = this.#members[(index - 1) >> 1];
      if (parent === undefined || parent.dueAt <= member.dueAt) return;
      this.#set(parent.heapIndex, member);
      this.#set(index, parent);
    }
  }

  #sink(member: T): void {
    for (;;) {
      const index = member.heapIndex;
      const left = this.#members[2 * index + 1];
      const right = this.#members[2 * index + 2];
      const child = right !== undefined && left !== undefined && right.dueAt < left.dueAt ? right : left;
      if (child === undefined || child.dueAt >= member.dueAt) return;
      this.#set(child.heapIndex, member);
      this.#set(index, child);
    }
  }

  #set(index: number, member: T): void {
    this.#members[index] = member;
    member.heapIndex = index;
  }
}
