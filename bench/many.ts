import { setTimeout as sleep } from 'node:timers/promises';
import { EDGE, hostPort } from './address-plan.ts';
import { LiveHeap } from './live-heap.ts';
import { type Played, play } from './play.ts';
import { openFiles, residentMegabytes } from './processes.ts';
import { table } from './results.ts';
import { seedAddressPlan, Throughline } from './throughline.ts';
import { registerPbxs, type Workload, workload } from './workloads.ts';

const WORKLOAD = 'W1';
const RATE = 1_000;
const CALLS = 100_000;
/** After each of these calls it is written down how the service is. */
const STRETCH = 10_000;
/** Nothing of a call may be left after it: 64*T1 and some (Timers J, L and M), and the beat of what is told. */
const REST_MS = 40_000;
/** How much more the live heap may hold in the end than after the first stretch. */
const MOST_MORE_LIVE = 0.05;

/** What we ask it over comes and goes. */
const OWN_FILES = 3;

const INSPECTOR = { address: EDGE.address, port: 9_229 };
const LOOK_MS = 250;

/** How the service was at one moment. */
interface Sample {
  readonly at: string;
  /** Since the first call, in s. */
  readonly seconds: number;
  /** That had their final response. */
  readonly calls: number;
  readonly callsInProgress: number;
  readonly callsUp: number;
  readonly transactions: number;
  readonly timers: number;
  readonly bindings: number;
  readonly recordsLost: number;
  readonly datagramsIn: number;
  readonly datagramsOut: number;
  readonly discarded: number;
  /** By how much its latest timer was late in the last second, in ms. */
  readonly loopDelay: number;
  readonly openFiles: number;
  readonly residentMegabytes: number;
  /** Of all threads after a full collection; only while there are no calls that it would hold up. */
  readonly liveMegabytes?: number;
}

export interface ManyResult {
  readonly workload: string;
  readonly rate: number;
  readonly calls: number;
  readonly answered: number;
  readonly retransmissions: number;
  /** Call records in the store, and how many of them say that the call was answered and has ended. */
  readonly records: number;
  readonly wholeRecords: number;
  readonly samples: readonly Sample[];
  /** What must not be; empty where all is well. */
  readonly faults: readonly string[];
}

/**
 * Many calls through one trunk server: what is left of them. The first stretch makes the service as large as it is under
 * way; what all the others add to it, once their transactions have ended, would be a leak.
 */
export async function measureMany(quick: boolean): Promise<ManyResult> {
  const share = quick ? 0.1 : 1;
  const stretch = STRETCH * share;
  const one = workload(WORKLOAD);
  const nodeOptions = [`--inspect=${hostPort(INSPECTOR)}`];
  const service = await Throughline.start({ seeded: await seedAddressPlan(), nodeOptions });
  try {
    await registerPbxs();
    const watch = await Watch.begin(service);
    await watch.rested('start');
    const first = await watch.played(one, stretch, stretch);
    await watch.rested('40 s after the first');
    const others = await watch.played(one, CALLS * share - stretch, stretch);
    await watch.rested('40 s after the last');
    watch.end();
    const result = {
      workload: WORKLOAD,
      rate: RATE,
      calls: CALLS * share,
      answered: first.successful + others.successful,
      retransmissions: [first, others].reduce(
        (sum, { calleeRetransmissions, retransmissions }) => sum + calleeRetransmissions + retransmissions,
        0,
      ),
      records: service.callRecords(),
      wholeRecords: service.wholeCallRecords(),
      samples: watch.samples,
    };
    return { ...result, faults: faultsOf(result) };
  } finally {
    await service.stop();
  }
}

/** Looks at a service while it is called. */
class Watch {
  readonly samples: Sample[] = [];
  readonly #service: Throughline;
  readonly #heap: LiveHeap;
  readonly #from = performance.now();

  private constructor(service: Throughline, heap: LiveHeap) {
    this.#service = service;
    this.#heap = heap;
  }

  static async begin(service: Throughline): Promise<Watch> {
    return new Watch(service, await LiveHeap.open(INSPECTOR));
  }

  end(): void {
    this.#heap.close();
  }

  /** Plays, and takes a sample whenever so many calls more have had their final response. */
  async played(one: Workload, calls: number, stretch: number): Promise<Played> {
    const before = this.samples.at(-1)?.calls ?? 0;
    let over = false;
    const playing = play(one, { rate: RATE, calls }).finally(() => {
      over = true;
    });
    for (let done = stretch; done < calls && !over; ) {
      await sleep(LOOK_MS);
      const { health } = await this.#trunkServer();
      if (health.calls - before < done) continue;
      await this.#take(`${before + done} calls`);
      done += stretch;
    }
    const played = await playing;
    // The report of a trunk server is up to a second old.
    await sleep(1_500);
    await this.#take(`${before + calls} calls, all`);
    return played;
  }

