import { type Kysely, PostgresAdapter, sql } from 'kysely';

/**
 * SQLite's "insert or replace" removes the row that stands in its way, and asks no trigger for deletes
 * (https://www.sqlite.org/lang_conflict.html). PostgreSQL's "on conflict do update" is an update.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  if (db.getExecutor().adapter instanceof PostgresAdapter) return;
  await sql`
    create trigger audit_entries_no_replace before insert on audit_entries
    when exists (select 1 from audit_entries where number = new.number)
    begin
      select raise(abort, 'audit_entries is append-only');
    end`.execute(db);
}
