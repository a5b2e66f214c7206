import { z } from 'zod';
import type { Changed } from '../../control/control-plane.ts';
import { problemEntry, toProblemEntry } from './problem.ts';

/** A point in time in answers and filters: RFC 3339, in answers always UTC with milliseconds. */
export const time = z.iso.datetime({ offset: true }).meta({ example: '2026-11-23T09:30:00.000Z' });

export const toTime = (millis: number): string => new Date(millis).toISOString();

export const optionalTime = (millis: number | undefined): string | null =>
  millis === undefined ? null : toTime(millis);

/** Ids are made by us; all that is checked is that nothing absurd gets any further. */
const idText = (what: string) =>
  z
    .string()
    .min(1)
    .max(64)
    .meta({ description: `The id of ${what}, as an answer of this API gave it.` });

export const accountIdText = idText('an account');
export const trunkGroupIdText = idText('a trunk group');
export const gatewayIdText = idText('a gateway');
export const callIdText = z
  .string()
  .min(1)
  .max(100)
  .meta({ description: 'The id of a call, as an answer of this API gave it.' });

/** A phone number as people write it. The control plane says what is wrong with one. */
export const numberText = z.string().min(1).max(40).meta({
  description: 'A phone number: 10 or 11 digits, or E.164.',
  example: '+15125550100',
});

export const e164 = z.string().meta({ description: 'E.164', example: '+15125550100' });

export const dryRun = z
  .boolean()
  .optional()
  .meta({ description: 'true: nothing is changed; the answer says what would be.' });

/** A list of DIDs in a request. */
export const numberList = z.array(numberText).min(1).max(10_000);

const revision = z.int().meta({
  description:
    'The revision that carries the change. `/revisions/{n}` tells when each trunk server routes by it.',
});

/** What every answer to a change has besides what it made. */
export const changeFields = {
  revision,
  warnings: z
    .array(problemEntry)
    .optional()
    .meta({ description: 'What was done all the same but deserves a look.' }),
};

export function toChangeFields({ revision: number, warnings }: Changed<unknown>) {
  return {
    revision: number,
    ...(warnings === undefined || warnings.length === 0 ? {} : { warnings: warnings.map(toProblemEntry) }),
  };
}

export const pageLimit = z.coerce.number().int().min(1).max(1_000).default(100).meta({
  description: 'How many entries to return at most.',
});

/** The cursor that the page before gave as `next`. */
export const pageAfter = z.string().min(1).max(200).optional().meta({
  description: 'Return what comes after this: the `next` of the page before.',
});

export function pageOf<T extends z.ZodType>(entry: T) {
  return z.strictObject({
    entries: z.array(entry),
    next: z
      .string()
      .nullable()
      .meta({ description: 'Ask for the next page with `after`; null on the last.' }),
  });
}
