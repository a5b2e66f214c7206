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
  list: TimerList | undefined = undefined;
  previous: Timer | undefined = undefined;
  next: Timer | undefined = undefined;

  constructor(owner: TimerOwner<K>, kind: K) {
    this.owner = owner;
    this.kind = kind;
  }

  get running(): boolean {
    return this.list !== undefined;
  }

  fire(now: Millis): void {
    this.owner.timerFired(this.kind, now);
  }
}

/** All running timers of one duration, the earliest first: appended at the end, because time only goes on. */
class TimerList {
  readonly duration: Millis;
  first: Timer | undefined = undefined;
  last: Timer | undefined = undefined;

  constructor(duration: Millis) {
    this.duration = duration;
  }
}

/**
 * The timers of one edge, as data: nothing runs by itself, the host calls `advance` when `nextDeadline` has
 * come. SIP uses few distinct durations, so there is one list for each: setting and cancelling are O(1), and
 * timers that fall due together fire in the order in which they were due, then set.
 */
export class Timers {
  readonly #lists = new Map<Millis, TimerList>();
  #running = 0;
  #order = 0;

  /** How many timers are running; the tests for leaks ask this. */
  get running(): number {
    return this.#running;
  }

  /** Starts (or restarts) a timer `duration` ms from `now`. */
  set<K>(timer: Timer<K>, duration: Millis, now: Millis): void {
    if (timer.list !== undefined) this.cancel(timer);
    let list = this.#lists.get(duration);
    if (list === undefined) {
      list = new TimerList(duration);
      this.#lists.set(duration, list);
    }
    const node: Timer = timer;
    this.#order += 1;
    node.order = this.#order;
    node.deadline = now + duration;
    node.list = list;
    node.previous = list.last;
    node.next = undefined;
    if (list.last === undefined) list.first = node;
    else list.last.next = node;
    list.last = node;
    this.#running += 1;
  }

  cancel<K>(timer: Timer<K>): void {
    const list = timer.list;
    if (list === undefined) return;
    const { previous, next } = timer;
    if (previous === undefined) list.first = next;
    else previous.next = next;
    if (next === undefined) list.last = previous;
    else next.previous = previous;
    timer.list = undefined;
    timer.previous = undefined;
    timer.next = undefined;
    this.#running -= 1;
    // Durations come from settings too: a list that nobody uses any more must not stay.
    if (list.first === undefined && this.#lists.size > 64) this.#lists.delete(list.duration);
  }

  /** When `advance` must be called next; undefined while nothing runs. */
  nextDeadline(): Millis | undefined {
    return this.#earliest()?.deadline;
  }

  /** Fires everything that is due at `now`, in order, including what was set meanwhile and is due too. */
  advance(now: Millis): void {
    for (;;) {
      const timer = this.#earliest();
      if (timer === undefined || timer.deadline > now) return;
      this.cancel(timer);
      timer.fire(now);
    }
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const list of this.#lists.values()) {
      const first = list.first;
      if (first === undefined) continue;
      if (
        earliest === undefined ||
        first.deadline < earliest.deadline ||
        (first.deadline === earliest.deadline && first.order < earliest.order)
      ) {
        earliest = first;
      }
    }
    return earliest;
  }
}
