import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Binding } from '../src/domain/binding.ts';
import { trunkServerId } from '../src/domain/ids.ts';
import {
  dialled,
  EDGE,
  failoverNumber,
  hostPort,
  PBX,
  REGISTER_PORT,
  registerRows,
  username,
} from './address-plan.ts';
import { type Cost, MeasuredServer } from './measured-server.ts';
import { residentMegabytes } from './processes.ts';
import { table } from './results.ts';
import { e164, type SeedAccount, seed, seededTrunkGroup } from './seed.ts';
import { type Spread, spread } from './statistics.ts';
import { svgPlot } from './svg-plot.ts';
import { Throughline, temporaryFolder } from './throughline.ts';
import { type Workload, workload } from './workloads.ts';

const PLOT = 'docs/performance-scale.svg';
const PLOT_FILE = fileURLToPath(new URL(`../${PLOT}`, import.meta.url));

/** How much there is of what. */
interface Size {
  readonly dids: number;
  /** Registered PBXs, all at trunk1. */
  readonly registrations: number;
}

interface ScalePoint extends Size {
  readonly accounts: number;
  /** From the start of the process until every trunk server routes calls, in ms. */
  readonly startMs: number;
  /** And until the first call has been answered and has ended. */
  readonly firstCallMs: number;
  /** Of the whole process, with two trunk servers: once it runs, and after the calls. */
  readonly megabytesAtStart: number;
  readonly megabytes: number;
  /** CPU of the whole process, W1 at 200 calls/s. */
  readonly microsPerCall: number;
  /** REGISTER, 401, REGISTER with digest, 200 for a binding that is there already. */
  readonly microsPerRefresh: number;
  /** What refreshes take of one core, when each PBX refreshes twice in an hour. */
  readonly refreshLoad: number;
}

export interface ScaleResult {
  readonly points: readonly ScalePoint[];
  /** CPU per call with `LARGEST` by that with `SMALLEST`, in alternating rounds. */
  readonly largestToSmallest: Spread;
  readonly plot: string;
}

/** With more DIDs each account has several. */
const MOST_ACCOUNTS = 100_000;
const FEW_REGISTRATIONS = 1_000;
const MANY_DIDS = 100_000;

const DID_SIZES: readonly Size[] = [1_000, 100_000, 1_000_000].map((dids) => ({
  dids,
  registrations: FEW_REGISTRATIONS,
}));
const REGISTRATION_SIZES: readonly Size[] = [1_000, 10_000, 100_000].map((registrations) => ({
  dids: MANY_DIDS,
  registrations,
}));

/** All that is promised, at once, and what its cost is held against. */
const LARGEST: Size = { dids: 1_000_000, registrations: 100_000 };
const SMALLEST: Size = { dids: 1_000, registrations: FEW_REGISTRATIONS };
const ROUNDS = 5;

/** Who is called: enough to be no cache's friend, few enough for SIPp to read fast. */
const MOST_ROWS = 20_000;
const REFRESHES = { rate: 300, calls: 1_500 };
const REFRESHES_AN_HOUR = 2;

const TRUNK1 = trunkServerId('trunk1');
const TRUNK2 = { address: '127.77.0.2', port: 5060 };

/** What the service costs with more and more in it. */
export async function measureScale(quick: boolean): Promise<ScaleResult> {
  const share = quick ? 0.1 : 1;
  const sizes = [...DID_SIZES, ...REGISTRATION_SIZES, LARGEST];
  const points: ScalePoint[] = [];
  for (const whole of sizes) {
    const size = shareOf(whole, share);
    const known = points.find(
      (point) => point.dids === size.dids && point.registrations === size.registrations,
    );
    if (known !== undefined) continue;
    const point = await measure(size, share);
    points.push(point);
    const { firstCallMs, microsPerCall, megabytes } = point;
    console.log(
      `${size.dids} DIDs, ${size.registrations} registered PBXs: ${Math.round(microsPerCall)} µs per call, ` +
        `${Math.round(megabytes)} MB, first call after ${(firstCallMs / 1_000).toFixed(1)} s`,
    );
  }
  const largestToSmallest = await compareSizes(share);
  return { points, largestToSmallest, plot: plotted(points, share) };
}

