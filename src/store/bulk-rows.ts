import { type AliasedRawBuilder, sql } from 'kysely';
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
};

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
};
