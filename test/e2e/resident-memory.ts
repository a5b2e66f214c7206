import { readFileSync } from 'node:fs';

/** Resident memory of a process in MB, from /proc. */
function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Number(kilobytes) / 1_024;
}

export interface Sample {
  /** Seconds since the first one. */
  readonly at: number;
  readonly megabytes: number;
}

/** Samples the resident memory of a process once in a second until it is stopped. */
export class MemoryWatch {
  readonly samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    const start = performance.now();
    this.#timer = setInterval(() => {
      this.samples.push({ at: (performance.now() - start) / 1_000, megabytes: residentMegabytes(pid) });
    }, 1_000);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
