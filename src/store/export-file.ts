import { createHash } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '../base/result.ts';
import { type Cell, cell, type TableShape } from './whole-rows.ts';

/**
 * An export is a text file of lines, each of them JSON: a header, then for each table its columns and its rows, and
 * an end that has the count and the sum of each table and the SHA-256 of all lines before it.
 */
const header = z.strictObject({
  format: z.literal('throughline-export'),
  version: z.literal(1),
  /** The migration that the tables are at. */
  schema: z.string(),
  /** Of Throughline. */
  madeBy: z.string(),
  at: z.iso.datetime(),
});
const table = z.strictObject({ table: z.string(), columns: z.array(z.string()).min(1) });
const row = z.array(cell);
const end = z.strictObject({
  end: z.record(z.string(), z.strictObject({ rows: z.int().min(0), sum: z.string() })),
  sha256: z.string(),
});

export type ExportHeader = z.output<typeof header>;
export type TableTotals = z.output<typeof end>['end'];

/** Why the file is not taken, with the line where it was seen. */
export interface ImportRefused {
  readonly kind: 'importRefused';
  readonly line?: number;
  readonly message: string;
}

export function importRefused(message: string, line?: number): ImportRefused {
  return { kind: 'importRefused', message, ...(line === undefined ? {} : { line }) };
}

/** Makes the lines of an export, each with its line feed. */
export class ExportLines {
  readonly #hash = createHash('sha256');

  header(value: Omit<ExportHeader, 'format' | 'version'>): string {
    return this.#line({ format: 'throughline-export', version: 1, ...value });
  }

  table({ name, columns }: TableShape): string {
    return this.#line({ table: name, columns });
  }

  row(cells: readonly Cell[]): string {
    return this.#line(cells);
  }

  end(totals: TableTotals): string {
    return `${JSON.stringify({ end: totals, sha256: this.#hash.digest('hex') })}\n`;
  }

  #line(value: unknown): string {
    const text = `${JSON.stringify(value)}\n`;
    this.#hash.update(text);
    return text;
  }
}

export type ExportPart =
  | { readonly kind: 'header'; readonly header: ExportHeader }
  | { readonly kind: 'table'; readonly table: TableShape }
  | { readonly kind: 'row'; readonly cells: readonly Cell[] }
  /** Its checksum fits what was read before it. */
  | { readonly kind: 'end'; readonly totals: TableTotals };

/** Reads the lines of an export one by one and checks that each stands where it may. */
export class ExportReader {
  readonly #hash = createHash('sha256');
  #line = 0;
  #columns: number | undefined;
  #ended = false;

  get line(): number {
    return this.#line;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** `text` is one line without its line feed. */
  read(text: string): Result<ExportPart, ImportRefused> {
    this.#line += 1;
    if (this.#ended) return this.#refuse('the file goes on behind its end');
    const value = json(text);
    if (this.#line === 1) {
      const parsed = header.safeParse(value);
      this.#hash.update(`${text}\n`);
      return parsed.success ? ok({ kind: 'header', header: parsed.data }) : this.#refuse(NOT_OURS);
    }
    if (Array.isArray(value)) return this.#row(text, value);
    const ending = end.safeParse(value);
    if (ending.success) {
      this.#ended = true;
      const fits = this.#hash.digest('hex') === ending.data.sha256;
      return fits ? ok({ kind: 'end', totals: ending.data.end }) : this.#refuse(CHANGED);
    }
    const begin = table.safeParse(value);
    if (!begin.success) return this.#refuse(`this line is no line of an export. ${CHANGED}`);
    this.#hash.update(`${text}\n`);
    this.#columns = begin.data.columns.length;
    return ok({ kind: 'table', table: { name: begin.data.table, columns: begin.data.columns } });
  }

  #row(text: string, value: unknown): Result<ExportPart, ImportRefused> {
    const cells = row.safeParse(value);
    if (!cells.success || cells.data.length !== this.#columns) {
      return this.#refuse(`this row does not fit the columns of its table. ${CHANGED}`);
    }
    this.#hash.update(`${text}\n`);
    return ok({ kind: 'row', cells: cells.data });
  }

  #refuse(message: string): Result<never, ImportRefused> {
    return err(importRefused(message, this.#line));
  }
}

const NOT_OURS =
  'this is not the beginning of an export of Throughline; name a file that throughline export made';
const CHANGED = 'The file was changed or damaged since it was made; export again';

/** undefined where it is not JSON, which no schema of ours takes. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
