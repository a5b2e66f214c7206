import { PostgresProcess } from './postgres-process.ts';
import { POSTGRES_VARIABLE } from './postgres-under-test.ts';

/** One server for all tests of the project `postgresql`; each test has a database of its own in it. */
export default async function setUp(): Promise<() => Promise<void>> {
  const server = await PostgresProcess.make();
  process.env[POSTGRES_VARIABLE] = server.url;
  return () => server.remove();
}
