import type { Random } from '../base/random.ts';
import type { Account, Did } from '../domain/account.ts';
import { type AddressPolicy, pbxAddressAllowed } from '../domain/address-policy.ts';
import type { Backup } from '../domain/failover-settings.ts';
import type { GatewayId, TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { PbxAddress } from '../domain/pbx-address.ts';
import { effectiveFailover } from '../failover/effective-settings.ts';
import { orderGateways } from '../failover/gateways.ts';
import type { DeliveryFacts } from '../failover/plan-delivery.ts';
import type { AddressFamily } from '../sip/locate/targets.ts';
import type { RoutingTable } from './routing-table.ts';

/** What only the INVITE itself tells. For the question "what would happen now?" an ordinary call's. */
export interface CallFacts {
  readonly handedOver: boolean;
  readonly diversionCount: number;
  readonly maxForwards: number;
}

/** What a trunk server knows at this moment, beside its routing table. */
export interface LiveFacts {
  readonly otherTrunkServers: readonly TrunkServerId[];
  readonly addressPolicy: AddressPolicy;
  /** The one family that the trunk server's socket can send to. */
  readonly family: AddressFamily;
  readonly random: Random;
  /** True for the address of a backup that is allowed, and that needs no DNS to be sent to. */
  canCall(address: PbxAddress): boolean;
  isRegistered(trunkGroup: TrunkGroupId): boolean;
  legsUp(account: Account): number;
}

/** Collects everything that the delivery plan of a call depends on. */
export function deliveryFacts(
  table: RoutingTable,
  did: Did,
  account: Account,
  call: CallFacts,
  live: LiveFacts,
): DeliveryFacts {
  const failover = effectiveFailover(did.failover, account.failover);
  const { backup, number } = failover;
  const backupAddress = backup?.kind === 'address' ? backup.address : undefined;
  // Nearly always there is nothing to ask: it may be called, and can be.
  const settled = backupAddress === undefined || live.canCall(backupAddress);
  return {
    suspended: account.suspended,
    trunkGroup: did.trunkGroup,
    registeredHere: live.isRegistered(did.trunkGroup),
    handedOver: call.handedOver,
    failover,
    sharedRegistrations: account.delivery.sharedRegistrations,
    otherTrunkServers: live.otherTrunkServers,
    backupGroup: backupGroupState(table, account, backup, live),
    backupAllowed: settled || pbxAddressAllowed(backupAddress, live.addressPolicy).ok,
    backupTransportSupported: settled || canSendTo(backupAddress, live.family),
    gateways: number === undefined ? [] : gatewayIds(table, live.random),
    numberIsOwnDid: number !== undefined && table.dids.has(number),
    numberAllowed: number === undefined || table.numbers.allowed(number, table.policy),
    diversionCount: call.diversionCount,
    maxDiversions: table.policy.maxDiversions,
    maxForwards: call.maxForwards,
    legsUp: live.legsUp(account),
    legCap: account.delivery.legCap,
  };
}

/** Of a name the family is known when it is resolved. */
function canSendTo({ host, transport }: PbxAddress, family: AddressFamily): boolean {
  return (transport === undefined || transport === 'udp') && (host.kind === 'name' || host.kind === family);
}

function backupGroupState(
  table: RoutingTable,
  account: Account,
  backup: Backup | undefined,
  live: LiveFacts,
): DeliveryFacts['backupGroup'] {
  if (backup?.kind !== 'trunkGroup') return 'gone';
  const group = table.trunkGroups.get(backup.trunkGroup);
  if (group === undefined || group.account !== account.id) return 'gone';
  return live.isRegistered(group.id) ? 'registered' : 'notRegistered';
}

function gatewayIds(table: RoutingTable, random: Random): GatewayId[] {
  const ids: GatewayId[] = [];
  for (const gateway of orderGateways(table.allGateways, random)) ids.push(gateway.id);
  return ids;
}
