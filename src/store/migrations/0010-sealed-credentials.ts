import type { Kysely } from 'kysely';

/** HA1s are sealed from here on (`Store.takeKey` does it), and the one before a new password may still be valid. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of ['old_ha1_md5', 'old_ha1_sha256']) {
    await db.schema.alterTable('trunk_groups').addColumn(column, 'text').execute();
  }
  for (const column of ['old_valid_until', 'old_last_used']) {
    await db.schema.alterTable('trunk_groups').addColumn(column, 'bigint').execute();
  }
  await db.schema
    .createIndex('trunk_groups_old_valid_until')
    .on('trunk_groups')
    .column('old_valid_until')
    .execute();
}
