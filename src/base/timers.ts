import type { Millis } from './clock.ts';
import { type Ending, PatientQueue } from './patient-queue.ts';

export type { Ending } from './patient-queue.ts';

/** Something that becomes due, unless its timer is cancelled before. What needs one timer at a time keeps its number. */
export interface Deadline {
  /** The timer has fired: it does not run any more, and its number means nothing. */
  due(now: Millis): void;
}

/** The number of a timer that does not run. */
export const NO_TIMER = 0;

/** Something that a timer belongs to. `kind` tells its owner's timers apart ('probe', 'tell', …). */
export interface TimerOwner<K> {
  timerFired(kind: K, now: Millis): void;
}

/** One timer, owned by whoever made it and reused for as long as the owner lives. */
export class Timer<K = unknown> implements Deadline {
  readonly owner: TimerOwner<K>;
  readonly kind: K;
  /** Set by Timers alone. */
  number = NO_TIMER;

  constructor(owner: TimerOwner<K>, kind: K) {
    this.owner = owner;
    this.kind = kind;
  }

  get running(): boolean {
    return this.number !== NO_TIMER;
  }

  due(now: Millis): void {
    this.number = NO_TIMER;
    this.owner.timerFired(this.kind, now);
  }
}

/** A number holds the slot below, and above it how often the slot has been used: so an old number is told from a new one. */
const SLOT_BITS = 22;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const MOST_USES = 512;

const LEAST_SLOTS = 64;

/**
 * The timers of one edge, as data: nothing runs by itself, the host calls `advance` when `nextDeadline` has
 * come. A binary heap, because time limits come from settings, budgets and what is left of them: there is no
 * bound on how many distinct durations run at once. Timers that fall due together fire in the order in which
 * they were due, then set.
 *
 * A timer is a number, and all that is known of it stands in arrays: so what the heap moves is numbers, and no object
 * of any kind is looked into to set, cancel or find one.
 *
 * Apart from them stand the many that only end something after one of a few durations, and that nobody cancels. They
 * are queued, which costs the same however many there are, and may be told late, so that one waking of the host is for
 * all of them.
 */
export class Timers {
  /** Who is told, by slot. */
  readonly #owners: (Deadline | undefined)[] = [undefined];
  /** The number of the timer in each slot; of a free slot, the number of the next one. */
  #numbers = new Int32Array(LEAST_SLOTS);
  /** Where the slot stands in the heap; of a free slot, the slot that is free after it. */
  #places = new Int32Array(LEAST_SLOTS);
  #free = 0;
  /** Slots in heap order: each is due no later than those at 2n+1 and 2n+2. When and in which order stands beside them. */
  #heap = new Int32Array(LEAST_SLOTS);
  #times = new Float64Array(LEAST_SLOTS);
  #orders = new Float64Array(LEAST_SLOTS);
  #length = 0;
  #order = 0;
  /** Nothing is due before; it may be that nothing is due then any more, either. */
  #notBefore = Number.POSITIVE_INFINITY;
  readonly #queues: PatientQueue[] = [];
  readonly #patience: Millis;

  /** `patience`: how much later than its time something may be told that it has ended. */
  constructor(patience: Millis = 0) {
    this.#patience = patience;
  }

