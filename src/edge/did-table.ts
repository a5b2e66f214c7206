import { NumberMap } from '../base/number-map.ts';
import type { Did } from '../domain/account.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';

/** Whose a DID is: the same object for all DIDs of a trunk group. */
type Owner = Pick<Did, 'account' | 'trunkGroup'>;

const ZERO = 0x30;

/**
 * The DIDs of a routing table. Nearly all of a million have no settings of their own: of such a one there is nothing but
 * its number and whose it is, in tables that the garbage collector has little to do with.
 */
export class DidTable {
  readonly #withSettings = new Map<E164, Did>();
  readonly #plain = new NumberMap<Owner>();
  readonly #owners = new Map<TrunkGroupId, Owner>();

  get size(): number {
    return this.#withSettings.size + this.#plain.size;
  }

  get(number: E164): Did | undefined {
    const did = this.#withSettings.get(number);
    if (did !== undefined) return did;
    const owner = this.#plain.get(keyOf(number));
    return owner === undefined ? undefined : { number, account: owner.account, trunkGroup: owner.trunkGroup };
  }

  has(number: E164): boolean {
    return this.#withSettings.has(number) || this.#plain.get(keyOf(number)) !== undefined;
  }

  set(did: Did): void {
    const { number, account, trunkGroup } = did;
    if (did.failover !== undefined || did.triggers !== undefined) {
      this.#plain.delete(keyOf(number));
      this.#withSettings.set(number, did);
      return;
    }
    this.#withSettings.delete(number);
    this.#plain.set(keyOf(number), this.#ownerOf(account, trunkGroup));
  }

  delete(number: E164): void {
    this.#withSettings.delete(number);
    this.#plain.delete(keyOf(number));
  }

  /**
   * Takes in DIDs without settings: lines of a number and the id of its trunk group. `trunkGroupOf` says what is known
   * of that one.
   */
  take(
    lines: string,
    trunkGroupOf: (id: string) => { readonly id: TrunkGroupId; readonly account: AccountId } | undefined,
  ): void {
    let owner: Owner | undefined;
    let name = '';
    for (let from = 0; from < lines.length; ) {
      const newline = lines.indexOf('\n', from);
      const end = newline === -1 ? lines.length : newline;
      const space = lines.indexOf(' ', from);
      // Neighbouring numbers mostly belong to the same PBX.
      if (name.length !== end - space - 1 || !lines.startsWith(name, space + 1) || owner === undefined) {
        name = lines.slice(space + 1, end);
        const trunkGroup = trunkGroupOf(name);
        if (trunkGroup === undefined) throw new Error(`there are DIDs of ${name}, which is not there`);
        owner = this.#ownerOf(trunkGroup.account, trunkGroup.id);
      }
      this.#plain.set(digitsOf(lines, from + 1, space), owner);
      from = end + 1;
    }
  }

  /** The trunk group is no more, so that it has no DIDs. */
  forget(trunkGroup: TrunkGroupId): void {
    this.#owners.delete(trunkGroup);
  }

  #ownerOf(account: AccountId, trunkGroup: TrunkGroupId): Owner {
    const known = this.#owners.get(trunkGroup);
    if (known?.account === account) return known;
    const owner = { account, trunkGroup };
    this.#owners.set(trunkGroup, owner);
    return owner;
  }
}

function keyOf(number: E164): number {
  return digitsOf(number, 1, number.length);
}

/** The digits behind the + as a number, of which there are at most 15: it is exact, and another for every E.164 number. */
function digitsOf(text: string, from: number, until: number): number {
  let value = 0;
  for (let index = from; index < until; index += 1) value = value * 10 + (text.charCodeAt(index) - ZERO);
  return value;
}
