import { hash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Binding } from '../domain/binding.ts';
import type { TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { BulkRows } from './bulk-rows.ts';
import { readsAlike } from './json-column.ts';
import type { BindingsTable, Tables } from './schema.ts';

const COLUMNS = [
  'trunk_server',
  'trunk_group',
  'contact_hash',
  'contact',
  'q',
  'registered_at',
  'expires_at',
  'call_id',
  'cseq',
  'user_agent',
  'source_transport',
  'source_address',
  'source_port',
  'behind_nat',
  'instance',
  'reg_id',
  'path_json',
] as const;

const KEY = ['trunk_server', 'trunk_group', 'contact_hash'] as const;

const pathJson = z.array(z.string());

/** What names a binding: a trunk group has one for each Contact at each trunk server. */
export type BindingKey = Pick<Binding, 'trunkServer' | 'trunkGroup' | 'contact'>;

/** The location services of all trunk servers, as far as they have told. Clocks tell fractions, columns hold none. */
export class Bindings {
  readonly #db: Kysely<Tables>;
  readonly #bulk: BulkRows;

  constructor(db: Kysely<Tables>, bulk: BulkRows) {
    this.#db = db;
    this.#bulk = bulk;
  }

  /** Inserts or replaces; no key may occur twice. */
  async put(bindings: readonly Binding[]): Promise<void> {
    await this.#bulk.insert(this.#db, 'bindings', COLUMNS, bindings.map(rowOf), (rows) =>
      this.#db
        .insertInto('bindings')
        .columns(COLUMNS)
        .expression(rows)
        .onConflict((conflict) =>
          conflict.columns(KEY).doUpdateSet((set) => ({
            contact: set.ref('excluded.contact'),
            q: set.ref('excluded.q'),
            registered_at: set.ref('excluded.registered_at'),
            expires_at: set.ref('excluded.expires_at'),
            call_id: set.ref('excluded.call_id'),
            cseq: set.ref('excluded.cseq'),
            user_agent: set.ref('excluded.user_agent'),
            source_transport: set.ref('excluded.source_transport'),
            source_address: set.ref('excluded.source_address'),
            source_port: set.ref('excluded.source_port'),
            behind_nat: set.ref('excluded.behind_nat'),
            instance: set.ref('excluded.instance'),
            reg_id: set.ref('excluded.reg_id'),
            path_json: set.ref('excluded.path_json'),
          })),
        ),
    );
  }

  async delete(keys: readonly BindingKey[]): Promise<void> {
    await this.#bulk.run(this.#db, 'bindings', KEY, keys.map(keyOf), (rows) =>
      this.#db.deleteFrom('bindings').where((where) =>
        where(
          where.refTuple(...KEY),
          'in',
          where
            .selectFrom(rows)
            .select(KEY)
            .$asTuple(...KEY),
        ),
      ),
    );
  }

  /** The trunk server is no more, and its location service with it. */
  async deleteAt(trunkServer: TrunkServerId): Promise<void> {
    await this.#db.deleteFrom('bindings').where('trunk_server', '=', trunkServer).execute();
  }

  /** Whatever trunk server has them. */
  async deleteOf(trunkGroups: readonly TrunkGroupId[]): Promise<void> {
    if (trunkGroups.length === 0) return;
    await this.#db.deleteFrom('bindings').where('trunk_group', 'in', trunkGroups).execute();
  }

  async deleteExpired(now: number): Promise<void> {
    await this.#db.deleteFrom('bindings').where('expires_at', '<=', Math.floor(now)).execute();
  }

  /** The live ones at a trunk server whose trunk group still exists. */
  async atTrunkServer(trunkServer: TrunkServerId, now: number): Promise<readonly Binding[]> {
    const rows = await this.#db
      .selectFrom('bindings')
      .innerJoin('trunk_groups', 'trunk_groups.id', 'bindings.trunk_group')
      .selectAll('bindings')
      .where('trunk_server', '=', trunkServer)
      .where('expires_at', '>', Math.floor(now))
      .execute();
    return rows.map(bindingFrom);
  }

  /** The live ones of these trunk groups, at every trunk server, the newest first. */
  async ofTrunkGroups(trunkGroups: readonly TrunkGroupId[], now: number): Promise<readonly Binding[]> {
    if (trunkGroups.length === 0) return [];
    const rows = await this.#db
      .selectFrom('bindings')
      .selectAll()
      .where('trunk_group', 'in', trunkGroups)
      .where('expires_at', '>', Math.floor(now))
      .orderBy('registered_at', 'desc')
      .execute();
    return rows.map(bindingFrom);
  }
}

function keyOf(key: BindingKey): Pick<BindingsTable, (typeof KEY)[number]> {
  return {
    trunk_server: key.trunkServer,
    trunk_group: key.trunkGroup,
    contact_hash: hash('sha256', key.contact),
  };
}

function rowOf(binding: Binding): BindingsTable {
  return {
    ...keyOf(binding),
    contact: binding.contact,
    q: binding.q,
    registered_at: binding.registeredAt,
    expires_at: binding.expiresAt,
    call_id: binding.callId,
    cseq: binding.cseq,
    user_agent: binding.userAgent,
    source_transport: binding.source.transport,
    source_address: binding.source.address,
    source_port: binding.source.port,
    behind_nat: binding.behindNat ? 1 : 0,
    instance: binding.instance ?? null,
    reg_id: binding.regId ?? null,
    path_json: JSON.stringify(binding.path),
  };
}

const readPath = readsAlike(pathJson, 'bindings.path_json');

function bindingFrom(row: BindingsTable): Binding {
  return {
    trunkServer: row.trunk_server,
    trunkGroup: row.trunk_group,
    contact: row.contact,
    q: row.q,
    registeredAt: row.registered_at,
    expiresAt: row.expires_at,
    callId: row.call_id,
    cseq: row.cseq,
    userAgent: row.user_agent,
    source: { transport: row.source_transport, address: row.source_address, port: row.source_port },
    behindNat: row.behind_nat === 1,
    ...(row.instance === null ? {} : { instance: row.instance }),
    ...(row.reg_id === null ? {} : { regId: row.reg_id }),
    path: readPath(row.path_json),
  };
}
