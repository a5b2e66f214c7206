import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';

/** What a column of any of our tables may hold. */
export const cell = z.union([z.string(), z.number(), z.null()]);
export type Cell = z.output<typeof cell>;

/** A database of which nothing but what it says of itself is known. */
export type AnyTables = Record<string, Record<string, Cell>>;

export interface TableShape {
  readonly name: string;
  /** By name, so that two databases that got them in different order agree. */
  readonly columns: readonly string[];
}

/** Reads and checks what SQLite and PostgreSQL do in different ways. */
export interface WholeDialect {
  /** Every row of the table, a few at a time, within a transaction. */
  batches(db: Kysely<AnyTables>, table: TableShape): AsyncIterable<readonly Record<string, Cell>[]>;
  /** From here to `checkReferences` rows may refer to rows that come later. Keeps others from writing. */
  deferReferences(db: Kysely<AnyTables>, tables: readonly TableShape[]): Promise<void>;
  /** Fails as the statement would have that put the row in. */
  checkReferences(db: Kysely<AnyTables>): Promise<void>;
}

/** Rows in one batch: enough to be fast, and few enough for the 32,766 parameters of SQLite. */
const BATCH = 500;

/** The tables without Kysely's own. */
export async function tablesOf(db: Kysely<AnyTables>): Promise<readonly TableShape[]> {
  const tables = await db.introspection.getTables();
  // SQLite has no schemas; in PostgreSQL only the one that unqualified names mean is ours.
  const named = tables.some(({ schema }) => schema !== undefined);
  const ours = named ? await currentSchema(db) : undefined;
  return tables
    .filter(({ isView, schema }) => !isView && schema === ours)
    .map(({ name, columns }) => ({ name, columns: columns.map((column) => column.name).toSorted() }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function currentSchema(db: Kysely<AnyTables>): Promise<string | undefined> {
  const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(db);
  return rows[0]?.schema;
}

export const wholeSqlite: WholeDialect = {
  async *batches(db, { name, columns }) {
    let batch: Record<string, Cell>[] = [];
    for await (const row of db.selectFrom(name).select(columns).stream()) {
      batch.push(row);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  },
  async deferReferences(db) {
    await sql`pragma defer_foreign_keys = on`.execute(db);
  },
  async checkReferences(db) {
    // Here they are part of the commit, which says no more than that one is wrong.
    const wrong = await sql<{ table: string; parent: string }>`pragma foreign_key_check`.execute(db);
    const first = wrong.rows[0];
    if (first !== undefined) throw new LostReference(first.table, first.parent);
  },
};

/** A row of `table` refers to a row of `parent` that is not there. */
export class LostReference extends Error {
  constructor(table: string, parent: string) {
    super(`a row of ${table} refers to a row of ${parent} that is not in the file`);
  }
}

export const wholePostgres: WholeDialect = {
  async *batches(db, { name, columns }) {
    const query = db.selectFrom(name).select(columns);
    await sql`declare whole_table no scroll cursor for ${query}`.execute(db);
    for (;;) {
      const fetched = await sql<Record<string, Cell>>`fetch ${sql.lit(BATCH)} from whole_table`.execute(db);
      if (fetched.rows.length === 0) break;
      yield fetched.rows;
    }
    await sql`close whole_table`.execute(db);
  },
  async deferReferences(db, tables) {
    await sql`lock table ${sql.join(tables.map(({ name }) => sql.table(name)))} in exclusive mode`.execute(
      db,
    );
    await alterReferences(db, sql`deferrable initially deferred`);
  },
  async checkReferences(db) {
    await sql`set constraints all immediate`.execute(db);
    await alterReferences(db, sql`not deferrable`);
  },
};

async function alterReferences(db: Kysely<AnyTables>, how: ReturnType<typeof sql>): Promise<void> {
  const { rows } = await sql<{ name: string; of: string }>`
    select conname as name, pg_class.relname as of from pg_constraint join pg_class on pg_class.oid = conrelid
    where contype = 'f' and connamespace = current_schema()::regnamespace`.execute(db);
  for (const { name, of } of rows) {
    await sql`alter table ${sql.table(of)} alter constraint ${sql.ref(name)} ${how}`.execute(db);
  }
}

/** How many rows, and a sum over all of them that does not depend on their order. */
export class TableSum {
  rows = 0;
  #sum = 0n;

  add(cells: readonly Cell[]): void {
    const digest = createHash('sha256').update(JSON.stringify(cells)).digest('hex');
    this.#sum = BigInt.asUintN(128, this.#sum + BigInt(`0x${digest.slice(0, 32)}`));
    this.rows += 1;
  }

  get sum(): string {
    return this.#sum.toString(16).padStart(32, '0');
  }
}

export function cellsOf(row: Readonly<Record<string, Cell>>, { columns }: TableShape): readonly Cell[] {
  return columns.map((column) => row[column] ?? null);
}
