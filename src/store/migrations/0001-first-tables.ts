import { type Kysely, sql } from 'kysely';

/** The tables of schema.ts as they were first. Never edited once released: what comes later is a new file. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('accounts')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('suspended', 'integer', (c) => c.notNull())
    .addColumn('did_format', 'text', (c) => c.notNull())
    .addColumn('delivery_json', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('changed_in', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('users')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('account', 'text', (c) => c.references('accounts.id').onDelete('cascade'))
    .addColumn('email', 'text', (c) => c.notNull().unique())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('users_account').on('users').column('account').execute();

  await db.schema
    .createTable('trunk_groups')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('account', 'text', (c) => c.notNull().references('accounts.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('username', 'text', (c) => c.notNull().unique())
    .addColumn('ha1_md5', 'text', (c) => c.notNull())
    .addColumn('ha1_sha256', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('changed_in', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('trunk_groups_account').on('trunk_groups').column('account').execute();

  await db.schema
    .createTable('dids')
    .addColumn('number', 'text', (c) => c.primaryKey().notNull())
    .addColumn('account', 'text', (c) => c.notNull().references('accounts.id'))
    .addColumn('trunk_group', 'text', (c) => c.notNull().references('trunk_groups.id'))
    .addColumn('triggers_json', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('changed_in', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('dids_account').on('dids').columns(['account', 'number']).execute();
  await db.schema.createIndex('dids_trunk_group').on('dids').columns(['trunk_group', 'number']).execute();

  await db.schema
    .createTable('failover_settings')
    .addColumn('owner', 'text', (c) => c.primaryKey().notNull())
    .addColumn('account', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('did', 'text', (c) => c.references('dids.number').onDelete('cascade'))
    .addColumn('backup_address_json', 'text')
    .addColumn('backup_trunk_group', 'text', (c) => c.references('trunk_groups.id'))
    .addColumn('number', 'text')
    .addColumn('changed_in', 'bigint', (c) => c.notNull())
    .execute();
  for (const column of ['account', 'did', 'backup_trunk_group', 'number']) {
    await db.schema
      .createIndex(`failover_settings_${column}`)
      .on('failover_settings')
      .column(column)
      .execute();
  }

  await db.schema
    .createTable('gateways')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('sources_json', 'text', (c) => c.notNull())
    .addColumn('address_json', 'text')
    .addColumn('priority', 'integer', (c) => c.notNull())
    .addColumn('weight', 'integer', (c) => c.notNull())
    .addColumn('trusted', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('changed_in', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('bindings')
    .addColumn('trunk_server', 'text', (c) => c.notNull())
    .addColumn('trunk_group', 'text', (c) => c.notNull())
    .addColumn('contact_hash', 'text', (c) => c.notNull())
    .addColumn('contact', 'text', (c) => c.notNull())
    .addColumn('q', 'integer', (c) => c.notNull())
    .addColumn('registered_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('call_id', 'text', (c) => c.notNull())
    .addColumn('cseq', 'bigint', (c) => c.notNull())
    .addColumn('user_agent', 'text', (c) => c.notNull())
    .addColumn('source_transport', 'text', (c) => c.notNull())
    .addColumn('source_address', 'text', (c) => c.notNull())
    .addColumn('source_port', 'integer', (c) => c.notNull())
    .addColumn('behind_nat', 'integer', (c) => c.notNull())
    .addColumn('instance', 'text')
    .addColumn('reg_id', 'bigint')
    .addColumn('path_json', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('bindings_key', ['trunk_server', 'trunk_group', 'contact_hash'])
    .execute();
  await db.schema.createIndex('bindings_trunk_group').on('bindings').column('trunk_group').execute();
  await db.schema.createIndex('bindings_expires_at').on('bindings').column('expires_at').execute();

  await db.schema
    .createTable('revisions')
    .addColumn('revision', 'bigint', (c) => c.primaryKey().notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('revision_changes')
    .addColumn('revision', 'bigint', (c) => c.primaryKey().notNull().references('revisions.revision'))
    .addColumn('changes_json', 'text', (c) => c.notNull())
    .addColumn('size', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('revision_counter')
    .addColumn('id', 'integer', (c) => c.primaryKey().notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .execute();
  await sql`insert into revision_counter (id, revision) values (1, 0)`.execute(db);
  await db.schema
    .createTable('activations')
    .addColumn('trunk_server', 'text', (c) => c.notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('activations_key', ['trunk_server', 'revision'])
    .execute();

  await db.schema
    .createTable('calls')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('trunk_server', 'text', (c) => c.notNull())
    .addColumn('handed_over_from', 'text')
    .addColumn('account', 'text', (c) => c.notNull())
    .addColumn('did', 'text', (c) => c.notNull())
    .addColumn('caller', 'text', (c) => c.notNull())
    .addColumn('sip_call_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('answered_at', 'bigint')
    .addColumn('final_at', 'bigint', (c) => c.notNull())
    .addColumn('final_status', 'integer', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('attempts_json', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('calls_newest').on('calls').columns(['started_at', 'id']).execute();
  for (const column of ['account', 'did', 'outcome']) {
    await db.schema
      .createIndex(`calls_newest_by_${column}`)
      .on('calls')
      .columns([column, 'started_at', 'id'])
      .execute();
  }
  await db.schema.createIndex('calls_handed_over_from').on('calls').column('handed_over_from').execute();

  await db.schema
    .createTable('spool_positions')
    .addColumn('trunk_server', 'text', (c) => c.primaryKey().notNull())
    .addColumn('file', 'bigint', (c) => c.notNull())
    .addColumn('byte_offset', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('secrets')
    .addColumn('name', 'text', (c) => c.primaryKey().notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
}
