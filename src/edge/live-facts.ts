import type { Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Account } from '../domain/account.ts';
import type { AddressPolicy } from '../domain/address-policy.ts';
import type { TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { PbxAddress } from '../domain/pbx-address.ts';
import type { AddressFamily } from '../sip/locate/targets.ts';
import type { LiveFacts } from './delivery-facts.ts';
import type { TrunkServer } from './trunk-server.ts';

/** The trunk server's state as a delivery plan sees it at `now`. */
export function liveFacts(server: TrunkServer, now: Millis): LiveFacts {
  return new FactsAt(server, now);
}

class FactsAt implements LiveFacts {
  readonly otherTrunkServers: readonly TrunkServerId[];
  readonly addressPolicy: AddressPolicy;
  readonly family: AddressFamily;
  readonly random: Random;
  readonly #server: TrunkServer;
  readonly #now: Millis;

  constructor(server: TrunkServer, now: Millis) {
    this.otherTrunkServers = server.peers.ids;
    this.addressPolicy = server.table.addressPolicy;
    this.family = server.family;
    this.random = server.random;
    this.#server = server;
    this.#now = now;
  }

  canCall(address: PbxAddress): boolean {
    return this.#server.locator.literal(address, this.addressPolicy) !== undefined;
  }

  isRegistered(trunkGroup: TrunkGroupId): boolean {
    return this.#server.registrations.has(trunkGroup, this.#now);
  }

  legsUp(account: Account): number {
    return this.#server.legs.up(account.id);
  }
}
