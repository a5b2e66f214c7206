import pg from 'pg';
import { z } from 'zod';
import type { Gateway } from '../../domain/gateway.ts';
import { SealingKey } from '../../link/sealing.ts';
import type { SchemaVersion } from '../../store/schema-version.ts';
import { versionAt } from '../commands/migrate.ts';
import { type DatabasePlace, nameOf, onExisting, openStore } from '../database.ts';
import { EXIT } from '../exit-code.ts';
import { causeOf, type Finding, findingsOf } from './finding.ts';

const { ok, problem, warning } = findingsOf('database');
const LIMIT_MS = 5_000;

/** What the other checks want to know from the database. */
export interface DatabaseFacts {
  readonly findings: readonly Finding[];
  readonly gateways: readonly Gateway[];
  readonly newestChange: number | undefined;
  /** By how many ms the clock of the database's machine is ahead of ours. */
  readonly ahead: number | undefined;
}

export async function checkDatabase(place: DatabasePlace): Promise<DatabaseFacts> {
  const server =
    place.kind === 'postgresql' ? await checkServer(place.url) : { findings: [], ahead: undefined };
  const nothing = { gateways: [], newestChange: undefined, ahead: server.ahead };
  const version = await onExisting(place, () => versionAt(place));
  if (!version.ok) {
    const { exit, reason } = version.error;
    const finding =
      exit === EXIT.notThere
        ? ok(`there is none at ${place.where} yet; the first start makes it`)
        : problem(
            reason,
            'see that it runs, and that database or THROUGHLINE_DATABASE, user and password are right',
          );
    return { ...nothing, findings: [finding, ...server.findings] };
  }
  const schema = checkSchema(nameOf(place), version.value);
  const findings = [schema, ...server.findings];
  if (schema.state !== 'ok') return { ...nothing, findings };
  const store = openStore(place, SealingKey.throwAway());
  if (!store.ok) return { ...nothing, findings };
  const read = await store.value.read(async (tables) => ({
    gateways: await tables.gateways.list(),
    newest: await tables.revisions.get(await tables.revisions.newest()),
  }));
  await store.value.close();
  if (!read.ok) {
    const advice = 'bring back a back-up where it is damaged (docs/operating.md says how)';
    return { ...nothing, findings: [...findings, problem(read.error.message, advice)] };
  }
  const { gateways, newest } = read.value;
  return { findings, gateways, newestChange: newest?.at, ahead: server.ahead };
}

function checkSchema(name: string, { newestRun, newestKnown, pending, unknown }: SchemaVersion): Finding {
  if (unknown.length > 0) {
    return problem(
      `${name} was made by a newer version of Throughline (${unknown.join(', ')})`,
      'run that version, or bring back the back-up from before',
    );
  }
  if (newestRun === undefined)
    return ok(`${name} is reached and has no tables yet; the first start makes them`);
  if (pending.length > 0) {
    return warning(
      `${name} is at ${newestRun} and this version at ${newestKnown ?? 'nothing'}`,
      'make a back-up; then throughline migrate, or the next start, brings it there',
    );
  }
  return ok(`${name} is reached and at ${newestRun}, which is the newest`);
}

const serverFacts = z.object({
  now: z.number(),
  standby: z.boolean(),
  fsync: z.string(),
  commit: z.string(),
  version: z.number(),
});

/** What PostgreSQL says of itself. That it cannot be reached is told by the schema's check. */
async function checkServer(
  url: string,
): Promise<{ readonly findings: readonly Finding[]; readonly ahead: number | undefined }> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
    application_name: 'throughline doctor',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const begun = Date.now();
    const { rows } = await client.query(
      `select (extract(epoch from clock_timestamp()) * 1000)::float8 as now, pg_is_in_recovery() as standby,
        current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
        current_setting('server_version_num')::int as version`,
    );
    const facts = serverFacts.parse(rows[0]);
    return { findings: judge(facts), ahead: facts.now - (begun + Date.now()) / 2 };
  } catch (thrown) {
    return {
      findings: [warning(`it tells nothing of itself (${causeOf(thrown)})`, 'see its log')],
      ahead: undefined,
    };
  } finally {
    await client.end().catch(() => {});
  }
}

function judge({ standby, fsync, commit, version }: z.output<typeof serverFacts>): readonly Finding[] {
  const found: Finding[] = [];
  if (standby) {
    found.push(
      problem('it is a standby, which takes no changes', 'point database at the primary, or promote it'),
    );
  }
  if (fsync === 'off') {
    found.push(
      problem(
        'fsync is off: a loss of power can destroy it',
        'set fsync = on in postgresql.conf and restart it',
      ),
    );
  }
  if (commit === 'off') {
    found.push(
      warning(
        'synchronous_commit is off: settings that were answered with success can be lost with the power',
        'set synchronous_commit = on',
      ),
    );
  }
  const major = Math.floor(version / 10_000);
  if (major < 15) found.push(warning(`it is PostgreSQL ${major}; tested is 15 and newer`, 'upgrade it'));
  return found;
}
