import { NumberMap } from '../base/number-map.ts';
import type { Did } from '../domain/account.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import { digitsAsInteger, type E164, integerOf } from '../domain/phone-number.ts';

/** Whose a DID is: the same object for all DIDs of a trunk group. */
class Owner {
  /** A DID with settings has one here: so they are told apart. */
  readonly number = undefined;
  readonly account: AccountId;
  readonly trunkGroup: TrunkGroupId;

  constructor(account: AccountId, trunkGroup: TrunkGroupId) {
    this.account = account;
    this.trunkGroup = trunkGroup;
  }
}

/**
 * The DIDs of a routing table. Nearly all of a million have no settings of their own: of such a one there is nothing but
 * its number and whose it is, in tables that the garbage collector has little to do with. They are found by their digits
 * as a number: a Map would make a copy of each text that it is asked for.
 */
export class DidTable {
  readonly #dids = new NumberMap<Did | Owner>();
  readonly #owners = new Map<TrunkGroupId, Owner>();

  get size(): number {
    return this.#dids.size;
  }

  get(number: E164): Did | undefined {
    const found = this.#dids.get(integerOf(number));
    if (found === undefined || found.number !== undefined) return found;
    return { number, account: found.account, trunkGroup: found.trunkGroup };
  }

  has(number: E164): boolean {
    return this.#dids.get(integerOf(number)) !== undefined;
  }

  set(did: Did): void {
    const { number, account, trunkGroup } = did;
    const plain = did.failover === undefined && did.triggers === undefined;
    this.#dids.set(integerOf(number), plain ? this.#ownerOf(account, trunkGroup) : did);
  }

  delete(number: E164): void {
    this.#dids.delete(integerOf(number));
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
      this.#dids.set(digitsAsInteger(lines, from + 1, space), owner);
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
    const owner = new Owner(account, trunkGroup);
    this.#owners.set(trunkGroup, owner);
    return owner;
  }
}
