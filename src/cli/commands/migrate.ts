import type { Command } from 'commander';
import { err, ok, type Result } from '../../base/result.ts';
import { SealingKey } from '../../link/sealing.ts';
import type { SchemaVersion } from '../../store/schema-version.ts';
import { type CommandLine, withConfig } from '../command-line.ts';
import type { Config } from '../config-schema.ts';
import {
  type DatabasePlace,
  databasePlace,
  nameOf,
  onExisting,
  onUnused,
  openStore,
  unavailable,
} from '../database.ts';
import type { StartFailure } from '../exit-code.ts';

interface Migrated {
  readonly from: SchemaVersion;
  readonly to: SchemaVersion;
}

/** `throughline migrate`: brings the database to the schema of this version. */
export function addMigrate(program: Command, line: CommandLine): void {
  withConfig(program.command('migrate'))
    .description('bring the database to the newest schema, and make it where there is none')
    .option('--status', 'say how far it is, and change nothing')
    .option('--json', 'answer in JSON')
    .action(async ({ config: file, status, json }: { config?: string; status?: true; json?: true }) => {
      const loaded = line.settings(file);
      if (loaded === undefined) return;
      const place = databasePlace(loaded.config);
      const database = { kind: place.kind, where: place.where };
      if (status === true) {
        const version = await onExisting(place, () => versionAt(place));
        if (!version.ok) line.fail(version.error);
        else if (json === true) line.sayJson({ database, ...forJson(version.value) });
        else line.say(`${nameOf(place)}: ${inWords(version.value)}`);
        return;
      }
      const migrated = await migrate(place, loaded.config);
      if (!migrated.ok) return line.fail(migrated.error);
      const { from, to } = migrated.value;
      const ran = from.pending.filter((name) => !to.pending.includes(name));
      if (json === true) {
        line.sayJson({ database, from: from.newestRun ?? null, to: to.newestRun ?? null, ran });
      } else if (ran.length === 0) {
        line.say(`${nameOf(place)}: is at ${to.newestRun} already; nothing to do`);
      } else {
        const count = ran.length === 1 ? '1 migration' : `${ran.length} migrations`;
        line.say(`${nameOf(place)}: from ${from.newestRun ?? 'nothing'} to ${to.newestRun} (${count})`);
      }
    });
}

/** Makes the database where it is missing. */
export function migrate(place: DatabasePlace, config: Config): Promise<Result<Migrated, StartFailure>> {
  return onUnused(place, config, async () => {
    const store = openStore(place, SealingKey.throwAway());
    if (!store.ok) return err(unavailable(place, store.error));
    try {
      const from = await store.value.schemaVersion();
      if (!from.ok) return err(unavailable(place, from.error));
      const done = await store.value.migrate();
      if (!done.ok) return err(unavailable(place, done.error));
      const to = await store.value.schemaVersion();
      if (!to.ok) return err(unavailable(place, to.error));
      return ok({ from: from.value, to: to.value });
    } finally {
      await store.value.close();
    }
  });
}

/** How far the tables have come. */
export async function versionAt(place: DatabasePlace): Promise<Result<SchemaVersion, StartFailure>> {
  const store = openStore(place, SealingKey.throwAway());
  if (!store.ok) return err(unavailable(place, store.error));
  try {
    const version = await store.value.schemaVersion();
    return version.ok ? version : err(unavailable(place, version.error));
  } finally {
    await store.value.close();
  }
}

function forJson({ newestRun, newestKnown, pending, unknown }: SchemaVersion) {
  return { schema: newestRun ?? null, newest: newestKnown ?? null, pending, unknown };
}

function inWords({ newestRun, newestKnown, pending, unknown }: SchemaVersion): string {
  const is = newestRun === undefined ? 'has no tables yet' : `is at ${newestRun}`;
  if (unknown.length > 0) {
    return `${is}, made by a newer version of Throughline; this one knows ${newestKnown ?? 'nothing'}`;
  }
  if (pending.length === 0) return `${is}, which is the newest`;
  return `${is}; throughline migrate would run ${pending.join(', ')}`;
}
