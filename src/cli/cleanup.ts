/** What has to be undone, the last thing first: at an orderly stop, or when the start fails half way. */
export class Cleanup {
  readonly #steps: (() => unknown)[] = [];

  /** `step` may give a promise, which is waited for before the next one. */
  defer(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** Undoes everything, each step once. A step that fails does not keep the others from it; the first failure is thrown. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
