import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from './migrations/all.ts';

/** Where Kysely keeps the names of the migrations that have been run. */
const LEDGER = 'kysely_migration';

/** How far a database has come, by names of migrations in their order. */
export interface SchemaVersion {
  /** undefined: there are no tables yet. */
  readonly newestRun: string | undefined;
  /** What this version of Throughline would bring it to. */
  readonly newestKnown: string | undefined;
  readonly pending: readonly string[];
  /** Run by a newer version of Throughline; this one cannot use the database. */
  readonly unknown: readonly string[];
}

/** Runs the migrations of this version, each once. */
export function migratorOf<T>(db: Kysely<T>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
}

/** Reads alone, also where there is no table yet. */
export async function schemaVersion<T>(db: Kysely<T>): Promise<SchemaVersion> {
  const known = Object.keys(MIGRATIONS).toSorted();
  const run = await migrationsRun(db);
  return {
    newestRun: run.at(-1),
    newestKnown: known.at(-1),
    pending: known.filter((name) => !run.includes(name)),
    unknown: run.filter((name) => !known.includes(name)),
  };
}

async function migrationsRun<T>(db: Kysely<T>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === LEDGER)) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(LEDGER)} order by name`.execute(
    db,
  );
  return rows.map(({ name }) => name);
}
