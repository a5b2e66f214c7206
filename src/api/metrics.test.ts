import { expect, test } from 'vitest';
import type { Measures } from '../control/measures.ts';
import { trunkServerId } from '../domain/ids.ts';
import { createMetrics } from './metrics.ts';

const trunk1 = trunkServerId('trunk1');
const trunk9 = trunkServerId('trunk9');

const HEALTH = {
  trunkServer: trunk1,
  revision: 6,
  bindings: 3,
  callsInProgress: 2,
  transactions: 0,
  timers: 0,
  calls: 12,
  datagramsIn: 100,
  datagramsOut: 90,
  discarded: 1,
  recordsLost: 0,
  loopDelay: 5,
  counts: {
    calls: { answered: 7, cancelled: 2, failed: 1 },
    attempts: { answered: 7, rejected: 4, unreachable: 0, noResponse: 0, cancelled: 2, skipped: 1 },
    registrations: { accepted: 4, challenged: 0, refused: 1 },
    callsUp: 5,
  },
};

const MEASURES: Measures = {
  databaseReachable: true,
  newestRevision: 8,
  trunkServers: [
    {
      id: trunk1,
      address: '192.0.2.1',
      port: 5060,
      state: 'running',
      reason: undefined,
      revision: 6,
      health: HEALTH,
      healthAt: 1,
      lag: { revision: 7, since: 1 },
      behind: 1_500,
    },
    {
      id: trunk9,
      address: '192.0.2.9',
      port: 5060,
      state: 'away',
      reason: 'gone',
      revision: undefined,
      health: undefined,
      healthAt: undefined,
      lag: undefined,
      behind: 0,
    },
  ],
  own: [{ id: trunk1, backlog: 4_096 }],
};

async function page(measures: Measures = MEASURES, times = 1): Promise<string> {
  const metrics = createMetrics(async () => measures);
  metrics.answered({ method: 'GET', route: '/api/v1/dids/:number', status: 200, seconds: 0.01 });
  for (let asked = 1; asked < times; asked += 1) await metrics.app.inject('/metrics');
  const answer = await metrics.app.inject('/metrics');
  expect(answer.statusCode).toBe(200);
  await metrics.app.close();
  return answer.body;
}

test('what a trunk server counts stands there as it counted it, however often it is read', async () => {
  const text = await page(MEASURES, 3);
  expect(text).toContain('throughline_calls_total{trunk_server="trunk1",outcome="answered"} 7\n');
  expect(text).toContain('throughline_attempts_total{trunk_server="trunk1",outcome="rejected"} 4\n');
  expect(text).toContain('throughline_registrations_total{trunk_server="trunk1",outcome="refused"} 1\n');
  expect(text).toContain('throughline_calls_up{trunk_server="trunk1"} 5\n');
  expect(text).toContain('throughline_bindings{trunk_server="trunk1"} 3\n');
  expect(text).toContain('throughline_spool_backlog_bytes{trunk_server="trunk1"} 4096\n');
  expect(text).toContain('throughline_event_loop_delay_seconds{trunk_server="trunk1"} 0.005\n');
});

test('a trunk server that lags is named, also one that is away', async () => {
  const text = await page();
  expect(text).toContain('throughline_newest_revision 8\n');
  expect(text).toContain('throughline_trunk_server_revision{trunk_server="trunk1"} 6\n');
  expect(text).toContain('throughline_trunk_server_lags{trunk_server="trunk1"} 1\n');
  expect(text).toContain('throughline_trunk_server_lag_seconds{trunk_server="trunk1"} 1.5\n');
  expect(text).toContain('throughline_trunk_server_state{trunk_server="trunk9",state="away"} 1\n');
});

test('requests are counted by their route, without the numbers and ids that were asked for', async () => {
  expect(await page()).toContain(
    'throughline_api_requests_total{method="GET",route="/api/v1/dids/:number",status="200"} 1\n',
  );
});

test('a database that is away is told of, and the rest goes on', async () => {
  const text = await page({ ...MEASURES, databaseReachable: false, newestRevision: undefined });
  expect(text).toContain('throughline_database_reachable 0\n');
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(text).toContain('throughline_calls_up{trunk_server="trunk1"} 5\n');
});
