import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { circumstances, keep } from '../../bench/results.ts';
import { Stand } from '../e2e/stand.ts';
import { PostgresProcess } from '../support/postgres-process.ts';
import { changesUnderLoad } from './changes.ts';
import { killsDuringChanges } from './kills.ts';
import { massOperations } from './mass.ts';
import { outageUnderLoad } from './outage.ts';
import { TwoProcesses } from './two-processes.ts';

const around = circumstances();
const figures: Record<string, object> = {};

function figure(name: string, report: object): void {
  figures[name] = report;
  console.log(`${name}: ${JSON.stringify(report)}`);
}

afterAll(() => {
  console.log(`The figures are in ${keep('endurance', around, figures)}`);
});

describe('two processes on one PostgreSQL, one trunk server each, with 50 calls a second at both', () => {
  let both: TwoProcesses;

  beforeAll(async () => {
    both = await TwoProcesses.start([73, 74], 'on');
  });

  afterAll(async () => {
    await both?.end();
  });

  test('1,000 changes: each is active on both within 1 s (p99), no call is lost or takes another route', async () => {
    const report = await changesUnderLoad(both, { changes: 1_000, everyMs: 100, rate: 50 });
    figure('changes', report);
    expect(report.activeAfter.p99).toBeLessThan(1_000);
    expect(report).toMatchObject({
      neverConfigured: [],
      outdated: [],
      notByRevision: [],
      records: report.calls,
    });
  });

  test('PostgreSQL stopped for 60 s: no call is lost, no binding forgotten, each record there once', async () => {
    const report = await outageUnderLoad(both, { seconds: 60, rate: 50 });
    figure('outage', report);
    const { calls } = report;
    expect(report).toMatchObject({ landed: calls, recorded: calls, records: calls, withoutEnd: 0 });
    expect(report).toMatchObject({ registered: 20, bindings: 20, changeAnswer: 503 });
  });
});

describe.each([
  { kind: 'SQLite', mostMs: 1_000 },
  { kind: 'PostgreSQL', mostMs: 2_000 },
])('on $kind', ({ kind, mostMs }) => {
  let postgres: PostgresProcess | undefined;
  let other: PostgresProcess | undefined;
  const stands: Stand[] = [];

  function stand(net: number, on: PostgresProcess | undefined): Stand {
    const made = new Stand(net, on === undefined ? {} : { database: on.url });
    stands.push(made);
    return made;
  }

  beforeAll(async () => {
    if (kind !== 'PostgreSQL') return;
    postgres = await PostgresProcess.make('on');
    other = await PostgresProcess.make('on');
  });

  afterAll(async () => {
    for (const made of stands) await made.end();
    await postgres?.remove();
    await other?.remove();
  });

  test('kill -9 50 times during changes: what was acknowledged is there, and nothing is half there', async () => {
    const report = await killsDuringChanges(stand(75, postgres), 50);
    figure(`kills on ${kind}`, report);
    expect(report).toMatchObject({ missing: [], halfDone: [], twice: [] });
  });

  test('mass operations and imports over 10,000 DIDs, and calls at 50 a second that do not notice', async () => {
    const report = await massOperations(stand(76, other), 20);
    figure(`mass operations on ${kind}`, report);
    expect(report.lost).toBe(0);
    expect(Math.max(...report.operations)).toBeLessThan(mostMs);
    // A file is read, checked line by line and compared besides.
    expect(Math.max(...report.imports)).toBeLessThan(2_000);
    expect(report.busy.p99 - report.quiet.p50).toBeLessThan(20);
  });
});
