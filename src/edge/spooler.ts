import type { Millis } from '../base/clock.ts';
import { Timer, type Timers } from '../base/timers.ts';
import type { SpoolEvent } from '../link/messages.ts';

/** How long a call record may wait for others to be written with. */
const BATCH: Millis = 50;

/** Past this many waiting lines they are written at once. */
const BATCH_LINES = 500;

/** Collects what has to reach the store, and hands it to the spool in batches: behind the call path. */
export class Spooler {
  readonly #timers: Timers;
  readonly #write: (lines: string, count: number) => void;
  readonly #timer: Timer<'flush'>;
  #lines = '';
  #count = 0;

  /** `write` puts whole lines, each with its LF, on the disk. */
  constructor(timers: Timers, write: (lines: string, count: number) => void) {
    this.#timers = timers;
    this.#write = write;
    this.#timer = new Timer<'flush'>(this, 'flush');
  }

  add(event: SpoolEvent, now: Millis): void {
    this.#lines += `${JSON.stringify(event)}\n`;
    this.#count += 1;
    if (this.#count >= BATCH_LINES) this.flush();
    else if (!this.#timer.running) this.#timers.set(this.#timer, BATCH, now);
  }

  /** Writes everything that waits. On return it survives the process. */
  flush(): void {
    this.#timers.cancel(this.#timer);
    if (this.#count === 0) return;
    const lines = this.#lines;
    const count = this.#count;
    this.#lines = '';
    this.#count = 0;
    this.#write(lines, count);
  }

  timerFired(): void {
    this.flush();
  }
}
