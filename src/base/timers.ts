import type { Millis } from './clock.ts';

/** Something that a timer belongs to. `kind` tells its owner's timers apart ('A', 'B', 'noResponse', …). */
export interface TimerOwner<K> {
  timerFired(kind: K, now: Millis): void;
}

/** One timer, owned by whoever made it and reused for as long as the owner lives. */
export class Timer<K = unknown> {
  readonly owner: TimerOwner<K>;
  readonly kind: K;
  /** Set by Timers alone. */
  deadline: Millis = 0;
  order = 0;
  /** Where it stands in the heap, -1 while it is not running. */
  place = -1;

  constructor(owner: TimerOwner<K>, kind: K) {
    this.owner = owner;
    this.kind = kind;
  }

  get running(): boolean {
    return this.place !== -1;
  }

  fire(now: Millis): void {
    this.owner.timerFired(this.kind, now);
  }
}

/**
 * The timers of one edge, as data: nothing runs by itself, the host calls `advance` when `nextDeadline` has
 * come. A binary heap, because time limits come from settings, budgets and what is left of them: there is no
 * bound on how many distinct durations run at once. Timers that fall due together fire in the order in which
 * they were due, then set.
 */
export class Timers {
  /** Each timer is due no later than those at 2n+1 and 2n+2. */
  readonly #heap: Timer[] = [];
  #order = 0;

  /** How many timers are running; the tests for leaks ask this. */
  get running(): number {
    return this.#heap.length;
  }

  /** Starts (or restarts) a timer `duration` ms from `now`. */
  set<K>(timer: Timer<K>, duration: Millis, now: Millis): void {
    this.cancel(timer);
    const added: Timer = timer;
    this.#order += 1;
    added.order = this.#order;
    added.deadline = now + duration;
    this.#heap.push(added);
    this.#rise(added, this.#heap.length - 1);
  }

  cancel<K>(timer: Timer<K>): void {
    const { place } = timer;
    if (place === -1) return;
    timer.place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === timer) return;
    // The last one takes the place that has become free, and goes from there where it belongs.
    this.#rise(last, place);
    this.#sink(last, last.place);
  }

  /** When `advance` must be called next; undefined while nothing runs. */
  nextDeadline(): Millis | undefined {
    return this.#heap[0]?.deadline;
  }

  /** Fires everything that is due at `now`, in order, including what was set meanwhile and is due too. */
  advance(now: Millis): void {
    for (;;) {
      const timer = this.#heap[0];
      if (timer === undefined || timer.deadline > now) return;
      this.cancel(timer);
      timer.fire(now);
    }
  }

  /** Puts `timer` at `from` or, as long as it is due before its parent, higher. */
  #rise(timer: Timer, from: number): void {
    const heap = this.#heap;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(timer, parent)) break;
      heap[place] = parent;
      parent.place = place;
      place = above;
    }
    heap[place] = timer;
    timer.place = place;
  }

  /** Puts `timer` at `from` or, as long as a child is due before it, lower. */
  #sink(timer: Timer, from: number): void {
    const heap = this.#heap;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      let child = heap[below];
      const right = heap[below + 1];
      if (child !== undefined && right !== undefined && isBefore(right, child)) {
        child = right;
        below += 1;
      }
      if (child === undefined || !isBefore(child, timer)) break;
      heap[place] = child;
      child.place = place;
      place = below;
    }
    heap[place] = timer;
    timer.place = place;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.deadline < other.deadline || (one.deadline === other.deadline && one.order < other.order);
}
