import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changesUnderLoad } from '../endurance/changes.ts';
import { killsDuringChanges } from '../endurance/kills.ts';
import { massOperations } from '../endurance/mass.ts';
import { outageUnderLoad } from '../endurance/outage.ts';
import { TwoProcesses } from '../endurance/two-processes.ts';
import { PostgresProcess } from '../support/postgres-process.ts';
import { Stand } from './stand.ts';

// `npm run endurance` does the same for longer: test/endurance/endurance.test.ts.

describe('two processes on one PostgreSQL, one trunk server each, with 50 calls a second at both', () => {
  let both: TwoProcesses;

  beforeAll(async () => {
    both = await TwoProcesses.start([63, 64]);
  });

  afterAll(async () => {
    await both?.end();
  });

  test('each of 100 changes is active on both within 1 s, and calls take only what was configured', async () => {
    const report = await changesUnderLoad(both, { changes: 100, everyMs: 60, rate: 50 });
    expect(report.activeAfter.p99).toBeLessThan(1_000);
    expect(report).toMatchObject({
      neverConfigured: [],
      outdated: [],
      notByRevision: [],
      records: report.calls,
    });
  });

  test('the database may go away for 5 s: no call is lost, no binding forgotten, each record there once', async () => {
    const report = await outageUnderLoad(both, { seconds: 5, rate: 50 });
    const { calls } = report;
    expect(report).toMatchObject({ landed: calls, recorded: calls, records: calls, withoutEnd: 0 });
    expect(report).toMatchObject({ registered: 20, bindings: 20, changeAnswer: 503 });
  });
});

describe.each(['SQLite', 'PostgreSQL'] as const)('on %s', (kind) => {
  let postgres: PostgresProcess | undefined;
  const stands: Stand[] = [];

  function stand(net: number): Stand {
    const made = new Stand(net, postgres === undefined ? {} : { database: postgres.url });
    stands.push(made);
    return made;
  }

  beforeAll(async () => {
    if (kind === 'PostgreSQL') postgres = await PostgresProcess.make();
  });

  afterAll(async () => {
    for (const made of stands) await made.end();
    await postgres?.remove();
  });

  test('kill -9 during changes: what was acknowledged is there, and nothing is half there', async () => {
    const report = await killsDuringChanges(stand(65), 3);
    expect(report).toMatchObject({ missing: [], halfDone: [], twice: [] });
    expect(report.acknowledged).toBeGreaterThan(10);
    expect(report.made).toBeGreaterThanOrEqual(3);
  });
});

test('a mass operation over 10,000 DIDs takes less than 1 s on SQLite, and no call is lost', async () => {
  const stand = new Stand(66);
  try {
    const report = await massOperations(stand, 3);
    expect(report.lost).toBe(0);
    expect(Math.max(...report.operations)).toBeLessThan(1_000);
  } finally {
    await stand.end();
  }
});
