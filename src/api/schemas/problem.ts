import { z } from 'zod';
import type { Problem } from '../../control/errors.ts';

/** One thing that is wrong. */
export const problemEntry = z.strictObject({
  field: z.string().meta({
    description: 'The path of the field in the request, such as `dids[3]`; in a file, line and column.',
  }),
  message: z.string().meta({ description: 'What was wrong with it and what would be right.' }),
  line: z.int().optional().meta({ description: 'The line of a file; the first is 1.' }),
  column: z.string().optional().meta({ description: 'The name of the column in that line.' }),
});

export function toProblemEntry({ field, message, line, column }: Problem): z.output<typeof problemEntry> {
  return {
    field,
    message,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}

/** RFC 9457, with one entry in `errors` for each thing that is wrong. */
export const problem = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string().meta({ description: 'The name of the HTTP status.' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What went wrong and what would be right, for people.' }),
    code: z
      .enum([
        'badRequest',
        'unauthorized',
        'forbidden',
        'notFound',
        'conflict',
        'changedMeanwhile',
        'underWay',
        'keyReused',
        'refused',
        'tooLarge',
        'unsupportedMediaType',
        'tooManyTries',
        'storeUnavailable',
        'internal',
      ])
      .meta({ description: 'What went wrong, for programs.' }),
    reason: z
      .enum(['password', 'codeNeeded', 'code'])
      .optional()
      .meta({ description: 'Why a log-in failed.' }),
    current: z
      .unknown()
      .optional()
      .meta({ description: 'With 412: what is there now, as a GET of it answers.' }),
    errors: z.array(problemEntry).optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

export type ProblemDocument = z.output<typeof problem>;

/** The answers of a route that changes `current`, besides its own; to be joined with `problems`. */
export function stale<T extends z.ZodType>(current: T) {
  return { 412: problem.extend({ current }) };
}

/** The answers that every route may give besides its own. */
export const problems = { '4xx': problem, '5xx': problem } as const;
