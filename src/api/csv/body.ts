import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { RequestRefused } from '../request-problems.ts';
import { decodeText } from './read-csv.ts';

/** 10,000 lines with every column filled fit. */
export const CSV_LIMIT = 4 * 1024 * 1024;

/** A body that is a file; it is read within the handler. */
const csvBody = z.string().meta({
  description: 'RFC 4180, the names of the columns in the first line; docs/api.md lists them.',
  example: 'number,failover number\r\n5125550100,2125551234\r\n',
});

/** The body of a route that takes a file as well as JSON. */
export function jsonOrCsv<T extends z.ZodType>(json: T) {
  return {
    content: { 'application/json': { schema: json }, 'text/csv': { schema: csvBody } },
  };
}

/** Is a dry run asked for in the query? A file has no other place to say so. */
export const dryRunQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'true: nothing is changed; the answer says what would be.' }),
});

/** Lets the routes of `app` take `text/csv`; whatever else is no JSON stays refused with 415. */
export function takeCsv(app: FastifyInstance): void {
  app.addContentTypeParser(
    'text/csv',
    { parseAs: 'buffer', bodyLimit: CSV_LIMIT },
    (_request, body, done) => {
      const text = typeof body === 'string' ? body : decodeText(body);
      if (text === undefined) done(new RequestRefused([NOT_UTF8]));
      else done(null, text);
    },
  );
}

const NOT_UTF8 = {
  field: '(the whole body)',
  message: 'is not UTF-8; in Excel, save it as "CSV UTF-8"',
};
