import { z } from 'zod';
import type { GatewayView, Page } from '../../control/views.ts';
import type { GatewayPlace } from '../../store/gateways.ts';
import { changeFields, gatewayIdText, pageLimit, pageOf } from './common.ts';

export const gatewayParams = z.strictObject({ id: gatewayIdText });

const name = z.string().trim().min(1).max(200);
const sources = z
  .array(z.string().min(1).max(60))
  .max(1_000)
  .meta({
    description: 'IP addresses or CIDR ranges from which its calls come.',
    example: ['192.0.2.0/28'],
  });
const address = z.string().min(1).max(300).meta({
  description: 'Where numbers are dialled: `host[:port][;transport=udp|tcp|tls]`.',
  example: 'sip.carrier.example',
});
const priority = z.int().min(0).max(65_535).meta({ description: 'Lower is tried first.' });
const weight = z.int().min(1).max(65_535).meta({ description: 'Share among gateways of equal priority.' });
const trusted = z.boolean().meta({ description: 'Its P-Asserted-Identity is believed (RFC 3325).' });

export const gatewayInput = z.strictObject({
  name,
  sources: sources.optional(),
  address: address.optional(),
  priority: priority.optional(),
  weight: weight.optional(),
  trusted: trusted.optional(),
});

/** What is absent stays as it is. */
export const gatewayChange = z
  .strictObject({
    name: name.optional(),
    sources: sources.optional(),
    address: address.nullable().optional().meta({ description: 'null: it no longer takes calls.' }),
    priority: priority.optional(),
    weight: weight.optional(),
    trusted: trusted.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'must change something: name, sources, address, priority, weight or trusted',
  });

export const gateway = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    sources: z.array(z.string()),
    address: z.string().nullable(),
    priority: z.int(),
    weight: z.int(),
    trusted: z.boolean(),
  })
  .meta({ id: 'Gateway' });

/** Gateways are paged by what they are listed by: priority, then name. */
export const gatewayQuery = z.strictObject({
  after: z
    .string()
    .max(300)
    .transform((text, context) => {
      const [, priority, place] = /^(\d{1,5}) (.+)$/s.exec(text) ?? [];
      if (priority !== undefined && place !== undefined) return { priority: Number(priority), name: place };
      context.addIssue({ code: 'custom', message: 'must be the "next" of the page before' });
      return z.NEVER;
    })
    .optional()
    .meta({ description: 'Return what comes after this: the `next` of the page before.' }),
  limit: pageLimit,
});

export const gatewayPage = pageOf(gateway);
export const gatewayChanged = z.strictObject({ ...changeFields, gateway });
export const gatewayRemoved = z.strictObject({ ...changeFields, removed: z.string() });

export function toGateway(view: GatewayView): z.output<typeof gateway> {
  return {
    id: view.id,
    name: view.name,
    sources: [...view.sources],
    address: view.address ?? null,
    priority: view.priority,
    weight: view.weight,
    trusted: view.trusted,
  };
}

export function toGatewayPage({
  entries,
  next,
}: Page<GatewayView, GatewayPlace>): z.output<typeof gatewayPage> {
  return {
    entries: entries.map(toGateway),
    next: next === undefined ? null : `${next.priority} ${next.name}`,
  };
}
