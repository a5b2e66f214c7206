import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import { untilTick } from '../base/ticks.ts';
import { Timer, type Timers } from '../base/timers.ts';

/** So many are worked on without a pause, in about a millisecond: a call that comes meanwhile waits no longer. */
const AT_ONCE = 32;

interface Waiting {
  readonly text: string;
  readonly source: Flow;
}

/**
 * Datagrams that may wait for each other, in the order in which they came. Their code and data then come into the
 * processor's caches once for all of them (decision 029).
 */
export class Gathered {
  readonly #timers: Timers;
  readonly #longest: Millis;
  readonly #work: (now: Millis) => void;
  readonly #timer: Timer<'gathered'>;
  #waiting: Waiting[] = [];

  /** `longest`: how long one may wait. `work` is called when it is time, and is to call `each`. */
  constructor(timers: Timers, longest: Millis, work: (now: Millis) => void) {
    this.#timers = timers;
    this.#longest = longest;
    this.#work = work;
    this.#timer = new Timer<'gathered'>(this, 'gathered');
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(text: string, source: Flow, now: Millis): void {
    this.#waiting.push({ text, source });
    if (this.#waiting.length >= AT_ONCE) this.#work(now);
    else if (!this.#timer.running) this.#timers.set(this.#timer, untilTick(this.#longest, now), now);
  }

  /** Hands all that wait to `receive`, and forgets them. */
  each(receive: (text: string, source: Flow, now: Millis) => void, now: Millis): void {
    this.#timers.cancel(this.#timer);
    const batch = this.#waiting;
    this.#waiting = [];
    let done = 0;
    try {
      for (const { text, source } of batch) {
        done += 1;
        receive(text, source, now);
      }
    } finally {
      // An exception is a bug of ours: it may cost the datagram that led to it, and no other.
      if (done < batch.length) {
        this.#waiting = [...batch.slice(done), ...this.#waiting];
        this.#timers.set(this.#timer, 0, now);
      }
    }
  }

  timerFired(_kind: 'gathered', now: Millis): void {
    this.#work(now);
  }
}