async function measure(size: Size, share: number): Promise<ScalePoint> {
  const service = await startWith(await seeded(size));
  const server = new MeasuredServer(service);
  try {
    const { startTook: startMs } = service;
    const calls = callsTo(size);
    await server.play(calls, { rate: 1, calls: 1 });
    const firstCallMs = performance.now() - service.startedAt - SETTLED_AFTER;
    const megabytesAtStart = residentMegabytes(service.pid);
    const { megabytes, microsPerCall } = await costOf(server, calls, share);
    const refreshes = refreshesOf(size);
    await server.warmUp(refreshes, share);
    const { microsPerCall: microsPerRefresh } = await server.cost(
      refreshes,
      REFRESHES.rate,
      REFRESHES.calls * share,
    );
    const perSecond = (size.registrations * REFRESHES_AN_HOUR) / 3_600;
    return {
      ...size,
      accounts: accountsFor(size),
      startMs,
      firstCallMs,
      megabytesAtStart,
      megabytes,
      microsPerCall,
      microsPerRefresh,
      refreshLoad: (microsPerRefresh * perSecond) / 1_000_000,
    };
  } finally {
    await service.stop();
  }
}

/** The points are minutes apart, and the machine is another one then: so these two are measured in turn. */
async function compareSizes(share: number): Promise<Spread> {
  const sizes = [SMALLEST, LARGEST].map((size) => shareOf(size, share));
  const folders = await Promise.all(sizes.map(seeded));
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const micros: number[] = [];
    for (const [index, size] of sizes.entries()) {
      const service = await startWith(folders[index] ?? '');
      try {
        const { microsPerCall } = await costOf(new MeasuredServer(service), callsTo(size), share);
        micros.push(microsPerCall);
      } finally {
        await service.stop();
      }
    }
    const [small = Number.NaN, large = Number.NaN] = micros;
    ratios.push(large / small);
    console.log(`round ${round + 1} of ${ROUNDS}: ${Math.round(small)} and ${Math.round(large)} µs per call`);
  }
  return spread(ratios);
}

function shareOf({ dids, registrations }: Size, share: number): Size {
  return { dids: dids * share, registrations: registrations * share };
}

/** A data folder with the accounts, DIDs and registrations. */
async function seeded(size: Size): Promise<string> {
  const data = join(temporaryFolder(), 'data');
  mkdirSync(data);
  await seed(data, accountsOf(size));
  return data;
}

function startWith(data: string): Promise<Throughline> {
  return Throughline.start({ seeded: data, trunkServers: [EDGE, TRUNK2] });
}

async function costOf(server: MeasuredServer, calls: Workload, share: number): Promise<Cost> {
  await server.warmUp(calls, share);
  return await server.cost(calls, calls.rate, calls.count * share);
}

function accountsFor({ dids }: Size): number {
  return Math.min(dids, MOST_ACCOUNTS);
}

/** What `play` waits after the last call for the records. */
const SETTLED_AFTER = 500;

function* accountsOf(size: Size): Generator<SeedAccount> {
  const accounts = accountsFor(size);
  const each = size.dids / accounts;
  for (let number = 1; number <= accounts; number += 1) {
    yield {
      number,
      dids: didsOf(number, each).map((did) => `+${did}`),
      failover: { number: e164(failoverNumber(number)) },
      ...(number <= size.registrations ? { binding: bindingOf(number) } : {}),
    };
  }
}

function didsOf(account: number, each: number): readonly string[] {
  return Array.from({ length: each }, (_, index) => dialled((account - 1) * each + index));
}

