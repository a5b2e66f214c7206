/** What waits in a queue has a place below this: QUEUED minus its ticket, times MOST_QUEUES, plus the queue's number. */
interface Placed {
  place: number;
}

/** Slots at first; a power of two. */
const LEAST_SLOTS = 64;

/** Tickets begin anew behind this one: a multiple of every number of slots that there may be. */
const LAST_TICKET = 2 ** 27 - 1;

/**
 * Timers of one duration, the earliest first: a ring, in which the times stand side by side, so that little memory is
 * touched. What is cancelled leaves a hole, which goes when the ones before it are gone.
 */
export class PatientQueue<T extends Placed> {
  readonly duration: number;
  #items: (T | undefined)[] = new Array<T | undefined>(LEAST_SLOTS).fill(undefined);
  #times = new Float64Array(LEAST_SLOTS);
  #orders = new Float64Array(LEAST_SLOTS);
  #mask = LEAST_SLOTS - 1;
  /** The ticket of the first. */
  #first = 0;
  /** Holes included. */
  #length = 0;
  #lastTime = 0;
  /** When the first is due; infinite where there is none. */
  firstTime = Number.POSITIVE_INFINITY;
  /** In which order the first was set. */
  firstOrder = 0;

  constructor(duration: number) {
    this.duration = duration;
  }

  get first(): T | undefined {
    return this.#items[this.#first & this.#mask];
  }

  /** False where others are due later: time ran backwards. */
  takes(time: number): boolean {
    return this.#length === 0 || this.#lastTime <= time;
  }

  /** Returns the ticket by which it can be taken out. */
  add(item: T, time: number, order: number): number {
    if (this.#length > this.#mask) this.#resize(2 * (this.#mask + 1));
    const ticket = (this.#first + this.#length) & LAST_TICKET;
    const slot = ticket & this.#mask;
    this.#items[slot] = item;
    this.#times[slot] = time;
    this.#orders[slot] = order;
    this.#lastTime = time;
    this.#length += 1;
    if (this.#length === 1) this.#showFirst();
    return ticket;
  }

  remove(ticket: number): void {
    this.#items[ticket & this.#mask] = undefined;
    if (ticket !== this.#first) return;
    do {
      this.#first = (this.#first + 1) & LAST_TICKET;
      this.#length -= 1;
    } while (this.#length > 0 && this.first === undefined);
    this.#showFirst();
    const slots = this.#mask + 1;
    if (slots > LEAST_SLOTS && 8 * this.#length < slots) this.#resize(slots / 2);
  }

  #showFirst(): void {
    const slot = this.#first & this.#mask;
    this.firstTime = this.#length === 0 ? Number.POSITIVE_INFINITY : (this.#times[slot] ?? 0);
    this.firstOrder = this.#orders[slot] ?? 0;
  }

  #resize(slots: number): void {
    const items = this.#items;
    const times = this.#times;
    const orders = this.#orders;
    const mask = this.#mask;
    this.#mask = slots - 1;
    this.#items = new Array<T | undefined>(slots).fill(undefined);
    this.#times = new Float64Array(slots);
    this.#orders = new Float64Array(slots);
    for (let i = 0; i < this.#length; i += 1) {
      const ticket = (this.#first + i) & LAST_TICKET;
      const from = ticket & mask;
      const to = ticket & this.#mask;
      this.#items[to] = items[from];
      this.#times[to] = times[from] ?? 0;
      this.#orders[to] = orders[from] ?? 0;
    }
  }
}
