import { z } from 'zod';
import {
  accountIdJson,
  accountJson,
  didJson,
  e164Json,
  gatewayIdJson,
  gatewayJson,
  trunkGroupIdJson,
  trunkGroupJson,
} from '../domain/json-schemas.ts';
import type { RoutingChange } from './routing.ts';

const routingChangeJson: z.ZodType<RoutingChange> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('account'), account: accountJson }),
  z.object({ kind: z.literal('accountRemoved'), id: accountIdJson }),
  z.object({ kind: z.literal('trunkGroup'), trunkGroup: trunkGroupJson }),
  z.object({ kind: z.literal('trunkGroupRemoved'), id: trunkGroupIdJson }),
  z.object({ kind: z.literal('did'), did: didJson }),
  z.object({ kind: z.literal('didRemoved'), number: e164Json }),
  z.object({ kind: z.literal('gateway'), gateway: gatewayJson }),
  z.object({ kind: z.literal('gatewayRemoved'), id: gatewayIdJson }),
  z.object({
    kind: z.literal('policy'),
    policy: z.object({
      homeCountry: z.string(),
      allowedCountries: z.array(z.string()),
      blockedPrefixes: z.array(z.string()),
      allowedRanges: z.array(z.string()),
      maxDiversions: z.number().int().nonnegative(),
    }),
  }),
]);

const routingChangesJson = z.array(routingChangeJson);

/** Reads the changes of a revision as the store keeps them; undefined where they are of another version. */
export function parseRoutingChanges(json: string): readonly RoutingChange[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const changes = routingChangesJson.safeParse(value);
  return changes.success ? changes.data : undefined;
}