/** As the REGISTER of register_challenge.xml makes it, from the address of the PBX. */
function bindingOf(account: number): Binding {
  const now = Date.now();
  return {
    trunkServer: TRUNK1,
    trunkGroup: seededTrunkGroup(account),
    contact: `sip:${username(account)}@${hostPort(PBX)};line=a1b2c3d4`,
    q: 1_000,
    registeredAt: now,
    expiresAt: now + 3_600_000,
    callId: `${account}-1@${PBX.address}`,
    cseq: 1,
    userAgent: 'FPBX-16.0.40(18.20.0)',
    source: { transport: 'UDP', address: PBX.address, port: REGISTER_PORT },
    behindNat: false,
    path: [],
  };
}

/** W1 to the DIDs of all that are registered, in an order without an order. */
function callsTo(size: Size): Workload {
  const each = size.dids / accountsFor(size);
  const called = Math.min(size.registrations * each, MOST_ROWS);
  const stride = (size.registrations * each) / called;
  const rows = Array.from({ length: called }, (_, index) => dialled(Math.floor(index * stride)));
  const step = 7_919;
  const mixed = rows.map((_, index) => rows[(index * step) % rows.length] ?? '');
  const one = workload('W1');
  return { ...one, caller: { ...one.caller, rows: mixed } };
}

function refreshesOf(size: Size): Workload {
  const one = workload('W4');
  const last = Math.min(size.registrations, MOST_ROWS);
  const at = { address: PBX.address, port: REGISTER_PORT };
  return { ...one, caller: { ...one.caller, at, rows: registerRows({ first: 1, last }, PBX) } };
}

function plotted(points: readonly ScalePoint[], share: number): string {
  const byDids = points.filter(({ registrations }) => registrations === FEW_REGISTRATIONS * share);
  const byRegistrations = points.filter(({ dids }) => dids === MANY_DIDS * share);
  const panel = (title: string, y: (point: ScalePoint) => number) => ({
    title,
    series: [
      {
        name: 'DIDs (1 k PBXs registered)',
        colour: '#2f7ed8',
        points: byDids.map((point) => ({ x: point.dids, y: y(point) })),
      },
      {
        name: 'registered PBXs (100 k DIDs)',
        colour: '#d8702f',
        points: byRegistrations.map((point) => ({ x: point.registrations, y: y(point) })),
      },
    ],
  });
  const svg = svgPlot(
    [
      panel('CPU per call, µs (W1)', (point) => point.microsPerCall),
      panel('Memory of the process, MB', (point) => point.megabytes),
      panel('Start to the first call, s', (point) => point.firstCallMs / 1_000),
    ],
    'how many',
  );
  if (share === 1) writeFileSync(PLOT_FILE, svg);
  return PLOT;
}

/** As it is printed. */
export function describeScale({ largestToSmallest, plot, points }: ScaleResult): string {
  const head = [
    'DIDs',
    'PBXs',
    'start s',
    'first call s',
    'MB at start',
    'MB',
    'µs/call',
    'µs/refresh',
    'refresh load',
  ];
  const rows = points.map((point) => [
    `${point.dids}`,
    `${point.registrations}`,
    (point.startMs / 1_000).toFixed(1),
    (point.firstCallMs / 1_000).toFixed(1),
    `${Math.round(point.megabytesAtStart)}`,
    `${Math.round(point.megabytes)}`,
    `${Math.round(point.microsPerCall)}`,
    `${Math.round(point.microsPerRefresh)}`,
    `${(point.refreshLoad * 100).toFixed(1)} %`,
  ]);
  const { max, median, min } = largestToSmallest;
  const [smallest] = points;
  const largest = points.at(-1);
  const compared = `${largest?.dids} DIDs with ${largest?.registrations} PBXs by ${smallest?.dids} with ${smallest?.registrations}`;
  const ratio = `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
  return `${table([head, ...rows])}\nµs/call, ${compared}: ${ratio}, ${ROUNDS} rounds\nDrawn in ${plot}`;
}
