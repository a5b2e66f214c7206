import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Papa from 'papaparse';
import { z } from 'zod';
import type { Result } from '../../base/result.ts';
import type { ControlError } from '../../control/errors.ts';
import { refuse } from '../problem.ts';
import type { ProblemDocument } from '../schemas/problem.ts';

/** RFC 7111 registers `header`. */
const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

type Rows = readonly (readonly string[])[];

/** The next rows of a file, and how to ask for those behind them; undefined behind the last. */
interface Part<K> {
  readonly rows: Rows;
  readonly next: K | undefined;
}

/** The answer of a route that gives a page as JSON, or a file with everything that a page is of. */
export function jsonOrFile<T extends z.ZodType>(page: T) {
  const file = z
    .string()
    .meta({ description: 'RFC 4180, the names of the columns in the first line. No pages.' });
  return { content: { 'application/json': { schema: page }, 'text/csv': { schema: file } } };
}

/** Whether the asker would rather have a file than JSON. */
export function wantsCsv({ headers }: FastifyRequest): boolean {
  const csv = qualityOf(headers.accept, 'text/csv');
  return csv > 0 && csv >= qualityOf(headers.accept, 'application/json');
}

/** RFC 9110 section 12.5.1, without wildcards: those mean JSON here. */
function qualityOf(accept: string | undefined, type: string): number {
  for (const range of accept?.split(',') ?? []) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (name !== type) continue;
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return quality === undefined ? 1 : Number(quality.slice(2)) || 0;
  }
  return 0;
}

/**
 * Sends a file (RFC 4180) part by part, each asked for once the one before it is on its way, so that no more than a part is held
 * in memory. Where the first cannot be had, the answer is the problem; where a later one cannot, the connection breaks off, so that
 * nobody takes half a file for the whole.
 */
export async function sendCsv<K>(
  reply: FastifyReply,
  name: string,
  header: readonly string[],
  partAfter: (key: K | undefined) => Promise<Result<Part<K>, ControlError>>,
): Promise<FastifyReply | ProblemDocument> {
  const first = await partAfter(undefined);
  if (!first.ok) return refuse(reply, first.error);
  reply.header('content-disposition', `attachment; filename="${name}"`);
  return reply.type(CSV_TYPE).send(Readable.from(textOf(header, first.value, partAfter)));
}

async function* textOf<K>(
  header: readonly string[],
  first: Part<K>,
  partAfter: (key: K | undefined) => Promise<Result<Part<K>, ControlError>>,
): AsyncGenerator<string> {
  yield lines([header]);
  let { rows, next } = first;
  for (;;) {
    if (rows.length > 0) yield lines(rows);
    if (next === undefined) return;
    const part = await partAfter(next);
    if (!part.ok) throw new Error(`the rest of the file cannot be had: ${part.error.kind}`);
    ({ rows, next } = part.value);
  }
}

function lines(rows: Rows): string {
  return `${Papa.unparse(
    rows.map((row) => [...row]),
    { newline: '\r\n' },
  )}\r\n`;
}
