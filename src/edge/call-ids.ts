import { type CallId, callId } from '../domain/ids.ts';
import { octetAt, spell } from '../sip/uri/octets.ts';

/**
 * Makes the ids of the calls of one trunk server: what names this start of it, and a number. By the number a call is
 * found in memory at less cost than by its id.
 */
export class CallIds {
  readonly #prefix: string;
  #made = 0;

  /** `boot`: unguessable and new at every start. */
  constructor(boot: string) {
    this.#prefix = `${boot}-`;
  }

  /** How many there are. */
  get made(): number {
    return this.#made;
  }

  next(): CallId {
    this.#made += 1;
    return callId(`${this.#prefix}${this.#made.toString(36)}`);
  }

  /** Undefined for a call of another trunk server, or of an earlier start of this one. */
  numberOf(call: CallId): number | undefined {
    const { length } = this.#prefix;
    if (call.length === length || call.substring(0, length) !== this.#prefix) return undefined;
    spell(call);
    let number = 0;
    for (let i = length; i < call.length; i += 1) {
      const digit = digitOf(octetAt(i));
      if (digit === -1) return undefined;
      number = number * 36 + digit;
    }
    return number <= this.#made ? number : undefined;
  }
}

/** Of base 36, as `toString` writes it; -1 for what is none. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x7a ? code - 0x61 + 10 : -1;
}
