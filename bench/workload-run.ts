import { BusyApi } from './busy-api.ts';
import { type GcPauses, gcPauses, TRACE_GC } from './gc-pauses.ts';
import { type Cost, type HighestRate, MeasuredServer } from './measured-server.ts';
import { capture, type PostDialDelay } from './post-dial-delay.ts';
import { residentMegabytes } from './processes.ts';
import { table } from './results.ts';
import { seedAddressPlan, Throughline, temporaryFolder } from './throughline.ts';
import { registerPbxs, type Workload, type WorkloadName, workload } from './workloads.ts';

export interface RunOptions {
  readonly workloads: readonly WorkloadName[];
  /** A part of the calls, for trying things out. */
  readonly quick: boolean;
}

interface WorkloadResult {
  readonly cost: Cost;
  readonly gc: readonly GcPauses[];
  readonly delay: PostDialDelay | undefined;
  readonly delayWithBusyApi: (PostDialDelay & { readonly apiRequests: number }) | undefined;
  readonly highestRate: HighestRate | undefined;
}

export interface RunResult {
  readonly startMs: number;
  readonly megabytesAtStart: number;
  readonly workloads: Readonly<Record<string, WorkloadResult>>;
}

const DELAY = { rate: 200, calls: 2_000 };
const RATE_STEP_SECONDS = 3;

/** Our service in each workload. */
export async function runWorkloads({ quick, workloads }: RunOptions): Promise<RunResult> {
  const share = quick ? 0.2 : 1;
  const service = await Throughline.start({ seeded: await seedAddressPlan(), nodeOptions: [TRACE_GC] });
  const server = new MeasuredServer(service);
  const megabytesAtStart = residentMegabytes(service.pid);
  const results: Record<string, Omit<WorkloadResult, 'gc'>> = {};
  try {
    await registerPbxs();
    for (const name of workloads) {
      const one = workload(name);
      console.log(`${name}: ${one.about}`);
      await server.warmUp(one, share);
      const cost = await server.cost(one, one.rate, one.count * share);
      console.log(`  ${Math.round(cost.microsPerCall)} µs of CPU per call`);
      const called = one.callees.length > 0;
      results[name] = {
        cost,
        delay: called ? await delayOf(server, one, DELAY.calls * share) : undefined,
        delayWithBusyApi: called ? await delayWithApi(server, service, one, DELAY.calls * share) : undefined,
        highestRate: called ? await highestRateOf(server, one) : undefined,
      };
    }
  } finally {
    await service.stop();
  }
  const withGc: Record<string, WorkloadResult> = {};
  for (const [name, result] of Object.entries(results)) {
    const { from, until } = result.cost;
    const gc = gcPauses(service.output, from - service.startedAt, until - service.startedAt);
    withGc[name] = { ...result, gc };
  }
  return { startMs: service.startTook, megabytesAtStart, workloads: withGc };
}

async function delayOf(server: MeasuredServer, one: Workload, calls: number): Promise<PostDialDelay> {
  return await capture(temporaryFolder(), async () => {
    await server.play(one, { rate: DELAY.rate, calls });
  });
}

async function delayWithApi(server: MeasuredServer, service: Throughline, one: Workload, calls: number) {
  const api = new BusyApi(service.api);
  let apiRequests = 0;
  const delay = await capture(temporaryFolder(), async () => {
    try {
      await server.play(one, { rate: DELAY.rate, calls });
    } finally {
      apiRequests = await api.stop();
    }
  });
  return { ...delay, apiRequests };
}

async function highestRateOf(server: MeasuredServer, one: Workload): Promise<HighestRate> {
  server.pin(true);
  try {
    return await server.highestRate(one, 1_000, RATE_STEP_SECONDS);
  } finally {
    server.pin(false);
  }
}

/** As it is printed. */
export function describeRun(result: RunResult): string {
  const rows = Object.entries(result.workloads).map(([name, one]) => {
    const { cost, delay, delayWithBusyApi, gc, highestRate } = one;
    const longest = (thread: GcPauses['thread']): string =>
      Math.max(0, ...gc.filter((pauses) => pauses.thread === thread).map((pauses) => pauses.longest)).toFixed(
        1,
      );
    const decision = delay?.failoverDecision;
    return [
      name,
      `${Math.round(cost.microsPerCall)}`,
      milliseconds(delay?.toFirstInvite),
      milliseconds(delayWithBusyApi?.toFirstInvite),
      decision === undefined ? '-' : milliseconds(decision),
      highestRate === undefined
        ? '-'
        : `${highestRate.limitedBy === 'SIPp' ? '>' : ''}${highestRate.callsPerSecond}`,
      `${Math.round(cost.megabytes)}`,
      `${longest('trunk server')}, ${longest('main')}`,
    ];
  });
  const head = [
    '',
    'CPU µs/call',
    'delay ms p50/p99',
    'with busy API',
    'failover decision',
    'calls/s',
    'MB',
    'longest GC ms: trunk, main',
  ];
  const start = `Start to routing ${Math.round(result.startMs)} ms, ${Math.round(result.megabytesAtStart)} MB.`;
  return `${table([head, ...rows])}\n${start}`;
}

function milliseconds(delays: { readonly p50: number; readonly p99: number } | undefined): string {
  return delays === undefined ? '-' : `${delays.p50.toFixed(2)} / ${delays.p99.toFixed(2)}`;
}
