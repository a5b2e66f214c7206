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
  /** Where it stands in the heap, QUEUED in a queue, -1 while it is not running. */
  place = -1;
  /** Its neighbours in a queue. */
  previous: Timer | undefined = undefined;
  next: Timer | undefined = undefined;

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

const QUEUED = -2;

/** The timers of one duration, between `next` and `previous` of `ends`, the earliest first. */
interface Queue {
  readonly duration: Millis;
  readonly ends: Timer;
}

/** Patient timers of further durations go into the heap. */
const MOST_QUEUES = 8;

/**
 * The timers of one edge, as data: nothing runs by itself, the host calls `advance` when `nextDeadline` has
 * come. A binary heap, because time limits come from settings, budgets and what is left of them: there is no
 * bound on how many distinct durations run at once. Timers that fall due together fire in the order in which
 * they were due, then set.
 *
 * Apart from them stand the many that only end something after one of a few durations. They are queued, which
 * costs the same however many there are, and may fire late, so that one waking of the host is for all of them.
 */
export class Timers {
  /** Each timer is due no later than those at 2n+1 and 2n+2. */
  readonly #heap: Timer[] = [];
  readonly #queues: Queue[] = [];
  readonly #patience: Millis;
  #queued = 0;
  #order = 0;

  /** `patience`: how much later than its deadline a patient timer may fire. */
  constructor(patience: Millis = 0) {
    this.#patience = patience;
  }

  /** How many timers are running; the tests for leaks ask this. */
  get running(): number {
    return this.#heap.length + this.#queued;
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

  /** The same for one that nobody waits for: it may be late by the patience. */
  setPatient<K>(timer: Timer<K>, duration: Millis, now: Millis): void {
    const ends = this.#queueOf(duration);
    const deadline = now + duration;
    const last = ends?.previous;
    if (ends === undefined || last === undefined || last.deadline > deadline) {
      this.set(timer, duration, now);
      return;
    }
    this.cancel(timer);
    this.#order += 1;
    this.#queued += 1;
    const added: Timer = timer;
    added.order = this.#order;
    added.deadline = deadline;
    added.place = QUEUED;
    join(ends.previous ?? ends, added);
    join(added, ends);
  }

  cancel<K>(timer: Timer<K>): void {
    const { place } = timer;
    if (place === -1) return;
    timer.place = -1;
    if (place === QUEUED) {
      this.#queued -= 1;
      if (timer.previous !== undefined && timer.next !== undefined) join(timer.previous, timer.next);
      timer.previous = undefined;
      timer.next = undefined;
      return;
    }
    const last = this.#heap.pop();
    if (last === undefined || last === timer) return;
    // The last one takes the place that has become free, and goes from there where it belongs.
    this.#rise(last, place);
    this.#sink(last, last.place);
  }

  /** When `advance` must be called next; undefined while nothing runs. */
  nextDeadline(): Millis | undefined {
    let next = this.#heap[0]?.deadline;
    for (const { ends } of this.#queues) {
      const first = ends.next;
      if (first === undefined || first === ends) continue;
      const latest = first.deadline + this.#patience;
      if (next === undefined || latest < next) next = latest;
    }
    return next;
  }

  /** Fires everything that is due at `now`, in order, including what was set meanwhile and is due too. */
  advance(now: Millis): void {
    for (;;) {
      const timer = this.#first();
      if (timer === undefined || timer.deadline > now) return;
      this.cancel(timer);
      timer.fire(now);
    }
  }

  #first(): Timer | undefined {
    let found = this.#heap[0];
    for (const { ends } of this.#queues) {
      const first = ends.next;
      if (first === undefined || first === ends) continue;
      if (found === undefined || isBefore(first, found)) found = first;
    }
    return found;
  }

  /** What stands at both ends of the queue for `duration`; undefined when there are too many queues. */
  #queueOf(duration: Millis): Timer | undefined {
    for (const queue of this.#queues) if (queue.duration === duration) return queue.ends;
    if (this.#queues.length === MOST_QUEUES) return undefined;
    const ends: Timer = new Timer(NO_OWNER, undefined);
    join(ends, ends);
    this.#queues.push({ duration, ends });
    return ends;
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

const NO_OWNER: TimerOwner<unknown> = { timerFired() {} };

function join(before: Timer, after: Timer): void {
  before.next = after;
  after.previous = before;
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.deadline < other.deadline || (one.deadline === other.deadline && one.order < other.order);
}
