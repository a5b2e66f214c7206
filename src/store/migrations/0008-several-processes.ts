import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** The trunk servers of all processes, and questions that one process has for another's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('trunk_servers')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('process', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('port', 'integer', (c) => c.notNull())
    .addColumn('hand_over_address', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('revision', 'bigint')
    .addColumn('beat_at', 'bigint', (c) => c.notNull())
    .addColumn('health_at', 'bigint')
    .addColumn('health_json', 'text')
    .addColumn('number_legs_json', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('plan_questions')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('trunk_server', 'text', (c) => c.notNull())
    .addColumn('did', 'text', (c) => c.notNull())
    .addColumn('asked_at', 'bigint', (c) => c.notNull())
    .addColumn('answer_json', 'text')
    .execute();
  // SQLite has one process, which needs nobody to tell it.
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return;
  await tellOf(db, 'revisions', 'revision', 'throughline_revision');
  await tellOf(db, 'plan_questions', 'trunk_server', 'throughline_question');
}

/** A trigger, because it costs the change no statement more, and nobody who writes the table can forget it. */
async function tellOf(db: Kysely<unknown>, table: string, column: string, channel: string): Promise<void> {
  const name = sql.ref(`${channel}_told`);
  await sql`
    create function ${name}() returns trigger language plpgsql as $$
    begin
      perform pg_notify(${sql.lit(channel)}, new.${sql.ref(column)}::text);
      return null;
    end $$`.execute(db);
  await sql`
    create trigger ${name} after insert on ${sql.table(table)}
    for each row execute function ${name}()`.execute(db);
}
