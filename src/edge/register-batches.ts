import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import { Timer, type Timers } from '../base/timers.ts';
import type { TransportOutput } from '../sip/transaction/context.ts';

/** How long a REGISTER may wait for others. Its sender repeats it after 500 ms at the earliest (17.1.2.2). */
const GATHER: Millis = 50;

/** So many are worked on without a pause, in about a millisecond: a call that comes meanwhile waits no longer. */
const AT_ONCE = 32;

interface Waiting {
  readonly text: string;
  readonly source: Flow;
}

export interface RegisterBatchesOptions {
  readonly timers: Timers;
  readonly output: TransportOutput;
  readonly receive: (text: string, source: Flow, now: Millis) => void;
  /** On return what the REGISTERs have changed survives the process. */
  readonly keep: () => void;
}

/**
 * Takes REGISTERs in and works on them a few at a time. Their code and data then come into the processor's caches
 * once for all of them, and one write to the spool keeps what they changed. No answer leaves before that.
 */
export class RegisterBatches {
  readonly #options: RegisterBatchesOptions;
  readonly #timer: Timer<'gathered'>;
  #waiting: Waiting[] = [];
  /** What is to be sent once the spool is written; undefined outside of a batch. */
  #held: { readonly flow: Flow; readonly text: string }[] | undefined = undefined;

  constructor(options: RegisterBatchesOptions) {
    this.#options = options;
    this.#timer = new Timer<'gathered'>(this, 'gathered');
  }

  /** True while one is worked on. */
  get working(): boolean {
    return this.#held !== undefined;
  }

  add(text: string, source: Flow, now: Millis): void {
    this.#waiting.push({ text, source });
    if (this.#waiting.length >= AT_ONCE) this.work(now);
    else if (!this.#timer.running) this.#options.timers.set(this.#timer, GATHER, now);
  }

  /** False where it is to be sent at once. */
  holds(flow: Flow, text: string): boolean {
    if (this.#held === undefined) return false;
    this.#held.push({ flow, text });
    return true;
  }

  /** Works on all that wait. */
  work(now: Millis): void {
    const { keep, output, receive, timers } = this.#options;
    timers.cancel(this.#timer);
    const batch = this.#waiting;
    this.#waiting = [];
    const held: { readonly flow: Flow; readonly text: string }[] = [];
    this.#held = held;
    let done = 0;
    try {
      for (const { text, source } of batch) {
        done += 1;
        receive(text, source, now);
      }
    } finally {
      // An exception is a bug of ours: it may cost the REGISTER that led to it, and no other.
      if (done < batch.length) {
        this.#waiting = batch.slice(done);
        timers.set(this.#timer, 0, now);
      }
      keep();
      this.#held = undefined;
      for (const { flow, text } of held) output.send(flow, text);
    }
  }

  timerFired(_kind: 'gathered', now: Millis): void {
    this.work(now);
  }
}
