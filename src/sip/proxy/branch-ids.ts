import { MAGIC_COOKIE } from '../transaction/server-key.ts';

/** Characters of the loop hash, 31 bits, and of the counter. */
const HASH_LENGTH = 7;
const COUNT_LENGTH = 8;

/**
 * Makes the branches of one trunk server: the cookie, what names this start of it (so that a response to an
 * earlier life finds nothing), the loop hash (16.6 step 8, RFC 5393 section 4.2), and a counter. Both numbers are written
 * in five bits a character: in decimal V8 would remember each of them.
 */
export class BranchIds {
  readonly #prefix: string;
  #count = 0;

  /** `boot`: unguessable and new at every start; SIP token characters without `.` */
  constructor(boot: string) {
    this.#prefix = `${MAGIC_COOKIE}${boot}.`;
  }

  /** `hash`: of 31 bits. */
  next(hash: number): string {
    this.#count += 1;
    const low = this.#count & 0x3fffffff;
    const high = Math.floor(this.#count / 2 ** 30);
    const numbers = String.fromCharCode(
      digit(hash >>> 30),
      digit(hash >>> 25),
      digit(hash >>> 20),
      digit(hash >>> 15),
      digit(hash >>> 10),
      digit(hash >>> 5),
      digit(hash),
      DOT,
      digit(high >>> 5),
      digit(high),
      digit(low >>> 25),
      digit(low >>> 20),
      digit(low >>> 15),
      digit(low >>> 10),
      digit(low >>> 5),
      digit(low),
    );
    return this.#prefix + numbers;
  }
}

const DOT = 0x2e;

/** Of base 32: a to z, 2 to 7. */
function digit(number: number): number {
  const value = number & 31;
  return value < 26 ? 0x61 + value : 0x18 + value;
}

/** The loop hash in a branch of ours, from whichever start; -1 where there is none. */
export function loopHashOf(branch: string): number {
  const dot = branch.length - COUNT_LENGTH - 1;
  const start = dot - HASH_LENGTH;
  if (start < 1 || branch.charCodeAt(dot) !== DOT || branch.charCodeAt(start - 1) !== DOT) return -1;
  let hash = 0;
  for (let i = start; i < dot; i += 1) {
    const code = branch.charCodeAt(i);
    hash = (hash << 5) | ((code >= 0x61 ? code - 0x61 : code - 0x18) & 31);
  }
  return hash;
}
