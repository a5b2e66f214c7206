/** T1 of RFC 3261 17.1.1.1, in milliseconds. */
const T1 = 500;

/** Sends at once and again after T1, 2·T1, … (RFC 3261 17.1.1.2) until it is stopped, 64·T1 at most. */
export class Retransmission {
  #timer: NodeJS.Timeout | undefined;
  readonly #send: () => void;
  readonly #longest: number;

  /** `longest`: the longest pause, in milliseconds; T2 where it is no INVITE. */
  constructor(send: () => void, longest = Number.POSITIVE_INFINITY) {
    this.#send = send;
    this.#longest = longest;
    this.#next(T1, 0);
    send();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #next(pause: number, elapsed: number): void {
    if (elapsed + pause > 64 * T1) return;
    this.#timer = setTimeout(() => {
      this.#next(Math.min(2 * pause, this.#longest), elapsed + pause);
      this.#send();
    }, pause);
  }
}

/** T2 of RFC 3261 17.1.2.1, in milliseconds. */
export const T2 = 4_000;
