import { z } from 'zod';
import { accountIdJson, bindingJson, deliveryPlanJson, trunkServerIdJson } from '../domain/json-schemas.ts';
import type { EdgeHealth, NumberLegCounts, PlanAnswer } from './messages.ts';

const count = z.number().int().nonnegative();

/** What a trunk server of another process reported, as the store keeps it. */
export const edgeHealthJson: z.ZodType<EdgeHealth> = z.object({
  trunkServer: trunkServerIdJson,
  revision: count,
  bindings: count,
  callsInProgress: count,
  transactions: count,
  timers: count,
  calls: count,
  datagramsIn: count,
  datagramsOut: count,
  discarded: count,
  recordsLost: count,
  loopDelay: z.number(),
  counts: z.object({
    calls: z.object({ answered: count, cancelled: count, failed: count }),
    attempts: z.object({
      answered: count,
      rejected: count,
      unreachable: count,
      noResponse: count,
      cancelled: count,
      skipped: count,
    }),
    registrations: z.object({ accepted: count, challenged: count, refused: count }),
    callsUp: count,
  }),
});

export const planAnswerJson: z.ZodType<PlanAnswer> = z.object({
  trunkServer: trunkServerIdJson,
  revision: count,
  plan: deliveryPlanJson,
  bindings: z.array(bindingJson),
});

export const numberLegCountsJson: z.ZodType<NumberLegCounts> = z.array(z.tuple([accountIdJson, count]));
