import type { Millis } from '../base/clock.ts';
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
