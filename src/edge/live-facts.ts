import type { Millis } from '../base/clock.ts';
import type { LiveFacts } from './delivery-facts.ts';
import type { TrunkServer } from './trunk-server.ts';

/** The trunk server's state as a delivery plan sees it at `now`. */
export function liveFacts(server: TrunkServer, now: Millis): LiveFacts {
  return {
    otherTrunkServers: server.peers.ids,
    addressPolicy: server.table.addressPolicy,
    family: server.family,
    random: server.random,
    isRegistered: (trunkGroup) => server.registrations.has(trunkGroup, now),
    legsUp: (account) => server.legs.up(account.id),
  };
}
