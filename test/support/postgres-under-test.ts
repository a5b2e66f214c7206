import pg from 'pg';
import { Store } from '../../src/store/store.ts';
import { WholeDatabase } from '../../src/store/whole-database.ts';
import { SEALING_KEY } from './sealing-key.ts';

/** Where `postgres-server.ts` says that its server is. */
export const POSTGRES_VARIABLE = 'THROUGHLINE_TEST_POSTGRES';

let made = 0;

/** Makes a database of its own for each test; undefined where no server was started for the tests. */
export function postgresUnderTest() {
  const server = process.env[POSTGRES_VARIABLE];
  if (server === undefined) return undefined;
  return async () => {
    made += 1;
    const name = `contract_${process.pid}_${made}`;
    await run(server, `create database ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    return {
      open: (key = SEALING_KEY) => Store.openPostgres(url.href, key),
      openWhole: () => WholeDatabase.openPostgres(url.href),
      send: (statement: string) => run(url.href, statement),
      /** Ends the connections of this name from the server's side. */
      cut: (application: string) =>
        run(
          url.href,
          `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = '${application}'`,
        ),
      remove: () => run(server, `drop database ${name} with (force)`),
    };
  };
}

async function run(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
