import type { Millis } from '../base/clock.ts';
import { HashTable, hashText } from '../base/hash-table.ts';
import type { TrunkGroup } from '../domain/account.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { SealedTrunkGroup } from '../link/routing.ts';
import type { KnownCredentials } from '../sip/auth/digest.ts';

/** What a REGISTER is checked by. `damaged`: what was sealed cannot be opened, so nobody can register. */
type Secret =
  | { readonly kind: 'sealed'; readonly sealed: SealedTrunkGroup['sealed'] }
  | { readonly kind: 'open'; readonly ha1: TrunkGroup['ha1']; readonly oldHa1: TrunkGroup['oldHa1'] }
  | { readonly kind: 'damaged' };

/** Opens the HA1s of a trunk group; undefined where that is not possible. Asked once for each. */
export type Unseal = (id: TrunkGroupId, sealed: SealedTrunkGroup['sealed']) => TrunkGroup['ha1'] | undefined;

/** A trunk group of the routing table. Its HA1s stay sealed until somebody registers. */
export class RoutedTrunkGroup {
  readonly id: TrunkGroupId;
  readonly account: AccountId;
  readonly username: string;
  #secret: Secret;

  constructor(trunkGroup: TrunkGroup | SealedTrunkGroup) {
    this.id = trunkGroup.id;
    this.account = trunkGroup.account;
    this.username = trunkGroup.username;
    this.#secret =
      'sealed' in trunkGroup
        ? { kind: 'sealed', sealed: trunkGroup.sealed }
        : { kind: 'open', ha1: trunkGroup.ha1, oldHa1: trunkGroup.oldHa1 };
  }

  /** The old password's, too, as long as it is valid. Undefined where what was sealed is damaged. */
  credentials(unseal: Unseal, now: Millis): KnownCredentials | undefined {
    if (this.#secret.kind === 'sealed') {
      const ha1 = unseal(this.id, this.#secret.sealed);
      this.#secret = ha1 === undefined ? { kind: 'damaged' } : { kind: 'open', ha1, oldHa1: undefined };
    }
    const secret = this.#secret;
    if (secret.kind !== 'open') return undefined;
    const { ha1, oldHa1: old } = secret;
    return old === undefined || old.until <= now ? ha1 : { ...ha1, old };
  }
}

/** Trunk groups by the username that their PBXs register with. */
export class TrunkGroupsByUsername extends HashTable<string, RoutedTrunkGroup> {
  protected isNamed(trunkGroup: RoutedTrunkGroup, username: string): boolean {
    return trunkGroup.username === username;
  }

  /** `username` as it came from the network. */
  named(username: string): RoutedTrunkGroup | undefined {
    return this.get(username, hashOf(username));
  }

  /** In place of another that has its username. */
  put(trunkGroup: RoutedTrunkGroup): void {
    const other = this.named(trunkGroup.username);
    if (other !== undefined) this.remove(other);
    this.add(trunkGroup, hashOf(trunkGroup.username));
  }

  /** Does nothing where another has taken its username. */
  remove(trunkGroup: RoutedTrunkGroup): void {
    this.delete(trunkGroup, hashOf(trunkGroup.username));
  }
}

/** The usernames are ours, so nobody can choose them to fall together. */
function hashOf(username: string): number {
  return hashText(username, 0);
}
