import { z } from 'zod';
import type {
  DidImportPreview,
  DidPage,
  DidPageRequest,
  DidsImported,
  DidView,
  ListedDid,
} from '../../control/views.ts';
import { parseE164 } from '../../domain/phone-number.ts';
import {
  accountIdText,
  changeFields,
  dryRun,
  e164,
  numberList,
  numberText,
  pageLimit,
  pageOf,
  trunkGroupIdText,
} from './common.ts';
import { toTriggers, triggers, triggersInput } from './delivery.ts';
import { didFilterFields, effective, failover, toEffective, toFailover } from './failover.ts';
import { problemEntry, toProblemEntry } from './problem.ts';

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

/** Every number from the first to the last. */
export const didRange = z
  .strictObject({ from: numberText, to: numberText })
  .meta({ description: 'Every number from the first to the last, 10,000 at most.' });

export const newDids = z
  .strictObject({
    numbers: numberList
      .optional()
      .meta({ description: 'All or nothing: one refused number and none is added. Either this or `range`.' }),
    range: didRange.optional(),
    trunkGroup: trunkGroupIdText.optional().meta({ description: "Absent: the account's first trunk group." }),
    dryRun,
  })
  .refine((input) => (input.numbers === undefined) !== (input.range === undefined), {
    error: 'must have either numbers or range',
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
/** A DID and its failover settings, or its trunk group, before and after. */
const didState = z.strictObject({ trunkGroup: z.string(), failover });

const importedFields = {
  changes: z
    .array(z.strictObject({ line: z.int(), did: e164, before: didState, after: didState }))
    .meta({ description: 'The DIDs that are, or would be, others, by the lines of the file.' }),
  unchanged: z.int().meta({ description: 'How many lines say what is so already.' }),
};

export const didsImported = z.strictObject({ ...changeFields, ...importedFields });

const refusedLines = z
  .array(problemEntry)
  .meta({ description: 'Everything that stands against it; while there is something, nothing is changed.' });

export const didImportPreview = z.strictObject({ ...importedFields, refused: refusedLines });

export const didAdditionPreview = z.strictObject({
  dids: z.array(did).meta({ description: 'What would be added.' }),
  warnings: z.array(problemEntry).meta({ description: 'What deserves a look.' }),
  refused: refusedLines,
});

export const didsChanged = z.strictObject({ ...changeFields, dids: z.array(did) });
export const didChanged = z.strictObject({ ...changeFields, did });
export const didsRemoved = z.strictObject({ ...changeFields, removed: z.int() });

export function toImported({ changes, unchanged }: Pick<DidsImported, 'changes' | 'unchanged'>) {
  const state = (one: DidsImported['changes'][number]['before']) => ({
    trunkGroup: one.trunkGroup,
    failover: toFailover(one.failover),
  });
  return {
    changes: changes.map(({ line, did: number, before, after }) => ({
      line,
      did: number,
      before: state(before),
      after: state(after),
    })),
    unchanged,
  };
}

export function toImportPreview(preview: DidImportPreview): z.output<typeof didImportPreview> {
  return { ...toImported(preview), refused: preview.refused.map(toProblemEntry) };
}

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
