import { type Dialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { NotConnected } from './failure.ts';

/** So many statements run at once at most; every change waits for the one before it anyway. */
const CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 3_000;
/** A database that has stopped answering is as good as away. Migrations and snapshots stay far below it. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** Object ids of PostgreSQL's types: bigint and numeric, which `sum` and `count` give, come as text otherwise. */
const BIGINT = 20;

/** Kysely's PostgreSQL dialect. Nothing is connected before the first statement. */
export function postgresDialect(url: string, statementTimeout = STATEMENT_TIMEOUT_MS): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeout,
    query_timeout: statementTimeout,
    idle_in_transaction_session_timeout: statementTimeout,
    keepAlive: true,
    application_name: 'throughline',
    types: {
      // Times, revisions and offsets all stay below 2^53.
      getTypeParser: (id: number, format?: 'text' | 'binary') =>
        id === BIGINT && format !== 'binary' ? Number : pg.types.getTypeParser(id, format),
    },
  });
  // A connection that breaks is told by the statement that used it, or by the next one; nobody else need hear it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({
    pool: {
      connect: async () => {
        try {
          return await pool.connect();
        } catch (thrown) {
          throw new NotConnected(thrown);
        }
      },
      end: () => pool.end(),
      options: pool.options,
    },
  });
}
