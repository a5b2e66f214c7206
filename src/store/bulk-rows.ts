import { type AliasedRawBuilder, CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import { EachRow } from './each-row.ts';
import type { Tables } from './schema.ts';

/**
 * The one place where the databases differ: how many rows go into one statement as one parameter, so that the
 * statement's text stays the same and is compiled once.
 */
export interface BulkRows {
  /** Something to select from, called `rows`: columns of `table`, with these values. */
  of<T extends keyof Tables, C extends keyof Tables[T] & string>(
    table: T,
    columns: readonly C[],
    rows: readonly Pick<Tables[T], C>[],
  ): AliasedRawBuilder<Pick<Tables[T], C>, 'rows'>;
  /**
   * Runs a statement over many rows. `statement` gets what to select them from, and has no parameters beside it: it may
   * be run once for all rows, or once for each.
   */
  run<T extends keyof Tables, C extends keyof Tables[T] & string>(
    db: Kysely<Tables>,
    table: T,
    columns: readonly C[],
    rows: readonly Pick<Tables[T], C>[],
    statement: (rows: AliasedRawBuilder<Pick<Tables[T], C>, 'rows'>) => Statement,
  ): Promise<void>;
  /** As `run`, for a statement that inserts them: it gets what stands behind the names of the columns. */
  insert<T extends keyof Tables, C extends keyof Tables[T] & string>(
    db: Kysely<Tables>,
    table: T,
    columns: readonly C[],
    rows: readonly Pick<Tables[T], C>[],
    statement: (rows: RawBuilder<Pick<Tables[T], C>>) => Statement,
  ): Promise<void>;
}

/** A query of Kysely's that gives nothing back. */
interface Statement {
  compile(): CompiledQuery;
  execute(): Promise<unknown>;
}

export const sqliteBulkRows: BulkRows = {
  of<T extends keyof Tables, C extends keyof Tables[T] & string>(
    _table: T,
    columns: readonly C[],
    rows: readonly Pick<Tables[T], C>[],
  ): AliasedRawBuilder<Pick<Tables[T], C>, 'rows'> {
    const values = sql.join(
      columns.map((column) => sql`value ->> ${sql.lit(`$.${column}`)} as ${sql.ref(column)}`),
    );
    return sql<Pick<Tables[T], C>>`(select ${values} from json_each(${JSON.stringify(rows)}))`.as('rows');
  },

  /** A prepared statement for each row takes a fraction of what it costs to take the rows out of JSON. */
  async run<T extends keyof Tables, C extends keyof Tables[T] & string>(
    db: Kysely<Tables>,
    _table: T,
    columns: readonly C[],
    rows: readonly Pick<Tables[T], C>[],
    statement: (rows: AliasedRawBuilder<Pick<Tables[T], C>, 'rows'>) => Statement,
  ): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    const values = sql.join(columns.map((column) => sql`${first[column]} as ${sql.ref(column)}`));
    await runForEach(db, columns, rows, statement(sql<Pick<Tables[T], C>>`(select ${values})`.as('rows')));
  },

  /** Values, not a select: what may insert several rows copies each page that it changes, to be able to take it back. */
  async insert<T extends keyof Tables, C extends keyof Tables[T] & string>(
    db: Kysely<Tables>,
    _table: T,
    columns: readonly C[],
    rows: readonly Pick<Tables[T], C>[],
    statement: (rows: RawBuilder<Pick<Tables[T], C>>) => Statement,
  ): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    const values = sql.join(columns.map((column) => sql`${first[column]}`));
    await runForEach(db, columns, rows, statement(sql<Pick<Tables[T], C>>`values (${values})`));
  },
};

/** Runs the statement for each row in the place of that for which it was made. */
async function runForEach<R>(
  db: Kysely<Tables>,
  columns: readonly (keyof R)[],
  rows: readonly R[],
  statement: Statement,
): Promise<void> {
  const { parameters, sql: text } = statement.compile();
  if (parameters.length !== columns.length) throw new Error('only the rows may be parameters');
  const each = new EachRow(rows.map((row) => columns.map((column) => row[column])));
  await db.executeQuery(CompiledQuery.raw(text, [each]));
}

export const postgresBulkRows: BulkRows = {
  of<T extends keyof Tables, C extends keyof Tables[T] & string>(
    table: T,
    columns: readonly C[],
    rows: readonly Pick<Tables[T], C>[],
  ): AliasedRawBuilder<Pick<Tables[T], C>, 'rows'> {
    const wanted = sql.join(columns.map((column) => sql.ref(column)));
    // The row type of the table says what each value is to be read as.
    const typed = sql`json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::json)`;
    return sql<Pick<Tables[T], C>>`(select ${wanted} from ${typed})`.as('rows');
  },

  async run<T extends keyof Tables, C extends keyof Tables[T] & string>(
    _db: Kysely<Tables>,
    table: T,
    columns: readonly C[],
    rows: readonly Pick<Tables[T], C>[],
    statement: (rows: AliasedRawBuilder<Pick<Tables[T], C>, 'rows'>) => Statement,
  ): Promise<void> {
    if (rows.length > 0) await statement(this.of(table, columns, rows)).execute();
  },

  async insert<T extends keyof Tables, C extends keyof Tables[T] & string>(
    db: Kysely<Tables>,
    table: T,
    columns: readonly C[],
    rows: readonly Pick<Tables[T], C>[],
    statement: (rows: RawBuilder<Pick<Tables[T], C>>) => Statement,
  ): Promise<void> {
    const wanted = sql.join(columns.map((column) => sql.ref(column)));
    await this.run(db, table, columns, rows, (from) =>
      statement(sql<Pick<Tables[T], C>>`select ${wanted} from ${from}`),
    );
  },
};
