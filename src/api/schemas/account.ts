import { z } from 'zod';
import type { AccountView } from '../../control/views.ts';
import {
  accountIdText,
  changeFields,
  numberText,
  pageAfter,
  pageLimit,
  pageOf,
  time,
  toTime,
} from './common.ts';
import { credentials } from './credentials.ts';
import { delivery, deliveryInput, toDelivery } from './delivery.ts';
import { didRange } from './did.ts';
import { failover, toFailover } from './failover.ts';
import { toTrunkGroup, trunkGroup } from './trunk-group.ts';

const name = z.string().trim().min(1).max(200);
const didFormat = z.enum(['10-digits', '11-digits', 'e164']).meta({
  description: "How a DID is written in the Request-URI and To towards the account's PBXs.",
});

export const accountParams = z.strictObject({ id: accountIdText });

export const newAccount = z
  .strictObject({
    name,
    didFormat: didFormat.optional(),
    delivery: deliveryInput.optional(),
    dids: z
      .array(numberText)
      .max(10_000)
      .optional()
      .meta({ description: 'Its first DIDs; all or nothing together with the account.' }),
    didRange: didRange.optional(),
  })
  .refine(({ dids, didRange: range }) => dids === undefined || range === undefined, {
    error: 'must have at most one of dids and didRange',
  });

/** What is absent stays as it is. */
export const accountChange = z
  .strictObject({
    name: name.optional(),
    didFormat: didFormat.optional(),
    suspended: z
      .boolean()
      .optional()
      .meta({ description: 'While suspended, calls get 480 and registrations 403.' }),
    delivery: deliveryInput.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'must change something: name, didFormat, suspended or delivery',
  });

/** What its owner may change. How many legs it may have, and whether it is suspended, is the operator's to say. */
export const ownAccountChange = z
  .strictObject({
    name: name.optional(),
    didFormat: didFormat.optional(),
    delivery: deliveryInput.omit({ legCap: true }).optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'must change something: name, didFormat or delivery',
  });

export const accountQuery = z.strictObject({ after: pageAfter, limit: pageLimit });

export const account = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    suspended: z.boolean(),
    didFormat,
    delivery,
    failover,
    trunkGroups: z.array(trunkGroup),
    dids: z.int().meta({ description: 'How many DIDs it has.' }),
    createdAt: time,
  })
  .meta({ id: 'Account' });

export const accountPage = pageOf(account);

export const accountChanged = z.strictObject({ ...changeFields, account });

export const accountClosing = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: 'The name of the account, to confirm that it is meant.' }),
});

export const accountClosed = z.strictObject({
  ...changeFields,
  closed: z.strictObject({
    id: z.string(),
    name: z.string(),
    dids: z.int().meta({ description: 'How many DIDs are free again.' }),
    trunkGroups: z.int(),
    users: z.int().meta({ description: 'How many people cannot log in any more.' }),
  }),
});

export const accountCreated = z.strictObject({ ...changeFields, account, credentials });

export function toAccount(view: AccountView): z.output<typeof account> {
  return {
    id: view.id,
    name: view.name,
    suspended: view.suspended,
    didFormat: view.didFormat,
    delivery: toDelivery(view.delivery),
    failover: toFailover(view.failover),
    trunkGroups: view.trunkGroups.map(toTrunkGroup),
    dids: view.dids,
    createdAt: toTime(view.createdAt),
  };
}
