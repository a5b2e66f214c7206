import { z } from 'zod';
import type { DidPage, DidPageRequest, DidView, ListedDid } from '../../control/views.ts';
import { parseE164 } from '../../domain/phone-number.ts';
import {
  accountIdText,
  changeFields,
  e164,
  numberList,
  numberText,
  pageLimit,
  pageOf,
  trunkGroupIdText,
} from './common.ts';
import { toTriggers, triggers, triggersInput } from './delivery.ts';
import { didFilterFields, effective, failover, toEffective, toFailover } from './failover.ts';

export const didParams = z.strictObject({ number: numberText });

export const accountDidParams = z.strictObject({ id: accountIdText, number: numberText });

/** DIDs are paged by number. */
const afterNumber = z
  .string()
  .max(40)
  .transform((text, context) => {
    const number = parseE164(text);
    if (number !== undefined) return number;
    context.addIssue({
      code: 'custom',
      message: 'must be the "next" of the page before, with + written %2B',
    });
    return z.NEVER;
  })
  .optional()
  .meta({ description: 'Return what comes after this: the `next` of the page before.' });

export const accountDidsQuery = z.strictObject({
  ...didFilterFields,
  order: z
    .enum(['ascending', 'descending'])
    .default('ascending')
    .meta({ description: 'By number. The same on every page.' }),
  after: afterNumber,
  limit: pageLimit,
});

export const didsQuery = accountDidsQuery.extend({ account: accountIdText.optional() });

export const newDids = z.strictObject({
  numbers: numberList,
  trunkGroup: trunkGroupIdText.optional().meta({ description: "Absent: the account's first trunk group." }),
});

export const didRemoval = z.strictObject({ numbers: numberList });

export const didMove = z.strictObject({
  numbers: numberList,
  to: z
    .strictObject({ account: accountIdText.optional(), trunkGroup: trunkGroupIdText.optional() })
    .refine((to) => to.account !== undefined || to.trunkGroup !== undefined, {
      error: 'must name account, trunkGroup or both',
    })
    .meta({ description: 'A DID that goes to another account leaves its failover settings behind.' }),
});

export const didChange = z.strictObject({
  triggers: triggersInput.nullable().meta({
    description:
      "Its own triggers; what is absent stays as it applies to the DID now. null: the account's apply again.",
  }),
});

export const did = z
  .strictObject({
    number: e164,
    account: z.string(),
    trunkGroup: z.string(),
    failover,
    triggers: triggers.nullable().meta({ description: "Its own triggers; null: the account's apply." }),
  })
  .meta({ id: 'Did' });

/** A DID with what a call for it gets. */
export const listedDid = did.extend({ effective }).meta({ id: 'ListedDid' });

export const didPage = pageOf(listedDid).extend({
  total: z.int().meta({ description: 'How many DIDs match the filter, on all pages.' }),
});
export const didsChanged = z.strictObject({ ...changeFields, dids: z.array(did) });
export const didChanged = z.strictObject({ ...changeFields, did });
export const didsRemoved = z.strictObject({ ...changeFields, removed: z.int() });

export function toDid(view: DidView): z.output<typeof did> {
  return {
    number: view.number,
    account: view.account,
    trunkGroup: view.trunkGroup,
    failover: toFailover(view.failover),
    triggers: view.triggers === undefined ? null : toTriggers(view.triggers),
  };
}

export function toListedDid(view: ListedDid): z.output<typeof listedDid> {
  return { ...toDid(view), effective: toEffective(view.effective) };
}

/** The page's place and order, without the filter. */
export function toDidPageRequest({
  after,
  limit,
  order,
}: Pick<z.output<typeof accountDidsQuery>, 'after' | 'limit' | 'order'>): DidPageRequest {
  return { after, limit, descending: order === 'descending' };
}

export function toDidPage({ entries, total, next }: DidPage): z.output<typeof didPage> {
  return { entries: entries.map(toListedDid), total, next: next ?? null };
}
