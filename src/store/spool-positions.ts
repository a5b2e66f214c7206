import type { Kysely } from 'kysely';
import type { TrunkServerId } from '../domain/ids.ts';
import type { Tables } from './schema.ts';

/** How far a trunk server's spool has been applied: everything before it is in the store. */
export interface StoredPosition {
  readonly file: number;
  readonly offset: number;
}

/** Written in the transaction that applies the events, so that each event counts once. */
export class SpoolPositions {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async get(trunkServer: TrunkServerId): Promise<StoredPosition | undefined> {
    const row = await this.#db
      .selectFrom('spool_positions')
      .select(['file', 'byte_offset'])
      .where('trunk_server', '=', trunkServer)
      .executeTakeFirst();
    return row === undefined ? undefined : { file: row.file, offset: row.byte_offset };
  }

  async put(trunkServer: TrunkServerId, position: StoredPosition): Promise<void> {
    const values = { file: position.file, byte_offset: position.offset };
    await this.#db
      .insertInto('spool_positions')
      .values({ trunk_server: trunkServer, ...values })
      .onConflict((conflict) => conflict.column('trunk_server').doUpdateSet(values))
      .execute();
  }
}
