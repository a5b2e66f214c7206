import Fastify, { type FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Measures } from '../control/measures.ts';
import type { TrunkServerView } from '../control/views.ts';

/** An API request that has been answered. `route` is its pattern, without what was asked for. */
export interface AnsweredRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface Metrics {
  /** Counts an API request. */
  readonly answered: (request: AnsweredRequest) => void;
  /** The page for Prometheus, to be opened on a port of its own: it asks for no key. */
  readonly app: FastifyInstance;
}

/** How often the delay of the control plane's event loop is measured. prom-client's own 10 ms cost 0.4 % of a core. */
const LOOP_PRECISION_MS = 50;

const STATES = ['running', 'starting', 'down', 'away'] as const satisfies readonly TrunkServerView['state'][];

/** What Prometheus reads from this process. Only its own trunk servers have counters; lag is told of all. */
export function createMetrics(measure: () => Promise<Measures>): Metrics {
  const registry = new Registry();
  let asked = false;
  const requests = new Counter({
    name: 'throughline_api_requests_total',
    help: 'API requests that were answered',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'throughline_api_request_duration_seconds',
    help: 'How long API requests took',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const refresh = measuresIn(registry);
  const app = Fastify({ forceCloseConnections: true });
  app.get('/metrics', async (_request, reply) => {
    // Measuring the event loop wakes the thread all the time: only for somebody who reads it.
    if (!asked)
      collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS });
    asked = true;
    refresh(await measure());
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return {
    app,
    answered: ({ method, route, status, seconds: taken }) => {
      requests.inc({ method, route, status });
      seconds.observe({ method, route }, taken);
    },
  };
}

/** The metrics that are read off the trunk servers and the store when somebody asks for them. */
function measuresIn(registry: Registry): (measures: Measures) => void {
  const registers = [registry];
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `throughline_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: `throughline_${name}_total`, help, labelNames, registers });
  const reachable = gauge('database_reachable', '1 while the database answers');
  const newest = gauge('newest_revision', 'The newest revision of the settings');
  const state = gauge('trunk_server_state', '1 for the state that it is in', 'trunk_server', 'state');
  const revision = gauge('trunk_server_revision', 'The revision that it routes by', 'trunk_server');
  const lags = gauge('trunk_server_lags', '1 while it lacks a change older than 1 s', 'trunk_server');
  const lag = gauge(
    'trunk_server_lag_seconds',
    'How long it has lacked a change; 0: it lacks none',
    'trunk_server',
  );
  const backlog = gauge('spool_backlog_bytes', 'Spooled and not in the database yet', 'trunk_server');
  const bindings = gauge('bindings', 'Bindings in the location service', 'trunk_server');
  const ringing = gauge('calls_in_delivery', 'Calls without a final response yet', 'trunk_server');
  const up = gauge('calls_up', 'Calls that were answered and have not ended', 'trunk_server');
  const delay = gauge('event_loop_delay_seconds', 'The longest within the last second', 'trunk_server');
  const calls = counter('calls', 'Calls that had their final response', 'trunk_server', 'outcome');
  const attempts = counter('attempts', 'Attempts that were made or skipped', 'trunk_server', 'outcome');
  const registrations = counter(
    'registrations',
    'REGISTER requests with credentials',
    'trunk_server',
    'outcome',
  );
  const datagrams = counter('datagrams', 'Datagrams', 'trunk_server', 'direction');
  const discarded = counter('datagrams_discarded', 'What was no SIP, or answered nothing', 'trunk_server');
  const lost = counter('records_lost', 'Records that the spool did not take', 'trunk_server');
  return (measures) => {
    const fresh = [state, revision, lags, lag, backlog, bindings, ringing, up, delay];
    for (const metric of [...fresh, calls, attempts, registrations, datagrams, discarded, lost])
      metric.reset();
    reachable.set(measures.databaseReachable ? 1 : 0);
    if (measures.newestRevision !== undefined) newest.set(measures.newestRevision);
    const own = new Map(measures.own.map((one) => [one.id, one]));
    for (const view of measures.trunkServers) {
      const trunk_server = view.id;
      for (const one of STATES) state.set({ trunk_server, state: one }, view.state === one ? 1 : 0);
      if (view.revision !== undefined) revision.set({ trunk_server }, view.revision);
      lags.set({ trunk_server }, view.lag === undefined ? 0 : 1);
      lag.set({ trunk_server }, view.behind / 1_000);
      const spool = own.get(view.id);
      if (spool === undefined) continue;
      backlog.set({ trunk_server }, spool.backlog);
      const { health } = view;
      if (health === undefined) continue;
      bindings.set({ trunk_server }, health.bindings);
      ringing.set({ trunk_server }, health.callsInProgress);
      up.set({ trunk_server }, health.counts.callsUp);
      delay.set({ trunk_server }, health.loopDelay / 1_000);
      countAll(calls, trunk_server, health.counts.calls);
      countAll(attempts, trunk_server, health.counts.attempts);
      countAll(registrations, trunk_server, health.counts.registrations);
      datagrams.inc({ trunk_server, direction: 'in' }, health.datagramsIn);
      datagrams.inc({ trunk_server, direction: 'out' }, health.datagramsOut);
      discarded.inc({ trunk_server }, health.discarded);
      lost.inc({ trunk_server }, health.recordsLost);
    }
  };
}

function countAll(metric: Counter, trunk_server: string, counts: Readonly<Record<string, number>>): void {
  for (const [outcome, count] of Object.entries(counts)) metric.inc({ trunk_server, outcome }, count);
}
