import type { Account, Did, TrunkGroup } from '../domain/account.ts';
import type { Gateway } from '../domain/gateway.ts';
import type { AccountId, GatewayId, TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';

/** Where a trunk server is reached, by PBXs, gateways and the other trunk servers. */
export interface TrunkServerAddress {
  readonly id: TrunkServerId;
  readonly address: string;
  readonly port: number;
}

/** A trunk server as the others see it, in whatever process it runs. */
export interface PeerAddress extends TrunkServerAddress {
  /** Where the other trunk servers reach it, where that is not its address. */
  readonly handOver?: string;
  /** Its process has not been heard of lately: no call is handed to it; what it hands over is taken. */
  readonly away?: boolean;
}

/** Every place at which a trunk server is reached. */
export function placesOf({
  address,
  port,
  handOver,
}: PeerAddress): readonly { readonly address: string; readonly port: number }[] {
  return handOver === undefined
    ? [{ address, port }]
    : [
        { address, port },
        { address: handOver, port },
      ];
}

/** What the operator allows, as far as a call needs it. */
export interface RoutingPolicy {
  /** ISO country whose numbering plan completes numbers that come without +. */
  readonly homeCountry: string;
  /** ISO countries to which failover numbers may point. */
  readonly allowedCountries: readonly string[];
  /** Beginnings of E.164 numbers that are refused although their country is allowed. */
  readonly blockedPrefixes: readonly string[];
  /** CIDR ranges that a backup may point to although they are private, loopback and so on. */
  readonly allowedRanges: readonly string[];
  /** A call that was forwarded this often before is not forwarded again. */
  readonly maxDiversions: number;
}

/**
 * A trunk group with its HA1s as they lie in the store: a trunk server opens them when a PBX registers for the first time
 * (`SEALED_AS.ha1`). Those of a hundred thousand take more than a second.
 */
export interface SealedTrunkGroup extends Omit<TrunkGroup, 'ha1' | 'oldHa1'> {
  readonly sealed: TrunkGroup['ha1'];
}

/** What a snapshot consists of. */
export type SnapshotRow =
  | RoutingChange
  | { readonly kind: 'sealedTrunkGroup'; readonly trunkGroup: SealedTrunkGroup };

/** One row of the routing table set or removed. */
export type RoutingChange =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'accountRemoved'; readonly id: AccountId }
  | { readonly kind: 'trunkGroup'; readonly trunkGroup: TrunkGroup }
  | { readonly kind: 'trunkGroupRemoved'; readonly id: TrunkGroupId }
  | { readonly kind: 'did'; readonly did: Did }
  | { readonly kind: 'didRemoved'; readonly number: E164 }
  | { readonly kind: 'gateway'; readonly gateway: Gateway }
  | { readonly kind: 'gatewayRemoved'; readonly id: GatewayId }
  | { readonly kind: 'policy'; readonly policy: RoutingPolicy };
