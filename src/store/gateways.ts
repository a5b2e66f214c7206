import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Gateway } from '../domain/gateway.ts';
import type { GatewayId } from '../domain/ids.ts';
import { pbxAddressJson } from '../domain/json-schemas.ts';
import { readJson } from './json-column.ts';
import type { GatewaysTable, Tables } from './schema.ts';

const sourcesJson = z.array(z.string());

/** Where a gateway stands in the list; no two stand at the same place. */
export type GatewayPlace = Pick<Gateway, 'priority' | 'name'>;

/** Gateways. They are few, so they are always read whole. */
export class Gateways {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async insert(gateway: Gateway, createdAt: number, revision: number): Promise<void> {
    await this.#db
      .insertInto('gateways')
      .values({ id: gateway.id, ...values(gateway), created_at: createdAt, changed_in: revision })
      .execute();
  }

  async update(gateway: Gateway, revision: number): Promise<void> {
    await this.#db
      .updateTable('gateways')
      .set({ ...values(gateway), changed_in: revision })
      .where('id', '=', gateway.id)
      .execute();
  }

  async delete(id: GatewayId): Promise<void> {
    await this.#db.deleteFrom('gateways').where('id', '=', id).execute();
  }

  async get(id: GatewayId): Promise<Gateway | undefined> {
    const row = await this.#db.selectFrom('gateways').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : gatewayFrom(row);
  }

  /** In the order in which they are tried, then by name. */
  async list(): Promise<readonly Gateway[]> {
    return (await this.#inOrder().execute()).map(gatewayFrom);
  }

  /** In the same order, the ones behind `after`. */
  async page(after: GatewayPlace | undefined, limit: number): Promise<readonly Gateway[]> {
    let query = this.#inOrder().limit(limit);
    if (after !== undefined) {
      const { priority, name } = after;
      query = query.where(({ or, and, eb }) =>
        or([eb('priority', '>', priority), and([eb('priority', '=', priority), eb('name', '>', name)])]),
      );
    }
    return (await query.execute()).map(gatewayFrom);
  }

  #inOrder() {
    return this.#db.selectFrom('gateways').selectAll().orderBy('priority').orderBy('name');
  }
}

function values(
  gateway: Gateway,
): Pick<GatewaysTable, 'name' | 'sources_json' | 'address_json' | 'priority' | 'weight' | 'trusted'> {
  return {
    name: gateway.name,
    sources_json: JSON.stringify(gateway.sources),
    address_json: gateway.address === undefined ? null : JSON.stringify(gateway.address),
    priority: gateway.priority,
    weight: gateway.weight,
    trusted: gateway.trusted ? 1 : 0,
  };
}

function gatewayFrom(row: GatewaysTable): Gateway {
  return {
    id: row.id,
    name: row.name,
    sources: readJson(sourcesJson, row.sources_json, 'gateways.sources_json'),
    ...(row.address_json === null
      ? {}
      : { address: readJson(pbxAddressJson, row.address_json, 'gateways.address_json') }),
    priority: row.priority,
    weight: row.weight,
    trusted: row.trusted === 1,
  };
}
