import type { Kysely } from 'kysely';
import type { TrunkServerId } from '../domain/ids.ts';
import type { BulkRows } from './bulk-rows.ts';
import type { Tables } from './schema.ts';

export interface Activation {
  readonly trunkServer: TrunkServerId;
  readonly revision: number;
  readonly at: number;
}

const COLUMNS = ['trunk_server', 'revision', 'at'] as const;

/** When each trunk server began to route by which revision. */
export class Activations {
  readonly #db: Kysely<Tables>;
  readonly #bulk: BulkRows;

  constructor(db: Kysely<Tables>, bulk: BulkRows) {
    this.#db = db;
    this.#bulk = bulk;
  }

  /** The first time stands: a restart that loads the same revision again does not change it. */
  async insert(activations: readonly Activation[]): Promise<void> {
    if (activations.length === 0) return;
    const rows = activations.map(({ trunkServer, revision, at }) => ({
      trunk_server: trunkServer,
      revision,
      at,
    }));
    await this.#db
      .insertInto('activations')
      .columns(COLUMNS)
      .expression((query) =>
        query
          .selectFrom(this.#bulk.of('activations', COLUMNS, rows))
          .select(COLUMNS)
          .where((where) => where.lit(true)),
      )
      .onConflict((conflict) => conflict.columns(['trunk_server', 'revision']).doNothing())
      .execute();
  }

  /** The newest revision that the trunk server has ever routed by. */
  async newest(trunkServer: TrunkServerId): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('activations')
      .select('revision')
      .where('trunk_server', '=', trunkServer)
      .orderBy('revision', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.revision;
  }

  /** Since when the trunk server has routed by the revision or a newer one; undefined where it never has. */
  async since(trunkServer: TrunkServerId, revision: number): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('activations')
      .select('at')
      .where('trunk_server', '=', trunkServer)
      .where('revision', '>=', revision)
      .orderBy('revision')
      .limit(1)
      .executeTakeFirst();
    return row?.at;
  }
}
