import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';

/** The disk did not do what was asked. `code` is the system's, such as ENOSPC or EACCES. */
export interface DiskError {
  readonly kind: 'disk';
  readonly code: string;
  readonly message: string;
}

/** The longest line, in bytes, newline included: far above any event, and a bound for the reader's memory. */
export const MAX_LINE_BYTES = 1024 * 1024;

const SUFFIX = '.spool';

/** Files of one trunk server are numbered upwards; the highest is the one that is written. */
export function spoolFilePath(folder: string, trunkServer: TrunkServerId, file: number): string {
  return join(folder, `${trunkServer}.${file}${SUFFIX}`);
}

/** The numbers of a trunk server's files, lowest first. A folder that does not exist holds none. */
export function spoolFileNumbers(folder: string, trunkServer: TrunkServerId): Result<number[], DiskError> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (thrown) {
    const error = diskError(thrown);
    return error.code === 'ENOENT' ? ok([]) : err(error);
  }
  const prefix = `${trunkServer}.`;
  const numbers: number[] = [];
  for (const entry of entries) {
    const name = entry.name;
    if (!entry.isFile() || !name.startsWith(prefix) || !name.endsWith(SUFFIX)) continue;
    const text = name.slice(prefix.length, -SUFFIX.length);
    const number = Number(text);
    if (Number.isSafeInteger(number) && number >= 0 && String(number) === text) numbers.push(number);
  }
  return ok(numbers.sort((a, b) => a - b));
}

/** What the disk can make fail becomes a value; anything else that is thrown is a bug and goes on. */
export function diskError(thrown: unknown): DiskError {
  if (thrown instanceof Error && 'syscall' in thrown && 'code' in thrown && typeof thrown.code === 'string') {
    return { kind: 'disk', code: thrown.code, message: thrown.message };
  }
  throw thrown;
}
