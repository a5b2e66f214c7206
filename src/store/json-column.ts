import type { z } from 'zod';

/** The database holds what no version of ours has written there. */
export class DamagedRow extends Error {}

/** Reads a `_json` column. Throws DamagedRow, which ends up as a StoreUnavailable. */
export function readJson<T>(schema: z.ZodType<T>, text: string, column: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DamagedRow(`${column} is not JSON: ${text.slice(0, 60)}`);
  }
  const read = schema.safeParse(value);
  if (!read.success) throw new DamagedRow(`${column} is not what it should be: ${read.error.message}`);
  return read.data;
}

/**
 * Reads a `_json` column in which many rows hold the same: what the row before had is not read again. The value is
 * shared by those rows.
 */
export function readsAlike<T>(schema: z.ZodType<T>, column: string): (text: string) => T {
  let last: { readonly text: string; readonly value: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: readJson(schema, text, column) };
    return last.value;
  };
}
