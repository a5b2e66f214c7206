import { z } from 'zod';
import {
  DELIVERY_RANGES,
  type DeliverySettings,
  type TriggerSettings,
} from '../../domain/delivery-settings.ts';

const preset = z.enum(['unreachable', 'unreachable-or-broken', 'anything']).meta({
  description: 'Which outcomes send a call on to the next attempt.',
});
const { noResponse, noProgress, ring, legCap, triggerCode } = DELIVERY_RANGES;
const statusCodes = z.array(z.int().min(triggerCode.min).max(triggerCode.max)).max(300);
const add = statusCodes.meta({
  description: 'SIP status codes that trigger although the preset lacks them.',
});
const remove = statusCodes.meta({
  description: 'SIP status codes that do not, although the preset has them.',
});

export const triggersInput = z.strictObject({
  preset: preset.optional(),
  add: add.optional(),
  remove: remove.optional(),
});

function rangeOr<W extends string>(word: W, { min, max }: { readonly min: number; readonly max: number }) {
  return z
    .union([z.literal(word), z.int().min(min).max(max)], {
      error: `must be "${word}" or a whole number of milliseconds from ${min} to ${max}`,
    })
    .optional();
}

/** What is absent stays as it is. */
export const deliveryInput = z.strictObject({
  triggers: triggersInput.optional(),
  timings: z
    .strictObject({
      noResponse: z
        .int()
        .min(noResponse.min)
        .max(noResponse.max)
        .optional()
        .meta({ description: 'Nothing at all came from a target, in ms.' }),
      noProgress: rangeOr('off', noProgress).meta({
        description: 'A 100 came, but no 18x or final response, in ms; or off.',
      }),
      ring: rangeOr('default', ring).meta({
        description: 'How long a target may ring, in ms; or default: 120000, with noAnswerFailover 25000.',
      }),
    })
    .optional(),
  noAnswerFailover: z
    .boolean()
    .optional()
    .meta({ description: 'A target that rings to the limit has failed, too.' }),
  sharedRegistrations: z
    .boolean()
    .optional()
    .meta({ description: 'Try the bindings at the other trunk servers before the backup.' }),
  legCap: z
    .int()
    .min(legCap.min)
    .max(legCap.max)
    .optional()
    .meta({ description: 'How many failover legs may be up at once.' }),
});

export const triggers = z.strictObject({ preset, add: z.array(z.int()), remove: z.array(z.int()) });

export const delivery = z.strictObject({
  triggers,
  timings: z.strictObject({
    noResponse: z.int(),
    noProgress: z.union([z.literal('off'), z.int()]),
    ring: z.union([z.literal('default'), z.int()]),
  }),
  noAnswerFailover: z.boolean(),
  sharedRegistrations: z.boolean(),
  legCap: z.int(),
});

export function toTriggers(value: TriggerSettings): z.output<typeof triggers> {
  return { preset: value.preset, add: [...value.add], remove: [...value.remove] };
}

export function toDelivery(value: DeliverySettings): z.output<typeof delivery> {
  return { ...value, triggers: toTriggers(value.triggers), timings: { ...value.timings } };
}
