import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import type { Timers } from '../base/timers.ts';
import type { TransportOutput } from '../sip/transaction/context.ts';
import { Gathered } from './gathered.ts';

/** How long a REGISTER may wait for others. Its sender repeats it after 500 ms at the earliest (17.1.2.2). */
const GATHER: Millis = 50;

export interface RegisterBatchesOptions {
  readonly timers: Timers;
  readonly output: TransportOutput;
  readonly receive: (text: string, source: Flow, now: Millis) => void;
  /** On return what the REGISTERs have changed survives the process. */
  readonly keep: () => void;
}

/**
 * Takes REGISTERs in and works on them a few at a time: one write to the spool keeps what they changed. No answer leaves
 * before that.
 */
export class RegisterBatches {
  readonly #options: RegisterBatchesOptions;
  readonly #gathered: Gathered;
  /** What is to be sent once the spool is written; undefined outside of a batch. */
  #held: { readonly flow: Flow; readonly text: string }[] | undefined = undefined;

  constructor(options: RegisterBatchesOptions) {
    this.#options = options;
    this.#gathered = new Gathered(options.timers, GATHER, (now) => this.work(now));
  }

  /** True while one is worked on. */
  get working(): boolean {
    return this.#held !== undefined;
  }

  add(text: string, source: Flow, now: Millis): void {
    this.#gathered.add(text, source, now);
  }

  /** False where it is to be sent at once. */
  holds(flow: Flow, text: string): boolean {
    if (this.#held === undefined) return false;
    this.#held.push({ flow, text });
    return true;
  }

  /** Works on all that wait. */
  work(now: Millis): void {
    if (this.#gathered.isEmpty) return;
    const { keep, output, receive } = this.#options;
    const held: { readonly flow: Flow; readonly text: string }[] = [];
    this.#held = held;
    try {
      this.#gathered.each(receive, now);
    } finally {
      keep();
      this.#held = undefined;
      for (const { flow, text } of held) output.send(flow, text);
    }
  }
}