  /** How many timers are running; the tests for leaks ask this. */
  get running(): number {
    let running = this.#length;
    for (const queue of this.#queues) running += queue.size;
    return running;
  }

  /** Starts (or restarts) a timer `duration` ms from `now`. */
  set(timer: Timer, duration: Millis, now: Millis): void {
    timer.number = this.start(timer.number, timer, duration, now);
  }

  cancel(timer: Timer): void {
    timer.number = this.stop(timer.number);
  }

  /** The same for the timer `timer` of something that keeps the number itself. Returns the new one. */
  start(timer: number, owner: Deadline, duration: Millis, now: Millis): number {
    this.stop(timer);
    const slot = this.#takeSlot();
    this.#owners[slot] = owner;
    this.#order += 1;
    this.#length += 1;
    const time = now + duration;
    if (time < this.#notBefore) this.#notBefore = time;
    this.#rise(slot, time, this.#order, this.#length - 1);
    return this.#numbers[slot] ?? NO_TIMER;
  }

  /** Returns `NO_TIMER`. */
  stop(timer: number): typeof NO_TIMER {
    const slot = timer & SLOT_MASK;
    if (timer === NO_TIMER || this.#numbers[slot] !== timer) return NO_TIMER;
    const place = this.#places[slot] ?? 0;
    this.#giveBack(slot);
    this.#length -= 1;
    const last = this.#length;
    if (place === last) return NO_TIMER;
    // The last one takes the place that has become free, and goes from there where it belongs.
    const moved = this.#heap[last] ?? 0;
    const time = this.#times[last] ?? 0;
    const order = this.#orders[last] ?? 0;
    this.#rise(moved, time, order, place);
    if (this.#places[moved] === place) this.#sink(moved, time, order, place);
    return NO_TIMER;
  }

  /** Tells `ending` after `duration`, or later by the patience. That cannot be cancelled. */
  endAfter(duration: Millis, ending: Ending, now: Millis): void {
    const queue = this.#queueFor(duration);
    queue.add(ending, now);
    if (queue.firstTime < this.#notBefore) this.#notBefore = queue.firstTime;
  }

  /**
   * The same as `nextDeadline` or, where what was due next has been stopped, earlier: one number, for who asks after every
   * datagram and is not harmed by a call of `advance` too many. Infinite where nothing runs.
   */
  get notBefore(): Millis {
    return this.#notBefore;
  }

  /** When `advance` must be called next; undefined while nothing runs. */
  nextDeadline(): Millis | undefined {
    let next = this.#length === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] ?? 0);
    const queues = this.#queues;
    for (let i = 0; i < queues.length; i += 1) {
      const time = queues[i]?.firstTime ?? next;
      if (time < next) next = time;
    }
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  /** Fires everything that is due at `now`, in order, including what was set meanwhile and is due too. */
  advance(now: Millis): void {
    if (now < this.#notBefore) return;
    for (let due = this.#takeDue(now); due !== undefined; due = this.#takeDue(now)) due.due(now);
    this.#notBefore = this.nextDeadline() ?? Number.POSITIVE_INFINITY;
  }

  /** Takes out the first of all, if it is due at `now`. What ends comes behind the others of its time. */
  #takeDue(now: Millis): Deadline | undefined {
    let time = this.#length === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] ?? 0);
    let first: PatientQueue | undefined;
    for (const queue of this.#queues) {
      if (queue.firstTime >= time) continue;
      time = queue.firstTime;
      first = queue;
    }
    if (time > now) return undefined;
    if (first !== undefined) return first.take();
    const slot = this.#heap[0] ?? 0;
    const owner = this.#owners[slot];
    this.stop(this.#numbers[slot] ?? NO_TIMER);
    return owner;
  }

  #queueFor(duration: Millis): PatientQueue {
    const queues = this.#queues;
    for (let i = 0; i < queues.length; i += 1) {
      const queue = queues[i];
      if (queue?.duration === duration) return queue;
    }
    const queue = new PatientQueue(duration, this.#patience);
    queues.push(queue);
    return queue;
  }

  #takeSlot(): number {
    let slot = this.#free;
    if (slot === 0) {
      slot = this.#owners.length;
      if (slot > SLOT_MASK) throw new RangeError('too many timers');
      if (slot === this.#numbers.length) this.#grow();
      this.#owners.push(undefined);
      this.#numbers[slot] = slot;
    } else this.#free = this.#places[slot] ?? 0;
    return slot;
  }

  #giveBack(slot: number): void {
    const uses = (((this.#numbers[slot] ?? 0) >> SLOT_BITS) + 1) % MOST_USES;
    this.#numbers[slot] = (uses << SLOT_BITS) | slot;
    this.#owners[slot] = undefined;
    this.#places[slot] = this.#free;
    this.#free = slot;
  }

  #grow(): void {
    this.#numbers = twice(this.#numbers, new Int32Array(2 * this.#numbers.length));
    this.#places = twice(this.#places, new Int32Array(2 * this.#places.length));
    this.#heap = twice(this.#heap, new Int32Array(2 * this.#heap.length));
    this.#times = twice(this.#times, new Float64Array(2 * this.#times.length));
    this.#orders = twice(this.#orders, new Float64Array(2 * this.#orders.length));
  }

  /** Puts `slot` at `from` or, as long as it is due before its parent, higher. */
  #rise(slot: number, time: Millis, order: number, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(time, order, this.#times[above] ?? 0, this.#orders[above] ?? 0)) break;
      this.#move(above, place);
      place = above;
    }
    this.#put(slot, time, order, place);
  }

  /** Puts `slot` at `from` or, as long as a child is due before it, lower. */
  #sink(slot: number, time: Millis, order: number, from: number): void {
    const length = this.#length;
    let place = from;
    for (let below = 2 * place + 1; below < length; below = 2 * place + 1) {
      if (below + 1 < length && this.#isBefore(below + 1, below)) below += 1;
      if (!isBefore(this.#times[below] ?? 0, this.#orders[below] ?? 0, time, order)) break;
      this.#move(below, place);
      place = below;
    }
    this.#put(slot, time, order, place);
  }

  #isBefore(one: number, other: number): boolean {
    const times = this.#times;
    const orders = this.#orders;
    return isBefore(times[one] ?? 0, orders[one] ?? 0, times[other] ?? 0, orders[other] ?? 0);
  }

  #move(from: number, to: number): void {
    this.#put(this.#heap[from] ?? 0, this.#times[from] ?? 0, this.#orders[from] ?? 0, to);
  }

  #put(slot: number, time: Millis, order: number, place: number): void {
    this.#heap[place] = slot;
    this.#times[place] = time;
    this.#orders[place] = order;
    this.#places[slot] = place;
  }
}

function isBefore(time: Millis, order: number, otherTime: Millis, otherOrder: number): boolean {
  return time < otherTime || (time === otherTime && order < otherOrder);
}

function twice<A extends Int32Array | Float64Array>(old: A, bigger: A): A {
  bigger.set(old);
  return bigger;
}
