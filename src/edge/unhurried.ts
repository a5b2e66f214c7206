import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import type { Timers } from '../base/timers.ts';
import { Gathered } from './gathered.ts';

/** How long one may wait. Who lacks it sends again after 500 ms at the earliest (13.3.1.4, 17.1.1.2, 17.1.2.2, 17.2.1). */
const WAIT: Millis = 50;

/** When fewer than these came in the last WAIT, some for each call, the next is not waited for. */
const COMPANY = 12;

const LETTER_A = 0x41;
const LETTER_B = 0x42;
const LETTER_S = 0x53;

/**
 * Messages that nobody waits for: an ACK without a body, a BYE and what answers it, and a 100. While they come often, they
 * are put off until something else has been worked on, which brings the code of the call path into the processor's caches
 * (decision 029). Requests within a dialog must not overtake them.
 */
export class Unhurried {
  readonly #receive: (text: string, source: Flow, now: Millis) => void;
  readonly #gathered: Gathered;
  /** When the present count began, how many it is, and whether the one before was enough. */
  #since: Millis = Number.NEGATIVE_INFINITY;
  #count = 0;
  #often = false;

  constructor(timers: Timers, receive: (text: string, source: Flow, now: Millis) => void) {
    this.#receive = receive;
    this.#gathered = new Gathered(timers, WAIT, (now) => this.work(now));
  }

  /** False where it is to be worked on at once. */
  takes(text: string, source: Flow, now: Millis): boolean {
    if (!isUnhurried(text)) return false;
    this.#countOne(now);
    if (!this.#often && this.#gathered.isEmpty) return false;
    this.#gathered.add(text, source, now);
    return true;
  }

  /** Works on all that wait. */
  work(now: Millis): void {
    if (!this.#gathered.isEmpty) this.#gathered.each(this.#receive, now);
  }

  #countOne(now: Millis): void {
    const passed = now - this.#since;
    if (passed >= WAIT) {
      this.#often = this.#count >= COMPANY && passed < 2 * WAIT;
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
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
