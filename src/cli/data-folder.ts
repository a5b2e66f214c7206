import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '../base/result.ts';
import { EXIT, type StartFailure } from './exit-code.ts';

/** The data folder, held by this process alone. */
export interface DataFolder {
  readonly path: string;
  /** The SQLite database. */
  readonly database: string;
  /** Where trunk servers queue what has to reach the store. */
  readonly spools: string;
  /** Names the process that uses the folder, whenever it does, to others on the same database. */
  readonly process: string;
  release(): void;
}

const HOW = 'choose another with dataFolder in the settings file or THROUGHLINE_DATA_FOLDER';

/** Where the SQLite database of a data folder is. */
export function databaseIn(folder: string): string {
  return join(folder, 'throughline.db');
}

/** Makes the folder if need be, and locks it: two processes that share it would spoil each other's spools. */
export function openDataFolder(setting: string): Result<DataFolder, StartFailure> {
  const path = resolve(setting);
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false) {
      return refused(`the data folder ${path} is a file, not a folder; ${HOW}`);
    }
    makeFolder(path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    keepPrivate(path);
  } catch (error) {
    return refused(
      `the data folder ${path} cannot be written (${codeOf(error)}); make it writable, or ${HOW}`,
    );
  }
  const processFile = join(path, 'process');
  const pidFile = join(path, 'pid');
  // A lock of SQLite is one of the operating system's: it is gone with the process, however that ends.
  let lock: DatabaseSync | undefined;
  let name = '';
  try {
    lock = new DatabaseSync(join(path, 'lock'), { timeout: 0 });
    lock.exec('begin exclusive');
    writeFileSync(pidFile, `${process.pid}\n`);
    if (!existsSync(processFile)) writeFileSync(processFile, `${randomUUID()}\n`);
    name = readFileSync(processFile, 'utf8').trim();
  } catch (error) {
    lock?.close();
    if (isBusy(error)) {
      return refused(
        `the data folder ${path} is in use by process ${pidIn(pidFile)}; stop that first, or ${HOW}`,
      );
    }
    return refused(
      `the data folder ${path} cannot be locked (${codeOf(error)}); make it writable, or ${HOW}`,
    );
  }
  const held = lock;
  return ok({
    path,
    database: databaseIn(path),
    spools: join(path, 'spool'),
    process: name,
    release: () => held.close(),
  });
}

/** The process that holds the folder; undefined where none does. Makes nothing. */
export function holderOf(folder: string): string | undefined {
  const file = join(folder, 'lock');
  if (!existsSync(file)) return undefined;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    lock.exec('begin exclusive; rollback');
    return undefined;
  } catch (error) {
    return isBusy(error) ? pidIn(join(folder, 'pid')) : undefined;
  } finally {
    lock?.close();
  }
}

/** One level at a time: Node's own recursion never ends where a folder takes none, as below /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirSync(path, { mode: 0o700 });
}

/**
 * Others may not look in, whoever made the folder: it holds the hashes of SIP passwords and the signing key.
 * Where the folder is somebody else's, only what we write into it can be kept private.
 */
function keepPrivate(path: string): void {
  process.umask(0o077);
  if (statSync(path).uid === process.getuid?.()) chmodSync(path, 0o700);
}

function refused(reason: string): Result<never, StartFailure> {
  return err({ exit: EXIT.cannotCreate, reason });
}

/** SQLITE_BUSY: another connection, so another process, holds the lock. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code !== 'ERR_SQLITE_ERROR' ? String(error.code) : error.message;
}

function pidIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().slice(0, 20);
  } catch {
    return 'of another instance';
  }
}
