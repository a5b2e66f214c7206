import type { TrunkGroupId } from './ids.ts';
import type { PbxAddress } from './pbx-address.ts';
import type { E164 } from './phone-number.ts';

/** Where the backup attempt goes: an address on the network, or another trunk group of the same account. */
export type Backup =
  | { readonly kind: 'address'; readonly address: PbxAddress }
  | { readonly kind: 'trunkGroup'; readonly trunkGroup: TrunkGroupId };

/**
 * What a customer set for one DID or for the whole account. An object with neither field does not occur:
 * "no failover settings" is `undefined`.
 */
export interface FailoverSettings {
  readonly backup?: Backup;
  readonly number?: E164;
}
