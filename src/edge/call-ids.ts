import { type CallId, callId } from '../domain/ids.ts';

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
    if (!call.startsWith(this.#prefix)) return undefined;
    const number = Number.parseInt(call.substring(this.#prefix.length), 36);
    return number <= this.#made ? number : undefined;
  }
}
