import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import { type TrunkServerId, trunkServerId } from '../domain/ids.ts';

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

interface SpoolFile {
  readonly trunkServer: string;
  readonly file: number;
}

/** The numbers of a trunk server's files, lowest first. A folder that does not exist holds none. */
export function spoolFileNumbers(folder: string, trunkServer: TrunkServerId): Result<number[], DiskError> {
  const files = spoolFiles(folder);
  if (!files.ok) return files;
  const numbers: number[] = [];
  for (const found of files.value) if (found.trunkServer === trunkServer) numbers.push(found.file);
  return ok(numbers.sort((a, b) => a - b));
}

/** The trunk servers that have files in the folder, also those that the settings no longer have. */
export function spoolOwners(folder: string): Result<readonly TrunkServerId[], DiskError> {
  const files = spoolFiles(folder);
  if (!files.ok) return files;
  return ok([...new Set(files.value.map((found) => found.trunkServer))].map(trunkServerId));
}

function spoolFiles(folder: string): Result<readonly SpoolFile[], DiskError> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (thrown) {
    const error = diskError(thrown);
    return error.code === 'ENOENT' ? ok([]) : err(error);
  }
  const files: SpoolFile[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(SUFFIX)) continue;
    const name = entry.name.slice(0, -SUFFIX.length);
    const dot = name.lastIndexOf('.');
    const text = name.slice(dot + 1);
    const file = Number(text);
    if (dot < 1 || !Number.isSafeInteger(file) || file < 0 || String(file) !== text) continue;
    files.push({ trunkServer: name.slice(0, dot), file });
  }
  return ok(files);
}

/** What the disk can make fail becomes a value; anything else that is thrown is a bug and goes on. */
export function diskError(thrown: unknown): DiskError {
  if (thrown instanceof Error && 'syscall' in thrown && 'code' in thrown && typeof thrown.code === 'string') {
    return { kind: 'disk', code: thrown.code, message: thrown.message };
  }
  throw thrown;
}
