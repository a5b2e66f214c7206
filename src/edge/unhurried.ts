import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import { untilTick } from '../base/ticks.ts';
import { Timer, type Timers } from '../base/timers.ts';
import { Gathered } from './gathered.ts';
import type { TrunkServerHost } from './host.ts';

/** How long one may wait. Who lacks it sends again after 500 ms at the earliest (13.3.1.4, 17.1.1.2, 17.1.2.2, 17.2.1). */
const WAIT: Millis = 50;

/** When fewer than these come in WAIT, some for each call, they do not wait for each other. */
const COMPANY = 12;

const LETTER_A = 0x41;
const LETTER_B = 0x42;
const LETTER_S = 0x53;

export interface UnhurriedOptions {
  readonly timers: Timers;
  readonly host: Pick<TrunkServerHost, 'postpone' | 'receivePostponed'>;
  readonly receive: (text: string, source: Flow, now: Millis) => void;
  /** While they come often: each 50 ms, when all that waited has been received. */
  readonly ticked: (now: Millis) => void;
}

/**
 * Messages that nobody waits for: an ACK without a body, a BYE and what answers it, and a 100. While they come often, they
 * are put off until something else has been worked on, which brings the code of the call path into the processor's caches
 * (decision 029), and the host is told that it need not wake anybody for them and for REGISTERs (031). Requests within a
 * dialog must not overtake them.
 */
export class Unhurried {
  readonly #options: UnhurriedOptions;
  readonly #gathered: Gathered;
  readonly #tick: Timer<'tick'>;
  /** They come often, and wait. */
  #waiting = false;
  /** How many have come since: the last tick while they wait, else the first of them. */
  #count = 0;
  #since: Millis = Number.NEGATIVE_INFINITY;
  #working = false;

  constructor(options: UnhurriedOptions) {
    this.#options = options;
    this.#gathered = new Gathered(options.timers, WAIT, (now) => this.work(now));
    this.#tick = new Timer<'tick'>(this, 'tick');
  }

  /** False where it is to be worked on at once. */
  takes(text: string, source: Flow, now: Millis): boolean {
    if (!isUnhurried(text)) return false;
    const waits = this.#waiting;
    if (waits) this.#gathered.add(text, source, now);
    this.count(now);
    return waits;
  }

  /** Another one has come that the host may keep. */
  count(now: Millis): void {
    if (!this.#waiting && now - this.#since >= WAIT) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    if (!this.#waiting && this.#count >= COMPANY) this.#begin(now);
  }

  /** Works on all that wait. */
  work(now: Millis): void {
    if (!this.#waiting || this.#working) return;
    this.#working = true;
    try {
      // What the host has kept comes to `takes`.
      this.#options.host.receivePostponed();
      if (!this.#gathered.isEmpty) this.#gathered.each(this.#options.receive, now);
    } finally {
      this.#working = false;
    }
  }

  timerFired(_kind: 'tick', now: Millis): void {
    try {
      this.work(now);
      this.#options.ticked(now);
    } finally {
      const often = this.#count >= COMPANY;
      this.#count = 0;
      // What a bug has left behind is worked on first.
      if (often || !this.#gathered.isEmpty) this.#options.timers.set(this.#tick, untilTick(WAIT, now), now);
      else this.#end();
    }
  }

  #end(): void {
    this.#waiting = false;
    this.#since = Number.NEGATIVE_INFINITY;
    this.#options.host.postpone(false);
  }

  #begin(now: Millis): void {
    this.#waiting = true;
    this.#options.timers.set(this.#tick, untilTick(WAIT, now), now);
    this.#options.host.postpone(true);
  }
}

function isUnhurried(text: string): boolean {
  switch (text.charCodeAt(0)) {
    case LETTER_A:
      // Where the INVITE had no offer, the ACK brings the answer (13.2.2.4), and the caller is heard only then.
      return text.startsWith('ACK ') && text.endsWith('\r\n\r\n');
    case LETTER_B:
      return text.startsWith('BYE ');
    case LETTER_S:
      return text.startsWith('SIP/2.0 100 ') || (text.startsWith('SIP/2.0 200 ') && answersBye(text));
    default:
      return false;
  }
}

/** As CSeq is usually written; who writes it otherwise does not wait. */
function answersBye(text: string): boolean {
  const cseq = text.indexOf('\r\nCSeq:');
  return cseq !== -1 && text.startsWith(' BYE', text.indexOf('\r\n', cseq + 2) - 4);
}
