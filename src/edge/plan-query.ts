import type { Millis } from '../base/clock.ts';
import type { E164 } from '../domain/phone-number.ts';
import { planDelivery } from '../failover/plan-delivery.ts';
import type { PlanAnswer } from '../link/messages.ts';
import { deliveryFacts } from './delivery-facts.ts';
import { liveFacts } from './live-facts.ts';
import type { TrunkServer } from './trunk-server.ts';

/** An ordinary call: straight from a carrier. */
const ORDINARY_CALL = { handedOver: false, diversionCount: 0, maxForwards: 70 };

/** What would happen to a call for `number` at this trunk server now; undefined for a DID that it lacks. */
export function planNow(server: TrunkServer, number: E164, now: Millis): PlanAnswer | undefined {
  const { table } = server;
  const did = table.dids.get(number);
  const account = did === undefined ? undefined : table.accounts.get(did.account);
  if (did === undefined || account === undefined) return undefined;
  const plan = planDelivery(deliveryFacts(table, did, account, ORDINARY_CALL, liveFacts(server, now)));
  return {
    trunkServer: server.start.self.id,
    revision: table.revision,
    plan,
    bindings: server.registrations.bindings(did.trunkGroup, now),
  };
}
