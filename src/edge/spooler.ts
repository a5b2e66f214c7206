import type { Millis } from '../base/clock.ts';
import { untilTick } from '../base/ticks.ts';
import { Timer, type Timers } from '../base/timers.ts';
import type { SpoolEvent } from '../link/messages.ts';

/** How long a call record waits for others to be written with, at most. */
const BATCH: Millis = 50;

/** When this many wait they are written at once. */
const BATCH_EVENTS = 500;

/** After a failure the disk is asked again this often. */
const AGAIN: Millis = 1_000;

/** While the disk takes nothing this many wait in memory, some 20 MB; then the oldest go, a batch at a time. */
const MOST_WAITING = 20_000;

/** What became of events that were appended to the spool. */
export interface Spooled {
  /** How many, from the first on, survive the process now. */
  readonly kept: number;
  /** The others may be taken later, when the disk has room again. */
  readonly again: boolean;
}

/** Collects what has to reach the store, and hands it to the spool in batches: behind the call path. */
export class Spooler {
  readonly #timers: Timers;
  readonly #write: (events: readonly SpoolEvent[]) => Spooled;
  readonly #timer: Timer<'flush'>;
  #waiting: SpoolEvent[] = [];
  #failing = false;
  #lost = 0;
  /** When it last had to do. */
  #now: Millis = 0;

  constructor(timers: Timers, write: (events: readonly SpoolEvent[]) => Spooled) {
    this.#timers = timers;
    this.#write = write;
    this.#timer = new Timer<'flush'>(this, 'flush');
  }

  /** Events that will never reach the store. */
  get lost(): number {
    return this.#lost;
  }

  add(event: SpoolEvent, now: Millis): void {
    this.#waiting.push(event);
    this.#now = now;
    if (this.#failing) this.#dropOldest();
    else if (this.#waiting.length >= BATCH_EVENTS) this.flush();
    else if (!this.#timer.running) this.#timers.set(this.#timer, untilTick(BATCH, now), now);
  }

  /** What waits survives the process on return, unless the disk takes nothing at the moment. */
  keep(): void {
    if (!this.#failing) this.flush();
  }

  /** Writes everything that waits, also where the last try has failed. */
  flush(): void {
    this.#timers.cancel(this.#timer);
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    const { kept, again } = this.#write(events);
    this.#failing = again && kept < events.length;
    this.#waiting = this.#failing ? events.slice(kept) : [];
    if (this.#failing) this.#timers.set(this.#timer, AGAIN, this.#now);
    else this.#lost += events.length - kept;
  }

  timerFired(_kind: 'flush', now: Millis): void {
    this.#now = now;
    this.flush();
  }

  #dropOldest(): void {
    if (this.#waiting.length <= MOST_WAITING) return;
    this.#lost += this.#waiting.splice(0, BATCH_EVENTS).length;
  }
}
