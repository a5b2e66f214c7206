import { getPriority, setPriority } from 'node:os';

/** By how much the control plane is nicer than the trunk servers: it gets a tenth of a core that both want. */
const NICER = 10;

const NICEST = 19;

/**
 * Lets the trunk servers go before the control plane. On Linux each thread has a priority of its own, which the threads
 * that it starts inherit (setpriority(2), "C library/kernel differences"); elsewhere nothing is changed.
 */
export class Priority {
  readonly #full = getPriority();
  #lowered = false;

  /** Makes the thread that calls it nicer. */
  lower(): void {
    if (process.platform !== 'linux') return;
    this.#lowered = true;
    set(Math.min(this.#full + NICER, NICEST));
  }

  /**
   * Starts a thread at the priority that the process had. To go back to it takes a privilege (CAP_SYS_NICE or
   * RLIMIT_NICE); without that a trunk server that is started again is as nice as the control plane.
   */
  atFull<T>(start: () => T): T {
    if (!this.#lowered) return start();
    set(this.#full);
    try {
      return start();
    } finally {
      this.lower();
    }
  }
}

function set(nice: number): void {
  try {
    setPriority(nice);
  } catch {
    // Not allowed: it stays as it is, which costs no call.
  }
}
