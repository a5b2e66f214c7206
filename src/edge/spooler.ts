import type { Millis } from '../base/clock.ts';
import { Timer, type Timers } from '../base/timers.ts';
import type { SpoolEvent } from '../link/messages.ts';

/** How long a call record may wait for others to be written with. */
const BATCH: Millis = 50;

/** When this many wait they are written at once. */
const BATCH_EVENTS = 500;

/** Collects what has to reach the store, and hands it to the spool in batches: behind the call path. */
export class Spooler {
  readonly #timers: Timers;
  readonly #write: (events: readonly SpoolEvent[]) => void;
  readonly #timer: Timer<'flush'>;
  #waiting: SpoolEvent[] = [];

  constructor(timers: Timers, write: (events: readonly SpoolEvent[]) => void) {
    this.#timers = timers;
    this.#write = write;
    this.#timer = new Timer<'flush'>(this, 'flush');
  }

  add(event: SpoolEvent, now: Millis): void {
    this.#waiting.push(event);
    if (this.#waiting.length >= BATCH_EVENTS) this.flush();
    else if (!this.#timer.running) this.#timers.set(this.#timer, BATCH, now);
  }

  /** Writes everything that waits. On return it survives the process. */
  flush(): void {
    this.#timers.cancel(this.#timer);
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#write(events);
  }

  timerFired(): void {
    this.flush();
  }
}
