import { assertNever } from '../base/assert-never.ts';
import type { Account } from '../domain/account.ts';
import { type AddressPolicy, addressPolicy, type OwnAddress } from '../domain/address-policy.ts';
import { type DialPlan, dialPlanOf, NANP } from '../domain/dial-plan.ts';
import { type Gateway, gatewayPlaces } from '../domain/gateway.ts';
import { type AccountId, type GatewayId, type TrunkGroupId, trunkGroupId } from '../domain/ids.ts';
import type { RoutingPolicy, SnapshotRow } from '../link/routing.ts';
import { DidTable } from './did-table.ts';
import { GatewaySources } from './gateway-sources.ts';
import { NumberVerdicts } from './number-verdicts.ts';
import { RoutedTrunkGroup, TrunkGroupsByUsername } from './routed-trunk-group.ts';

const DEFAULT_POLICY: RoutingPolicy = {
  homeCountry: 'US',
  allowedCountries: [],
  blockedPrefixes: [],
  allowedRanges: [],
  maxDiversions: 5,
};

/** Everything that a trunk server routes by, in memory: a call never waits for the store. */
export class RoutingTable {
  revision = 0;
  policy: RoutingPolicy = DEFAULT_POLICY;
  /** What the policy says of the failover numbers that were asked for. */
  readonly numbers = new NumberVerdicts();
  dialPlan: DialPlan = NANP;
  readonly accounts = new Map<AccountId, Account>();
  readonly trunkGroups = new Map<TrunkGroupId, RoutedTrunkGroup>();
  readonly trunkGroupsByUsername = new TrunkGroupsByUsername();
  readonly dids = new DidTable();
  readonly gateways = new Map<GatewayId, Gateway>();
  /** The same, for those who need all of them. */
  allGateways: readonly Gateway[] = [];
  readonly sources = new GatewaySources();
  #trunkServers: readonly OwnAddress[];
  #addressPolicy: AddressPolicy | undefined;

  /** `trunkServers`: the places of all of ours; none of them can be a backup. */
  constructor(trunkServers: readonly OwnAddress[]) {
    this.#trunkServers = trunkServers;
  }

  trunkServersAre(trunkServers: readonly OwnAddress[]): void {
    this.#trunkServers = trunkServers;
    this.#addressPolicy = undefined;
  }

  /** Which backup addresses may be called. */
  get addressPolicy(): AddressPolicy {
    this.#addressPolicy ??= addressPolicy(
      this.policy.allowedRanges,
      this.#trunkServers,
      gatewayPlaces(this.gateways.values()),
    );
    return this.#addressPolicy;
  }

  /** DIDs without settings of their own, as the snapshot brings them. */
  applyPlainDids(lines: string): void {
    this.dids.take(lines, (id) => this.trunkGroups.get(trunkGroupId(id)));
  }

  apply(change: SnapshotRow): void {
    switch (change.kind) {
      case 'account':
        this.accounts.set(change.account.id, change.account);
        return;
      case 'accountRemoved':
        this.accounts.delete(change.id);
        return;
      case 'trunkGroup':
      case 'sealedTrunkGroup': {
        const trunkGroup = new RoutedTrunkGroup(change.trunkGroup);
        this.#removeTrunkGroup(trunkGroup.id);
        this.trunkGroups.set(trunkGroup.id, trunkGroup);
        this.trunkGroupsByUsername.put(trunkGroup);
        return;
      }
      case 'trunkGroupRemoved':
        this.#removeTrunkGroup(change.id);
        this.dids.forget(change.id);
        return;
      case 'did':
        this.dids.set(change.did);
        return;
      case 'didRemoved':
        this.dids.delete(change.number);
        return;
      case 'gateway':
        this.gateways.set(change.gateway.id, change.gateway);
        this.#gatewaysChanged();
        return;
      case 'gatewayRemoved':
        this.gateways.delete(change.id);
        this.#gatewaysChanged();
        return;
      case 'policy':
        this.policy = change.policy;
        this.#addressPolicy = undefined;
        this.numbers.forget();
        this.dialPlan = dialPlanOf(change.policy.homeCountry) ?? NANP;
        return;
      default:
        assertNever(change);
    }
  }

  #gatewaysChanged(): void {
    this.allGateways = [...this.gateways.values()];
    this.sources.replace(this.allGateways);
    this.#addressPolicy = undefined;
  }

  #removeTrunkGroup(id: TrunkGroupId): void {
    const known = this.trunkGroups.get(id);
    if (known === undefined) return;
    this.trunkGroups.delete(id);
    this.trunkGroupsByUsername.remove(known);
  }
}
