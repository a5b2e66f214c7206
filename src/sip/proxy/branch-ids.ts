import { MAGIC_COOKIE } from '../transaction/server-key.ts';

/**
 * Makes the branches of one trunk server: the cookie, what names this start of it (so that a response to an
 * earlier life finds nothing), the loop hash (16.6 step 8, RFC 5393 section 4.2), and a counter.
 */
export class BranchIds {
  readonly #prefix: string;
  #count = 0;

  /** `boot`: unguessable and new at every start; SIP token characters without `.` */
  constructor(boot: string) {
    this.#prefix = `${MAGIC_COOKIE}${boot}.`;
  }

  next(loopHash: string): string {
    this.#count += 1;
    return `${this.#prefix}${loopHash}.${this.#count}`;
  }
}

/** The loop hash in a branch of ours, from whichever start. */
export function loopHashOf(branch: string): string {
  const start = branch.indexOf('.') + 1;
  const end = branch.indexOf('.', start);
  return end === -1 ? '' : branch.substring(start, end);
}
