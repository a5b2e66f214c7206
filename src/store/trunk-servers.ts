import type { Kysely } from 'kysely';
import type { TrunkServerId } from '../domain/ids.ts';
import { edgeHealthJson, numberLegCountsJson } from '../link/edge-json.ts';
import type { EdgeHealth, NumberLegCounts } from '../link/messages.ts';
import { readJson } from './json-column.ts';
import type { Tables, TrunkServersTable } from './schema.ts';

/** A trunk server as its process wrote it last. */
export interface StoredTrunkServer {
  readonly id: TrunkServerId;
  readonly process: string;
  readonly address: string;
  readonly port: number;
  /** Where the trunk servers of other processes reach it. */
  readonly handOver: string;
  readonly state: TrunkServersTable['state'];
  readonly reason: string | undefined;
  readonly revision: number | undefined;
  /** By the clock of its process. */
  readonly beatAt: number;
  readonly health: EdgeHealth | undefined;
  readonly healthAt: number | undefined;
  readonly numberLegs: NumberLegCounts;
}

/** The trunk servers of all processes that share the database. */
export class TrunkServers {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async put(trunkServer: StoredTrunkServer): Promise<void> {
    const row = rowOf(trunkServer);
    const { id: _, ...rest } = row;
    await this.#db
      .insertInto('trunk_servers')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
      .execute();
  }

  /** By id. */
  async list(): Promise<readonly StoredTrunkServer[]> {
    const rows = await this.#db.selectFrom('trunk_servers').selectAll().orderBy('id').execute();
    return rows.map(trunkServerFrom);
  }

  async remove(id: TrunkServerId): Promise<void> {
    await this.#db.deleteFrom('trunk_servers').where('id', '=', id).execute();
  }

  /** Those of a process that are not among `kept`: its settings have them no longer. */
  async removeOthersOf(process: string, kept: readonly TrunkServerId[]): Promise<void> {
    await this.#db
      .deleteFrom('trunk_servers')
      .where('process', '=', process)
      .where('id', 'not in', kept)
      .execute();
  }
}

function rowOf(trunkServer: StoredTrunkServer): TrunkServersTable {
  const { health, healthAt } = trunkServer;
  return {
    id: trunkServer.id,
    process: trunkServer.process,
    address: trunkServer.address,
    port: trunkServer.port,
    hand_over_address: trunkServer.handOver,
    state: trunkServer.state,
    reason: trunkServer.reason ?? null,
    revision: trunkServer.revision ?? null,
    beat_at: Math.floor(trunkServer.beatAt),
    health_at: healthAt === undefined ? null : Math.floor(healthAt),
    health_json: health === undefined ? null : JSON.stringify(health),
    number_legs_json: JSON.stringify(trunkServer.numberLegs),
  };
}

function trunkServerFrom(row: TrunkServersTable): StoredTrunkServer {
  return {
    id: row.id,
    process: row.process,
    address: row.address,
    port: row.port,
    handOver: row.hand_over_address,
    state: row.state,
    reason: row.reason ?? undefined,
    revision: row.revision ?? undefined,
    beatAt: row.beat_at,
    healthAt: row.health_at ?? undefined,
    // A process of another version may report other things.
    health: row.health_json === null ? undefined : edgeHealthJson.safeParse(JSON.parse(row.health_json)).data,
    numberLegs: readJson(numberLegCountsJson, row.number_legs_json, 'trunk_servers.number_legs_json'),
  };
}
