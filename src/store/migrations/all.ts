import type { Migration } from 'kysely/migration';
import { up as firstTables } from './0001-first-tables.ts';

/** Every migration by name; they run in the order of their names. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': { up: firstTables },
};
