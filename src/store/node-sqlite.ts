import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely';
import { EachRow } from './each-row.ts';

/**
 * Of pages in memory, in KiB: a batch of call records touches a page of an index for nearly every record, and what does
 * not fit is written out and read again.
 */
const CACHE_KIB = 32 * 1024;

/** Pages in the write-ahead log until they are brought into the file: those that changed often meanwhile only once. */
const CHECKPOINT_PAGES = 4_000;

/** How long another process may hold the file before a statement gives up. The main thread waits for it. */
const BUSY_TIMEOUT_MS = 1_000;

/** Kysely's SQLite dialect over the SQLite that Node brings. */
export function nodeSqliteDialect(path: string, busyTimeout = BUSY_TIMEOUT_MS): Dialect {
  return new NodeSqliteDialect(new NodeSqlite(path, busyTimeout));
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #database: NodeSqlite;

  constructor(database: NodeSqlite) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new NodeSqliteDriver(this.#database);
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalDdlAdapter();
  }
}

/** SQLite changes tables within a transaction, so a migration that is killed leaves nothing half done. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: NodeSqlite;

  constructor(database: NodeSqlite) {
    super({ database });
    this.#database = database;
  }

  /** A transaction that will write takes the write lock first: taking it later can fail without a wait. */
  override async beginTransaction(
    connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }

  /** When the disk is full, SQLite has rolled back by itself. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }
}

class NodeSqlite implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, NodeSqliteStatement>();

  constructor(path: string, busyTimeout: number) {
    this.#database = new DatabaseSync(path, { timeout: busyTimeout, enableForeignKeyConstraints: true });
    // FULL: a setting that was answered with success is on disk, not only handed to the system.
    this.#database.exec('pragma journal_mode = wal; pragma synchronous = full');
    this.#database.exec(`pragma cache_size = -${CACHE_KIB}; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = new NodeSqliteStatement(this.#database.prepare(sql));
    // Few texts recur; starting afresh now and then costs nothing.
    if (this.#statements.size >= 500) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

class NodeSqliteStatement implements SqliteStatement {
  readonly reader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...parameters.map(sqlValue));
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    const [first] = parameters;
    if (!(first instanceof EachRow)) return this.#statement.run(...parameters.map(sqlValue));
    for (const row of first.rows) this.#statement.run(...row.map(sqlValue));
    return { changes: first.rows.length, lastInsertRowid: 0 };
  }

  *iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    yield* this.#statement.iterate(...parameters.map(sqlValue));
  }
}

function sqlValue(value: unknown): SQLInputValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return value;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      throw new TypeError(`a column cannot hold ${typeof value}`);
  }
}
