import { type Kysely, sql } from 'kysely';

/**
 * The indexes by which calls are listed hold no ids any more: an id was half of an entry, and calls that began in the same
 * millisecond are few enough to be put in order when they are asked for. An account's calls that nobody answered have an
 * index of their own: they are looked for, and few.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('calls_newest').execute();
  await db.schema.createIndex('calls_newest').on('calls').column('started_at').execute();
  for (const column of ['account', 'did', 'outcome']) {
    const name = `calls_newest_by_${column}`;
    await db.schema.dropIndex(name).execute();
    await db.schema.createIndex(name).on('calls').columns([column, 'started_at']).execute();
  }
  await db.schema
    .createIndex('calls_unanswered_by_account')
    .on('calls')
    .columns(['account', 'outcome', 'started_at'])
    .where('outcome', '<>', sql.lit('answered'))
    .execute();
}
