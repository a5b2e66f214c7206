import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import { SealingKey } from '../link/sealing.ts';
import type { Config } from './config-schema.ts';
import { type DatabasePlace, databasePlace, nameOf, openWhole, unavailable } from './database.ts';
import { EXIT, type StartFailure } from './exit-code.ts';

/** What prints a key. */
const MAKE = 'openssl rand -hex 32';

/** The file with the sealing key: the one that the settings name, or with SQLite the one in the data folder. */
export function keyFileOf({ sealingKeyFile, database, dataFolder }: Config): string | undefined {
  if (sealingKeyFile !== undefined) return resolve(sealingKeyFile);
  return database === undefined ? join(resolve(dataFolder), 'sealing.key') : undefined;
}

/** The sealing key that is there; undefined where SQLite has none yet. Makes nothing. */
export function findSealingKey(config: Config): Result<SealingKey | undefined, StartFailure> {
  if (config.sealingKey !== undefined) return keyIn(config.sealingKey, 'the setting sealingKey');
  const file = keyFileOf(config);
  if (file === undefined) {
    return refused(
      `PostgreSQL needs a sealing key, which keeps SIP credentials unreadable in the database: print one with \`${MAKE}\`, put it into THROUGHLINE_SEALING_KEY or into a file that sealingKeyFile names, the same for every process, and keep a copy of it apart from the database`,
    );
  }
  const read = readKeyFile(file);
  if (read.ok) return read;
  if (read.error.kind === 'wrong') return refused(read.error.reason);
  if (read.error.code === 'ENOENT' && config.sealingKeyFile === undefined) return ok(undefined);
  return refused(
    `the sealing key cannot be read from ${file} (${read.error.code}); mend that, or make a key for a new database with \`${MAKE} > ${file}\``,
  );
}

/** The sealing key; made in the data folder where SQLite has none and nothing is sealed yet. */
export async function sealingKeyFor(config: Config): Promise<Result<SealingKey, StartFailure>> {
  const found = findSealingKey(config);
  if (!found.ok) return found;
  if (found.value !== undefined) return ok(found.value);
  const place = databasePlace(config);
  const sealedBy = await keyIdOfDatabase(place);
  if (!sealedBy.ok) return sealedBy;
  const file = keyFileOf(config) ?? '';
  if (sealedBy.value !== undefined) return refused(keyIsMissing(place, sealedBy.value, file));
  try {
    return keyIn(makeKeyFile(file), file);
  } catch (error) {
    return err({ exit: EXIT.cannotCreate, reason: `${file} cannot be written (${codeOf(error)})` });
  }
}

export function keyIsMissing(place: DatabasePlace, keyId: string, file: string): string {
  return `${nameOf(place)} is sealed with the key ${keyId}, and there is no key at ${file}; bring the file back from its back-up, or give the key in sealingKey or sealingKeyFile`;
}

/** Reads a key from a file of its own. */
export function keyInFile(file: string): Result<SealingKey, StartFailure> {
  const read = readKeyFile(file);
  if (read.ok) return read;
  return read.error.kind === 'wrong'
    ? refused(read.error.reason)
    : err({
        exit: EXIT.notThere,
        reason: `${file} cannot be read (${read.error.code}); make a key with \`${MAKE} > ${file}\``,
      });
}

type FileProblem =
  | { readonly kind: 'unreadable'; readonly code: string }
  | { readonly kind: 'wrong'; readonly reason: string };

function readKeyFile(file: string): Result<SealingKey, FileProblem> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    return err({ kind: 'unreadable', code: codeOf(error) });
  }
  const key = keyIn(text, file);
  return key.ok ? key : err({ kind: 'wrong', reason: key.error.reason });
}

function keyIn(text: string, where: string): Result<SealingKey, StartFailure> {
  const key = SealingKey.parse(text);
  return key === undefined
    ? refused(`${where} holds no sealing key, which is 64 hexadecimal digits such as \`${MAKE}\` prints`)
    : ok(key);
}

/** The id of the key that the database is sealed with; undefined while it is not, or where there is none. */
export async function keyIdOfDatabase(
  place: DatabasePlace,
): Promise<Result<string | undefined, StartFailure>> {
  const database = openWhole(place);
  if (!database.ok) return err(unavailable(place, database.error));
  try {
    const id = await database.value.sealedWith();
    return id.ok ? id : err(unavailable(place, id.error));
  } finally {
    await database.value.close();
  }
}

/** Whole and on the disk before anything is sealed with it: without it the database cannot be used any more. */
function makeKeyFile(file: string): string {
  const text = SealingKey.newText();
  const unfinished = `${file}.new`;
  const opened = openSync(unfinished, 'w', 0o600);
  writeSync(opened, `${text}\n`);
  fsyncSync(opened);
  closeSync(opened);
  renameSync(unfinished, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return text;
}

function refused(reason: string): Result<never, StartFailure> {
  return err({ exit: EXIT.config, reason });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
