import type { Millis } from '../../base/clock.ts';

/** Something that falls due. The heap alone writes `heapIndex`, which is -1 outside of it. */
export interface Due {
  dueAt: Millis;
  heapIndex: number;
}

/**
 * A binary heap that knows where each member is, so that one can be moved or taken out in O(log n). One that is due
 * later than before stays where it is until it is the first: it costs nothing to put it off again and again, as each
 * refresh of a binding does.
 */
export class ExpiryHeap<T extends Due> {
  readonly #members: T[] = [];
  /** By when each of them has its place: never later than it is due. */
  readonly #times: Millis[] = [];

  /** The one that is due first. */
  first(): T | undefined {
    for (;;) {
      const member = this.#members[0];
      if (member === undefined || member.dueAt === this.#times[0]) return member;
      this.#sink(member, member.dueAt, 0);
    }
  }

  /** Takes `member` in, or notes that its `dueAt` has changed. */
  place(member: T): void {
    const { dueAt, heapIndex } = member;
    if (heapIndex === -1) {
      this.#members.push(member);
      this.#times.push(dueAt);
      this.#rise(member, dueAt, this.#members.length - 1);
    } else if (dueAt < (this.#times[heapIndex] ?? 0)) {
      this.#rise(member, dueAt, heapIndex);
    }
  }

  remove(member: T): void {
    const index = member.heapIndex;
    if (index === -1) return;
    member.heapIndex = -1;
    const last = this.#members.pop();
    const time = this.#times.pop();
    if (last === undefined || time === undefined || last === member) return;
    this.#rise(last, time, index);
    this.#sink(last, time, last.heapIndex);
  }

  /** Puts `member` at `from` or, as long as its time is before its parent's, higher. */
  #rise(member: T, time: Millis, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#members[above];
      const parentTime = this.#times[above] ?? 0;
      if (parent === undefined || parentTime <= time) break;
      this.#set(index, parent, parentTime);
      index = above;
    }
    this.#set(index, member, time);
  }

  /** Puts `member` at `from` or, as long as a child's time is before its own, lower. */
  #sink(member: T, time: Millis, from: number): void {
    const times = this.#times;
    let index = from;
    for (let below = 2 * index + 1; below < times.length; below = 2 * index + 1) {
      if (below + 1 < times.length && (times[below + 1] ?? 0) < (times[below] ?? 0)) below += 1;
      const child = this.#members[below];
      const childTime = times[below] ?? 0;
      if (child === undefined || childTime >= time) break;
      this.#set(index, child, childTime);
      index = below;
    }
    this.#set(index, member, time);
  }

  #set(index: number, member: T, time: Millis): void {
    this.#members[index] = member;
    this.#times[index] = time;
    member.heapIndex = index;
  }
}
