import type { Millis } from '../../src/base/clock.ts';

interface Entry {
  readonly at: Millis;
  readonly order: number;
  readonly run: (now: Millis) => void;
}

/** What is to happen in virtual time, the earliest first; what is due together happens in the order it was set. */
export class Schedule {
  readonly #heap: Entry[] = [];
  #order = 0;

  get next(): Millis | undefined {
    return this.#heap[0]?.at;
  }

  add(at: Millis, run: (now: Millis) => void): void {
    this.#order += 1;
    const heap = this.#heap;
    heap.push({ at, order: this.#order, run });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfEarlier(child, parent)) return;
      child = parent;
    }
  }

  /** Runs the earliest entry. */
  step(): void {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return;
    if (heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    first.run(first.at);
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let earliest = left;
      if (right < this.#heap.length && this.#earlier(right, left)) earliest = right;
      if (earliest >= this.#heap.length || !this.#swapIfEarlier(earliest, parent)) return;
      parent = earliest;
    }
  }

  #earlier(a: number, b: number): boolean {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    if (left === undefined || right === undefined) return false;
    return left.at < right.at || (left.at === right.at && left.order < right.order);
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const [low, high] = [this.#heap[child], this.#heap[parent]];
    if (low === undefined || high === undefined || !this.#earlier(child, parent)) return false;
    this.#heap[child] = high;
    this.#heap[parent] = low;
    return true;
  }
}
