import type { Millis } from './clock.ts';

/** Something that is told once that its time has come, and that nobody wants to cancel. */
export interface Ending {
  /** The next of those that end together. Set by its queue alone. */
  nextEnding: Ending | undefined;
  due(now: Millis): void;
}

/** Those that end at the same time, linked to each other: the last one that came is the first. */
class Together {
  readonly time: Millis;
  first: Ending | undefined = undefined;
  next: Together | undefined = undefined;

  constructor(time: Millis) {
    this.time = time;
  }
}

/**
 * What ends after one duration, the earliest first. Those whose times lie within the patience end together, at the end of
 * it. They hang together by themselves, so that for each nothing is touched but itself and the one object that stands for
 * all of them: an array would have to be told apart by the garbage collector, being old, from what is new in it.
 */
export class PatientQueue {
  readonly duration: Millis;
  readonly #patience: Millis;
  #first: Together | undefined = undefined;
  #last: Together | undefined = undefined;
  /** How many there are. */
  size = 0;
  /** When the first is due; infinite where there is none. */
  firstTime = Number.POSITIVE_INFINITY;

  /** `patience`: how late they may be told; 0: at their time. */
  constructor(duration: Millis, patience: Millis) {
    this.duration = duration;
    this.#patience = patience;
  }

  add(ending: Ending, now: Millis): void {
    let last = this.#last;
    const time = now + this.duration;
    // They come in the order of their times; where time ran backwards, one is told late.
    if (last === undefined || last.time < time) last = this.#begin(time);
    ending.nextEnding = last.first;
    last.first = ending;
    this.size += 1;
  }

  /** Takes out one of the first; undefined where there is none. */
  take(): Ending | undefined {
    const first = this.#first;
    const ending = first?.first;
    if (first === undefined || ending === undefined) return undefined;
    this.size -= 1;
    first.first = ending.nextEnding;
    ending.nextEnding = undefined;
    if (first.first === undefined) this.#drop(first);
    return ending;
  }

  #begin(time: Millis): Together {
    const patience = this.#patience;
    const together = new Together(patience === 0 ? time : Math.ceil(time / patience) * patience);
    if (this.#last === undefined) {
      this.#first = together;
      this.firstTime = together.time;
    } else this.#last.next = together;
    this.#last = together;
    return together;
  }

  #drop(first: Together): void {
    const { next } = first;
    this.#first = next;
    if (next === undefined) this.#last = undefined;
    this.firstTime = next?.time ?? Number.POSITIVE_INFINITY;
  }
}
