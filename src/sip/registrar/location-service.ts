import type { Millis } from '../../base/clock.ts';
import { uriEquals } from '../uri/equals.ts';
import { parseUri } from '../uri/parse.ts';
import { type BindingRecord, LiveBinding } from './binding.ts';
import { type Due, ExpiryHeap } from './expiry-heap.ts';

/** Bindings for one address of record; more are not kept (see decision 007). */
export const MAX_BINDINGS = 10;

const NONE: readonly LiveBinding[] = [];

class AddressOfRecord implements Due {
  readonly key: string;
  bindings: readonly LiveBinding[] = NONE;
  /** When the first of them expires. */
  dueAt: Millis = 0;
  heapIndex = -1;

  constructor(key: string) {
    this.key = key;
  }
}

export interface ExpiredBinding {
  readonly aor: string;
  readonly binding: LiveBinding;
}

/**
 * The location service of one trunk server (RFC 3261 section 10): the bindings of each address of record, in
 * the order in which calls try them. What the key of an address of record is, its user decides.
 */
export class LocationService {
  readonly #aors = new Map<string, AddressOfRecord>();
  readonly #expiry = new ExpiryHeap<AddressOfRecord>();
  #size = 0;

  /** How many bindings there are, expired ones included until `expire` takes them out. */
  get size(): number {
    return this.#size;
  }

  /** The bindings that have not expired: by q, then the one registered last first. */
  lookup(aor: string, now: Millis): readonly LiveBinding[] {
    const record = this.#aors.get(aor);
    if (record === undefined) return NONE;
    if (record.dueAt > now) return record.bindings;
    return record.bindings.filter((binding) => binding.expiresAt > now);
  }

  /** The only binding of `aor`; undefined where it has none, several, or one that has expired. */
  only(aor: string, now: Millis): LiveBinding | undefined {
    const bindings = this.#aors.get(aor)?.bindings;
    const [binding] = bindings?.length === 1 ? bindings : NONE;
    return binding !== undefined && binding.expiresAt > now ? binding : undefined;
  }

  /** The only binding of `aor` expires at another time now. */
  refreshed(aor: string): void {
    const record = this.#aors.get(aor);
    if (record !== undefined) this.#place(record);
  }

  /**
   * Puts these bindings in place of all that `aor` has, in their order. Returns those that it had, expired
   * ones included.
   */
  replace(aor: string, bindings: readonly LiveBinding[]): readonly LiveBinding[] {
    const known = this.#aors.get(aor);
    const record = known ?? new AddressOfRecord(aor);
    const before = record.bindings;
    this.#size += bindings.length - before.length;
    record.bindings = bindings;
    if (bindings.length === 0) {
      this.#aors.delete(aor);
      this.#expiry.remove(record);
      return before;
    }
    if (known === undefined) this.#aors.set(aor, record);
    this.#place(record);
    return before;
  }

  #place(record: AddressOfRecord): void {
    let dueAt = Number.POSITIVE_INFINITY;
    for (const { expiresAt } of record.bindings) dueAt = Math.min(dueAt, expiresAt);
    record.dueAt = dueAt;
    this.#expiry.place(record);
  }

  /** Takes out all bindings of `aor`, as when it is no longer ours to serve; returns them. */
  remove(aor: string): readonly LiveBinding[] {
    return this.replace(aor, NONE);
  }

  /**
   * Takes in a binding from before a restart. False when it is of no use: expired, not a sip URI, beyond the
   * limit, or the PBX has registered that Contact anew meanwhile.
   */
  restore(aor: string, binding: BindingRecord, now: Millis): boolean {
    const uri = parseUri(binding.contact);
    if (binding.expiresAt <= now || !uri.ok || uri.value.kind !== 'sip') return false;
    const restored = new LiveBinding(binding, uri.value);
    const known = this.lookup(aor, now);
    if (known.length >= MAX_BINDINGS || known.some((other) => uriEquals(other.uri, restored.uri)))
      return false;
    this.replace(aor, inCallOrder([...known, restored]));
    return true;
  }

  /** When the next binding expires; undefined when there is none. */
  nextExpiry(): Millis | undefined {
    return this.#expiry.first()?.dueAt;
  }

  /**
   * Takes out the bindings that have expired and returns them; stops behind `limit`, so that thousands at
   * once do not hold up calls. `nextExpiry` then lies in the past still.
   */
  expire(now: Millis, limit = 500): readonly ExpiredBinding[] {
    const expired: ExpiredBinding[] = [];
    for (let due = this.#expiry.first(); due !== undefined; due = this.#expiry.first()) {
      if (due.dueAt > now || expired.length >= limit) break;
      const { key: aor, bindings } = due;
      for (const binding of bindings) if (binding.expiresAt <= now) expired.push({ aor, binding });
      this.replace(
        aor,
        bindings.filter((binding) => binding.expiresAt > now),
      );
    }
    return expired;
  }
}

/** By q, then the one registered last first; what is equal in both stays in its order. */
export function inCallOrder(bindings: readonly LiveBinding[]): readonly LiveBinding[] {
  return bindings.toSorted((a, b) => b.q - a.q || b.registeredAt - a.registeredAt);
}