  /** Once nothing of the calls before should be left. */
  async rested(at: string): Promise<void> {
    await sleep(REST_MS);
    await this.#take(at, await this.#heap.megabytes());
  }

  async #take(at: string, liveMegabytes?: number): Promise<void> {
    const { health } = await this.#trunkServer();
    const { pid } = this.#service;
    const sample: Sample = {
      at,
      seconds: (performance.now() - this.#from) / 1_000,
      calls: health.calls,
      callsInProgress: health.callsInProgress,
      callsUp: health.callsUp,
      transactions: health.transactions,
      timers: health.timers,
      bindings: health.bindings,
      recordsLost: health.recordsLost,
      datagramsIn: health.datagramsIn,
      datagramsOut: health.datagramsOut,
      discarded: health.discarded,
      loopDelay: health.loopDelay,
      openFiles: openFiles(pid),
      residentMegabytes: residentMegabytes(pid),
      ...(liveMegabytes === undefined ? {} : { liveMegabytes }),
    };
    this.samples.push(sample);
    console.log(
      `${at}: ${health.transactions} transactions, ${health.timers} timers, ` +
        `${Math.round(sample.residentMegabytes)} MB resident` +
        (liveMegabytes === undefined ? '' : `, ${liveMegabytes.toFixed(1)} MB live`),
    );
  }

  async #trunkServer() {
    const [trunk1] = await this.#service.api.trunkServers();
    if (trunk1?.health == null) throw new Error('the trunk server does not report how it is');
    return { health: trunk1.health };
  }
}

/** In words, what a service that loses nothing and leaves nothing over would not show. */
function faultsOf(result: Omit<ManyResult, 'faults'>): readonly string[] {
  const { answered, calls, records, samples, wholeRecords } = result;
  const faults: string[] = [];
  if (answered !== calls) faults.push(`${calls - answered} of ${calls} calls failed`);
  if (records !== calls) faults.push(`${records} call records of ${calls} are in the store`);
  if (wholeRecords !== records) faults.push(`${records - wholeRecords} records lack the answer or the end`);
  const [start, first, last] = samples.filter(({ liveMegabytes }) => liveMegabytes !== undefined);
  if (start === undefined || first === undefined || last === undefined)
    throw new Error('samples are missing');
  for (const sample of [first, last]) {
    const { at, bindings, callsInProgress, callsUp, recordsLost, timers, transactions } = sample;
    if (callsInProgress > 0) faults.push(`${at}: ${callsInProgress} calls are still in progress`);
    if (callsUp > 0) faults.push(`${at}: ${callsUp} calls count as up`);
    if (transactions > 0) faults.push(`${at}: ${transactions} transactions are left`);
    // Each binding may have one, for its expiry.
    if (timers > Math.min(bindings, start.timers)) faults.push(`${at}: ${timers} timers are left`);
    if (recordsLost > 0) faults.push(`${at}: ${recordsLost} records are lost`);
  }
  const more = (last.liveMegabytes ?? 0) / (first.liveMegabytes ?? 0) - 1;
  if (!(more <= MOST_MORE_LIVE)) faults.push(`the live heap has grown by ${(more * 100).toFixed(1)} %`);
  if (last.openFiles > first.openFiles + OWN_FILES) {
    faults.push(`${last.openFiles} files and sockets are open; it was ${first.openFiles}`);
  }
  return faults;
}

/** As it is printed. */
export function describeMany(result: ManyResult): string {
  const { answered, calls, faults, rate, records, retransmissions, samples } = result;
  const head = ['', 's', 'in progress', 'up', 'transactions', 'timers', 'datagrams in', 'out', 'discarded'];
  const rows = samples.map((sample) => [
    sample.at,
    sample.seconds.toFixed(0),
    `${sample.callsInProgress}`,
    `${sample.callsUp}`,
    `${sample.transactions}`,
    `${sample.timers}`,
    `${sample.datagramsIn}`,
    `${sample.datagramsOut}`,
    `${sample.discarded}`,
    sample.loopDelay.toFixed(0),
    `${sample.openFiles}`,
    sample.residentMegabytes.toFixed(0),
    sample.liveMegabytes?.toFixed(1) ?? '',
  ]);
  return [
    table([[...head, 'late ms', 'files', 'MB', 'live MB'], ...rows]),
    `${answered} of ${calls} calls answered and ended at ${rate}/s, ${retransmissions} retransmissions, ${records} call records`,
    faults.length === 0 ? 'Nothing is lost, and nothing is left over.' : faults.join('\n'),
  ].join('\n');
}
