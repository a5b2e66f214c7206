import type { Kysely } from 'kysely';

/** What was answered to requests that must not be done twice, for those who ask again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('given_answers')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('asker', 'text', (c) => c.notNull())
    .addColumn('request_hash', 'text', (c) => c.notNull())
    .addColumn('answer', 'text')
    .addColumn('size', 'integer', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('given_answers_asker')
    .on('given_answers')
    .columns(['asker', 'expires_at'])
    .execute();
  await db.schema.createIndex('given_answers_expires_at').on('given_answers').column('expires_at').execute();
}
