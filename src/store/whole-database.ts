import { isDeepStrictEqual } from 'node:util';
import { Kysely } from 'kysely';
import { err, ok, type Result } from '../base/result.ts';
import {
  ExportLines,
  ExportReader,
  type ImportRefused,
  importRefused,
  type TableTotals,
} from './export-file.ts';
import { type StoreUnavailable, storeFailure } from './failure.ts';
import { sealedWith } from './key-check.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import { postgresDialect } from './postgres.ts';
import { migratorOf, schemaVersion } from './schema-version.ts';
import {
  type AnyTables,
  type Cell,
  cellsOf,
  LostReference,
  type TableShape,
  TableSum,
  tablesOf,
  type WholeDialect,
  wholePostgres,
  wholeSqlite,
} from './whole-rows.ts';

/** Counting and comparing a table of many millions of call records takes its time. */
const STATEMENT_TIMEOUT_MS = 3_600_000;

/** Rows that are put in with one statement. */
const INSERT_ROWS = 200;

/** The tables are not at the schema of this version. */
export interface OtherSchema {
  readonly kind: 'otherSchema';
  readonly newestRun: string | undefined;
  readonly newestKnown: string | undefined;
}

/** Ends the transaction of an import without keeping anything. */
class Refused extends Error {
  readonly refusal: ImportRefused;

  constructor(refusal: ImportRefused) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** A database as a whole, to move everything from one to another; which tables and columns it has it says itself. */
export class WholeDatabase {
  readonly #db: Kysely<AnyTables>;
  readonly #dialect: WholeDialect;

  private constructor(db: Kysely<AnyTables>, dialect: WholeDialect) {
    this.#db = db;
    this.#dialect = dialect;
  }

  static openSqlite(path: string): Result<WholeDatabase, StoreUnavailable> {
    try {
      return ok(new WholeDatabase(new Kysely({ dialect: nodeSqliteDialect(path) }), wholeSqlite));
    } catch (thrown) {
      return unavailable(thrown);
    }
  }

  static openPostgres(url: string): WholeDatabase {
    const dialect = postgresDialect(url, STATEMENT_TIMEOUT_MS);
    return new WholeDatabase(new Kysely({ dialect }), wholePostgres);
  }

  /** The id of the key that it is sealed with; undefined while it is not, or has no tables. */
  async sealedWith(): Promise<Result<string | undefined, StoreUnavailable>> {
    try {
      return ok(await sealedWith(this.#db));
    } catch (thrown) {
      return unavailable(thrown);
    }
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }

  /**
   * Writes one consistent view of everything, line by line; `write` may make it wait. Answers with what each table
   * held.
   */
  async export(
    madeBy: string,
    at: number,
    write: (line: string) => Promise<void> | void,
  ): Promise<Result<TableTotals, OtherSchema | StoreUnavailable>> {
    try {
      return await this.#db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async (db) => {
          const { newestRun, newestKnown, pending, unknown } = await schemaVersion(db);
          if (newestRun === undefined || pending.length > 0 || unknown.length > 0) {
            return err({ kind: 'otherSchema', newestRun, newestKnown });
          }
          const lines = new ExportLines();
          await write(lines.header({ schema: newestRun, madeBy, at: new Date(at).toISOString() }));
          const totals: TableTotals = {};
          for (const table of await tablesOf(db)) {
            await write(lines.table(table));
            totals[table.name] = await this.#sumOf(db, table, (cells) => write(lines.row(cells)));
          }
          await write(lines.end(totals));
          return ok(totals);
        });
    } catch (thrown) {
      return unavailable(thrown);
    }
  }

  /**
   * Takes over an export, all or nothing. The tables must be at this version's schema and hold no more than the
   * migrations put there. Before it is kept, every table is read again and compared with what the file says of it. What
   * is sealed in the file stays so: `keyId` names the key at hand, where there is one, which must be the same.
   */
  async import(
    lines: AsyncIterable<string>,
    keyId: string | undefined,
  ): Promise<Result<TableTotals, ImportRefused | StoreUnavailable>> {
    const reader = new ExportReader();
    try {
      const totals = await this.#db.transaction().execute(async (db) => {
        const { newestRun } = await schemaVersion(db);
        const tables = await tablesOf(db);
        await this.#dialect.deferReferences(db, tables);
        await this.#demandEmpty(db, tables);
        for (const { name } of tables) await db.deleteFrom(name).execute();
        const promised = await load(db, tables, newestRun, reader, lines);
        await this.#compare(db, tables, promised);
        await this.#dialect.checkReferences(db);
        await demandKey(db, keyId);
        return promised;
      });
      return ok(totals);
    } catch (thrown) {
      if (thrown instanceof Refused) return err(thrown.refusal);
      if (thrown instanceof LostReference) return err(importRefused(thrown.message));
      const said = refusalOf(thrown);
      if (said === undefined) return unavailable(thrown);
      return err(importRefused(`the database does not take a row up to this line: ${said}`, reader.line));
    }
  }

  /** Fails unless each table holds just what it holds in a database that was made this moment. */
  async #demandEmpty(db: Kysely<AnyTables>, tables: readonly TableShape[]): Promise<void> {
    const fresh = new Kysely<AnyTables>({ dialect: nodeSqliteDialect(':memory:') });
    try {
      const { error } = await migratorOf(fresh).migrateToLatest();
      if (error !== undefined) throw error;
      for (const table of tables) {
        const expected = await this.#sumOfFresh(fresh, table);
        const found = await this.#sumOf(db, table);
        if (isDeepStrictEqual(expected, found)) continue;
        const rows = found.rows === 1 ? '1 row' : `${found.rows} rows`;
        throw new Refused(
          importRefused(
            `the database is in use already: table ${table.name} has ${rows}. Import into a new, empty database`,
          ),
        );
      }
    } finally {
      await fresh.destroy();
    }
  }

  async #sumOfFresh(fresh: Kysely<AnyTables>, table: TableShape) {
    return await sumOver(wholeSqlite, fresh, table);
  }

  async #sumOf(db: Kysely<AnyTables>, table: TableShape, each?: (cells: readonly Cell[]) => unknown) {
    return await sumOver(this.#dialect, db, table, each);
  }

  async #compare(db: Kysely<AnyTables>, tables: readonly TableShape[], promised: TableTotals): Promise<void> {
    for (const table of tables) {
      const found = await this.#sumOf(db, table);
      const wanted = promised[table.name];
      if (isDeepStrictEqual(found, wanted)) continue;
      throw new Refused(
        importRefused(
          `table ${table.name} holds ${found.rows} rows and the file says ${wanted?.rows ?? 'nothing'} of it, or they differ in what they hold. Nothing was kept`,
        ),
      );
    }
  }
}

