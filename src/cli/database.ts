import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import type { SealingKey } from '../link/sealing.ts';
import type { StoreUnavailable } from '../store/failure.ts';
import { Store } from '../store/store.ts';
import { WholeDatabase } from '../store/whole-database.ts';
import type { Config } from './config-schema.ts';
import { databaseIn, openDataFolder } from './data-folder.ts';
import { EXIT, type StartFailure } from './exit-code.ts';

/** The database that the settings name, not opened yet. */
export type DatabasePlace =
  | { readonly kind: 'sqlite'; readonly where: string }
  /** `where` has no password in it; `url` may. */
  | { readonly kind: 'postgresql'; readonly where: string; readonly url: string };

export function databasePlace({ database, dataFolder }: Config): DatabasePlace {
  if (database === undefined) return { kind: 'sqlite', where: databaseIn(resolve(dataFolder)) };
  return { kind: 'postgresql', where: withoutPassword(database), url: database };
}

/** `SQLite /srv/throughline/data/throughline.db` */
export function nameOf({ kind, where }: DatabasePlace): string {
  return `${kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'} ${where}`;
}

function withoutPassword(text: string): string {
  if (!URL.canParse(text)) return 'at the address in the setting database';
  const url = new URL(text);
  url.password = '';
  url.search = '';
  return url.href;
}

export function openStore(place: DatabasePlace, key: SealingKey): Result<Store, StoreUnavailable> {
  return place.kind === 'sqlite'
    ? Store.openSqlite(place.where, key)
    : ok(Store.openPostgres(place.url, key));
}

export function openWhole(place: DatabasePlace): Result<WholeDatabase, StoreUnavailable> {
  return place.kind === 'sqlite'
    ? WholeDatabase.openSqlite(place.where)
    : ok(WholeDatabase.openPostgres(place.url));
}

/** Carries `use` out on a database that is there; an SQLite file is not made. */
export async function onExisting<T>(
  place: DatabasePlace,
  use: () => Promise<Result<T, StartFailure>>,
): Promise<Result<T, StartFailure>> {
  if (place.kind === 'sqlite' && !existsSync(place.where)) {
    return err({
      exit: EXIT.notThere,
      reason: `there is no database at ${place.where}; dataFolder names another folder, and throughline migrate makes one`,
    });
  }
  return await use();
}

/** Carries `use` out while no service uses the SQLite database; PostgreSQL itself keeps several users apart. */
export async function onUnused<T>(
  place: DatabasePlace,
  { dataFolder }: Config,
  use: () => Promise<Result<T, StartFailure>>,
): Promise<Result<T, StartFailure>> {
  if (place.kind === 'postgresql') return await use();
  const folder = openDataFolder(dataFolder);
  if (!folder.ok) return folder;
  try {
    return await use();
  } finally {
    folder.value.release();
  }
}

export function unavailable(place: DatabasePlace, { message }: StoreUnavailable): StartFailure {
  return { exit: EXIT.unavailable, reason: `${nameOf(place)}: ${message}` };
}
