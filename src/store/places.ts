/**
 * A number of places that are taken in the order in which they were asked for. For what would hold a connection while it
 * waits for somebody else, so that the other connections are left to those who need not wait.
 */
export class Places {
  #free: number;
  readonly #patience: number;
  readonly #waiting = new Set<() => void>();

  /** `patience`: how long one waits for a place at most, in milliseconds. */
  constructor(count: number, patience: number) {
    this.#free = count;
    this.#patience = patience;
  }

  /** Whether it got a place, which `leave` has to give back. */
  async take(): Promise<boolean> {
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    return await new Promise<boolean>((resolve) => {
      const given = () => {
        clearTimeout(impatient);
        resolve(true);
      };
      const impatient = setTimeout(() => {
        this.#waiting.delete(given);
        resolve(false);
      }, this.#patience);
      this.#waiting.add(given);
    });
  }

  leave(): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next();
      return;
    }
    this.#free += 1;
  }
}
