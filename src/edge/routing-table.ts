import { assertNever } from '../base/assert-never.ts';
import type { Account, Did, TrunkGroup } from '../domain/account.ts';
import { type AddressPolicy, addressPolicy, type OwnAddress } from '../domain/address-policy.ts';
import { type DialPlan, dialPlanOf, NANP } from '../domain/dial-plan.ts';
import { type Gateway, gatewayPlaces } from '../domain/gateway.ts';
import type { AccountId, GatewayId, TrunkGroupId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { RoutingChange, RoutingPolicy } from '../link/routing.ts';
import { GatewaySources } from './gateway-sources.ts';
import { NumberVerdicts } from './number-verdicts.ts';

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
  readonly trunkGroups = new Map<TrunkGroupId, TrunkGroup>();
  readonly trunkGroupsByUsername = new Map<string, TrunkGroup>();
  readonly dids = new Map<E164, Did>();
  readonly gateways = new Map<GatewayId, Gateway>();
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

  apply(change: RoutingChange): void {
    switch (change.kind) {
      case 'account':
        this.accounts.set(change.account.id, change.account);
        return;
      case 'accountRemoved':
        this.accounts.delete(change.id);
        return;
      case 'trunkGroup':
        this.#removeTrunkGroup(change.trunkGroup.id);
        this.trunkGroups.set(change.trunkGroup.id, change.trunkGroup);
        this.trunkGroupsByUsername.set(change.trunkGroup.username, change.trunkGroup);
        return;
      case 'trunkGroupRemoved':
        this.#removeTrunkGroup(change.id);
        return;
      case 'did':
        this.dids.set(change.did.number, this.#shared(change.did));
        return;
      case 'didRemoved':
        this.dids.delete(change.number);
        return;
      case 'gateway':
        this.gateways.set(change.gateway.id, change.gateway);
        this.sources.replace(this.gateways.values());
        this.#addressPolicy = undefined;
        return;
      case 'gatewayRemoved':
        this.gateways.delete(change.id);
        this.sources.replace(this.gateways.values());
        this.#addressPolicy = undefined;
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

  /** Of a million DIDs each would keep the ids of its account and trunk group in memory of its own. */
  #shared(did: Did): Did {
    const account = this.accounts.get(did.account)?.id;
    const trunkGroup = this.trunkGroups.get(did.trunkGroup)?.id;
    return account === undefined || trunkGroup === undefined ? did : { ...did, account, trunkGroup };
  }

  #removeTrunkGroup(id: TrunkGroupId): void {
    const known = this.trunkGroups.get(id);
    if (known === undefined) return;
    this.trunkGroups.delete(id);
    if (this.trunkGroupsByUsername.get(known.username) === known) {
      this.trunkGroupsByUsername.delete(known.username);
    }
  }
}