async function sumOver(
  dialect: WholeDialect,
  db: Kysely<AnyTables>,
  table: TableShape,
  each: (cells: readonly Cell[]) => unknown = () => undefined,
) {
  const sum = new TableSum();
  for await (const rows of dialect.batches(db, table)) {
    for (const row of rows) {
      const cells = cellsOf(row, table);
      sum.add(cells);
      await each(cells);
    }
  }
  return { rows: sum.rows, sum: sum.sum };
}

/** Puts the rows of the file into the tables and answers with what the end of the file says of them. */
async function load(
  db: Kysely<AnyTables>,
  tables: readonly TableShape[],
  schema: string | undefined,
  reader: ExportReader,
  lines: AsyncIterable<string>,
): Promise<TableTotals> {
  let table: TableShape | undefined;
  let rows: Record<string, Cell>[] = [];
  let totals: TableTotals | undefined;
  const seen = new Set<string>();
  const flush = async () => {
    if (table !== undefined && rows.length > 0) await db.insertInto(table.name).values(rows).execute();
    rows = [];
  };
  for await (const text of lines) {
    const part = reader.read(text);
    if (!part.ok) throw new Refused(part.error);
    switch (part.value.kind) {
      case 'header':
        if (part.value.header.schema !== schema) {
          const { schema: theirs, madeBy } = part.value.header;
          throw new Refused(
            importRefused(
              `the file is at schema ${theirs} (Throughline ${madeBy}) and this version at ${schema}; run the same version of Throughline for export and import`,
              reader.line,
            ),
          );
        }
        break;
      case 'table': {
        await flush();
        const { name, columns } = part.value.table;
        const known = tables.find((one) => one.name === name);
        if (known === undefined || seen.has(name) || !isDeepStrictEqual(known.columns, columns)) {
          throw new Refused(
            importRefused(
              `table ${name} with these columns is not in the database, or comes twice`,
              reader.line,
            ),
          );
        }
        seen.add(name);
        table = known;
        break;
      }
      case 'row': {
        const { cells } = part.value;
        rows.push(
          Object.fromEntries((table?.columns ?? []).map((column, at) => [column, cells[at] ?? null])),
        );
        if (rows.length >= INSERT_ROWS) await flush();
        break;
      }
      case 'end':
        totals = part.value.totals;
    }
  }
  if (totals === undefined) {
    const message = 'the file ends here without its last line; it is not whole. Copy it or export again';
    throw new Refused(importRefused(message, reader.line));
  }
  await flush();
  return totals;
}

async function demandKey(db: Kysely<AnyTables>, keyId: string | undefined): Promise<void> {
  const needed = await sealedWith(db);
  if (needed === undefined || needed === keyId) return;
  const here = keyId === undefined ? 'there is none here' : `the one here is ${keyId}`;
  const message = `it is sealed with the key ${needed}, and ${here}; give that of the database it was exported from in sealingKey or sealingKeyFile`;
  throw new Refused(importRefused(message));
}

/** SQLITE_CONSTRAINT, and the SQLSTATE classes 22 (data) and 23 (constraint): the file is to blame. */
function refusalOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const sqlite = 'errcode' in thrown && typeof thrown.errcode === 'number' && (thrown.errcode & 0xff) === 19;
  const postgres = 'severity' in thrown && 'code' in thrown && /^2[23]/.test(String(thrown.code));
  return sqlite || postgres ? thrown.message : undefined;
}

function unavailable(thrown: unknown): Result<never, StoreUnavailable> {
  const failure = storeFailure(thrown);
  if (failure === undefined) throw thrown;
  return err(failure);
}
