import type { Millis } from './clock.ts';
import { PatientQueue } from './patient-queue.ts';

/** Something that becomes due once, unless it is cancelled before. What needs one timer can be its own. */
export abstract class Deadline {
  /** Set by Timers alone: where it stands in the heap, QUEUED or less in a queue, IDLE while it is not running. */
  place = IDLE;

  get running(): boolean {
    return this.place !== IDLE;
  }

  abstract due(now: Millis): void;
}

/** Something that a timer belongs to. `kind` tells its owner's timers apart ('probe', 'tell', …). */
export interface TimerOwner<K> {
  timerFired(kind: K, now: Millis): void;
}

/** One timer, owned by whoever made it and reused for as long as the owner lives. */
export class Timer<K = unknown> extends Deadline {
  readonly owner: TimerOwner<K>;
  readonly kind: K;

  constructor(owner: TimerOwner<K>, kind: K) {
    super();
    this.owner = owner;
    this.kind = kind;
  }

  due(now: Millis): void {
    this.owner.timerFired(this.kind, now);
  }
}

const IDLE = -1;
const QUEUED = -2;

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
  /** Each is due no later than those at 2n+1 and 2n+2. When and in which order they were set stands beside them. */
  readonly #heap: Deadline[] = [];
  readonly #times: Millis[] = [];
  readonly #orders: number[] = [];
  readonly #queues: PatientQueue<Deadline>[] = [];
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
  set(timer: Deadline, duration: Millis, now: Millis): void {
    this.cancel(timer);
    this.#order += 1;
    const last = this.#heap.length;
    this.#heap.push(timer);
    this.#times.push(0);
    this.#orders.push(0);
    this.#rise(timer, now + duration, this.#order, last);
  }

  /** The same for one that nobody waits for: it may be late by the patience. */
  setPatient(timer: Deadline, duration: Millis, now: Millis): void {
    const time = now + duration;
    const number = this.#queueFor(duration);
    const queue = this.#queues[number];
    if (queue === undefined || !queue.takes(time)) {
      this.set(timer, duration, now);
      return;
    }
    this.cancel(timer);
    this.#order += 1;
    this.#queued += 1;
    timer.place = QUEUED - (queue.add(timer, time, this.#order) * MOST_QUEUES + number);
  }

  cancel(timer: Deadline): void {
    const { place } = timer;
    if (place === IDLE) return;
    timer.place = IDLE;
    if (place <= QUEUED) {
      const queued = QUEUED - place;
      this.#queued -= 1;
      this.#queues[queued % MOST_QUEUES]?.remove(Math.floor(queued / MOST_QUEUES));
      return;
    }
    const last = this.#heap.pop();
    const time = this.#times.pop() ?? 0;
    const order = this.#orders.pop() ?? 0;
    if (last === undefined || last === timer) return;
    // The last one takes the place that has become free, and goes from there where it belongs.
    this.#rise(last, time, order, place);
    this.#sink(last, time, order, last.place);
  }

  /** When `advance` must be called next; undefined while nothing runs. */
  nextDeadline(): Millis | undefined {
    let next = this.#times[0] ?? Number.POSITIVE_INFINITY;
    const queues = this.#queues;
    for (let i = 0; i < queues.length; i += 1) {
      const queue = queues[i];
      if (queue !== undefined) next = Math.min(next, queue.firstTime + this.#patience);
    }
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  /** Fires everything that is due at `now`, in order, including what was set meanwhile and is due too. */
  advance(now: Millis): void {
    for (let timer = this.#dueFirst(now); timer !== undefined; timer = this.#dueFirst(now)) {
      this.cancel(timer);
      timer.due(now);
    }
  }

  /** The first of all, if it is due at `now`. */
  #dueFirst(now: Millis): Deadline | undefined {
    let found = this.#heap[0];
    let time = this.#times[0] ?? Number.POSITIVE_INFINITY;
    let order = this.#orders[0] ?? 0;
    const queues = this.#queues;
    for (let i = 0; i < queues.length; i += 1) {
      const queue = queues[i];
      if (queue === undefined || !isBefore(queue.firstTime, queue.firstOrder, time, order)) continue;
      found = queue.first;
      time = queue.firstTime;
      order = queue.firstOrder;
    }
    return time <= now ? found : undefined;
  }

  /** The number of the queue for `duration`; one that is not there when there are too many. */
  #queueFor(duration: Millis): number {
    const queues = this.#queues;
    for (let i = 0; i < queues.length; i += 1) if (queues[i]?.duration === duration) return i;
    if (queues.length < MOST_QUEUES) queues.push(new PatientQueue(duration));
    else return MOST_QUEUES;
    return queues.length - 1;
  }

  /** Puts `timer` at `from` or, as long as it is due before its parent, higher. */
  #rise(timer: Deadline, time: Millis, order: number, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(time, order, this.#times[above] ?? 0, this.#orders[above] ?? 0)) break;
      this.#move(above, place);
      place = above;
    }
    this.#put(timer, time, order, place);
  }

  /** Puts `timer` at `from` or, as long as a child is due before it, lower. */
  #sink(timer: Deadline, time: Millis, order: number, from: number): void {
    const { length } = this.#heap;
    let place = from;
    for (let below = 2 * place + 1; below < length; below = 2 * place + 1) {
      if (below + 1 < length && this.#isBefore(below + 1, below)) below += 1;
      if (!isBefore(this.#times[below] ?? 0, this.#orders[below] ?? 0, time, order)) break;
      this.#move(below, place);
      place = below;
    }
    this.#put(timer, time, order, place);
  }

  #isBefore(one: number, other: number): boolean {
    const times = this.#times;
    const orders = this.#orders;
    return isBefore(times[one] ?? 0, orders[one] ?? 0, times[other] ?? 0, orders[other] ?? 0);
  }

  #move(from: number, to: number): void {
    const timer = this.#heap[from];
    if (timer !== undefined) this.#put(timer, this.#times[from] ?? 0, this.#orders[from] ?? 0, to);
  }

  #put(timer: Deadline, time: Millis, order: number, place: number): void {
    this.#heap[place] = timer;
    this.#times[place] = time;
    this.#orders[place] = order;
    timer.place = place;
  }
}

function isBefore(time: Millis, order: number, otherTime: Millis, otherOrder: number): boolean {
  return time < otherTime || (time === otherTime && order < otherOrder);
}
