import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** The audit log. No foreign keys: it outlives what it tells of. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit_entries')
    .addColumn('number', 'bigint', (c) => c.primaryKey().notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('account', 'text')
    .addColumn('account_name', 'text')
    .addColumn('to_account', 'text')
    .addColumn('actor_kind', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('actor_name', 'text')
    .addColumn('actor_account', 'text')
    .addColumn('address', 'text')
    .addColumn('revision', 'bigint')
    .addColumn('undoes', 'bigint')
    .addColumn('change_count', 'bigint', (c) => c.notNull())
    .addColumn('brief_json', 'text', (c) => c.notNull())
    .addColumn('changes_json', 'text')
    .execute();
  for (const column of ['account', 'to_account', 'action', 'actor_id', 'actor_name']) {
    await db.schema
      .createIndex(`audit_entries_${column}`)
      .on('audit_entries')
      .columns([column, 'number'])
      .execute();
  }
  for (const column of ['at', 'revision', 'undoes']) {
    await db.schema.createIndex(`audit_entries_${column}`).on('audit_entries').column(column).execute();
  }

  await db.schema
    .createTable('audit_targets')
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('entry', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_targets_key', ['target', 'entry'])
    .execute();

  await db.schema
    .createTable('audit_counter')
    .addColumn('id', 'integer', (c) => c.primaryKey().notNull())
    .addColumn('number', 'bigint', (c) => c.notNull())
    .execute();
  await sql`insert into audit_counter (id, number) values (1, 0)`.execute(db);

  for (const table of ['audit_entries', 'audit_targets']) await appendOnly(db, table);
}

/** Whatever statement would change or delete a row fails, whoever sends it. */
async function appendOnly(db: Kysely<unknown>, table: string): Promise<void> {
  const message = sql.lit(`${table} is append-only`);
  if (db.getExecutor().adapter instanceof PostgresAdapter) {
    const name = sql.ref(`${table}_append_only`);
    await sql`
      create function ${name}() returns trigger language plpgsql as $$
      begin
        raise exception ${message};
      end $$`.execute(db);
    await sql`
      create trigger ${name} before update or delete on ${sql.table(table)}
      for each row execute function ${name}()`.execute(db);
    await sql`
      create trigger ${sql.ref(`${table}_not_emptied`)} before truncate on ${sql.table(table)}
      for each statement execute function ${name}()`.execute(db);
    return;
  }
  for (const statement of ['update', 'delete']) {
    await sql`
      create trigger ${sql.ref(`${table}_no_${statement}`)} before ${sql.raw(statement)} on ${sql.table(table)}
      begin
        select raise(abort, ${message});
      end`.execute(db);
  }
}
