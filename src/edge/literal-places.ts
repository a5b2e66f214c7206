import type { AddressPolicy } from '../domain/address-policy.ts';
import type { PbxAddress } from '../domain/pbx-address.ts';

/** Where an address leads that may be called. */
export interface LiteralPlace {
  /** IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  /** What stands for it in a Request-URI. */
  readonly authority: string;
}

/** Finds it out; undefined where it may not be called, or nothing can be sent there. */
type Find = (address: PbxAddress, policy: AddressPolicy | undefined) => LiteralPlace | undefined;

/** Settings that change are other objects: after so many all is found out anew, so that old ones are let go. */
const MOST = 10_000;

/**
 * Where addresses lead that are no names. It is asked for with each call and depends on the policy alone, so it is found out
 * once for each policy.
 */
export class LiteralPlaces {
  readonly #find: Find;
  readonly #known = new Map<PbxAddress, LiteralPlace | undefined>();
  #policy: AddressPolicy | undefined = undefined;

  constructor(find: Find) {
    this.#find = find;
  }

  /** Undefined also for a name. `policy`: absent where the operator chose the address. */
  of(address: PbxAddress, policy: AddressPolicy | undefined): LiteralPlace | undefined {
    if (address.host.kind === 'name') return undefined;
    if (policy !== this.#policy || this.#known.size >= MOST) {
      this.#known.clear();
      this.#policy = policy;
    }
    const known = this.#known.get(address);
    if (known !== undefined || this.#known.has(address)) return known;
    const found = this.#find(address, policy);
    this.#known.set(address, found);
    return found;
  }
}
