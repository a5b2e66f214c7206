import { BARE } from './bare.ts';
import { KAMAILIO_DEBIAN, KAMAILIO_FAST } from './kamailio.ts';
import { MeasuredServer } from './measured-server.ts';
import { table } from './results.ts';
import type { Contender } from './server.ts';
import { median, type Spread, spread } from './statistics.ts';
import { seedAddressPlan, Throughline } from './throughline.ts';
import { registerPbxs, type WorkloadName, workload } from './workloads.ts';

export interface VersusOptions {
  readonly workloads: readonly WorkloadName[];
  readonly runs: number;
  readonly quick: boolean;
  /** With the bare proxy, too. */
  readonly bare: boolean;
}

/** One thing that is measured on every contender. */
interface Discipline {
  readonly name: string;
  readonly workload: WorkloadName;
  readonly rate: number;
  readonly calls: number;
  /** Server on one core, SIPp on the other. */
  readonly pinned: boolean;
}

export interface VersusResult {
  /** CPU µs per call by discipline and contender, one for each run. */
  readonly micros: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** Ours by theirs, of the two measured in the same round. */
  readonly ratios: Readonly<Record<string, Readonly<Record<string, Spread>>>>;
}

const KAMAILIOS: readonly Contender[] = [KAMAILIO_DEBIAN, KAMAILIO_FAST];

const FAST_RATE = 2_000;
const QUICK = 0.25;

/**
 * So long the workload runs at its rate before it is measured, where code is compiled at run time: what runs some times a
 * second, such as the writing of records, is compiled after some hundred times. By then every timer has run as well.
 */
const STEADY_SECONDS = 32;

/**
 * Alternating runs of Throughline and of Kamailio in both builds, each round in another order. Those that
 * are compared are measured right after each other: a machine that is not ours alone is another one some minutes later.
 */
export async function versusKamailio(options: VersusOptions): Promise<VersusResult> {
  const seeded = await seedAddressPlan();
  const ours: Contender = { name: 'Throughline', compiles: true, start: () => Throughline.start({ seeded }) };
  const peers = options.bare ? [...KAMAILIOS, BARE] : KAMAILIOS;
  const contenders = [ours, ...peers];
  const allDisciplines = disciplinesOf(options);
  const micros: Record<string, Record<string, number[]>> = {};
  for (const { contender, run, workload: name } of turns(options, contenders)) {
    const disciplines = allDisciplines.filter(({ workload: which }) => which === name);
    const costs = await measure(contender, name, disciplines, options.quick);
    for (const [discipline, cost] of costs) {
      micros[discipline] ??= {};
      const column = micros[discipline];
      column[contender.name] = [...(column[contender.name] ?? []), cost];
    }
    const told = costs.map(([discipline, cost]) => `${discipline} ${Math.round(cost)}`).join(', ');
    console.log(`run ${run} of ${options.runs}, ${contender.name}: ${told}`);
  }
  return { micros, ratios: ratiosOf(micros, ours, peers) };
}

/** What is measured one after the other. */
function* turns({ runs, workloads }: VersusOptions, contenders: readonly Contender[]) {
  for (let run = 0; run < runs; run += 1) {
    for (const name of workloads) {
      const first = run % contenders.length;
      for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
        yield { run: run + 1, workload: name, contender };
      }
    }
  }
}

function ratiosOf(
  micros: VersusResult['micros'],
  ours: Contender,
  peers: readonly Contender[],
): VersusResult['ratios'] {
  const ratios: Record<string, Record<string, Spread>> = {};
  for (const [discipline, byName] of Object.entries(micros)) {
    const row: Record<string, Spread> = {};
    for (const { name } of peers) {
      const theirs = byName[name] ?? [];
      row[name] = spread((byName[ours.name] ?? []).map((our, round) => our / (theirs[round] ?? Number.NaN)));
    }
    ratios[discipline] = row;
  }
  return ratios;
}

function disciplinesOf({ quick, workloads }: VersusOptions): readonly Discipline[] {
  const share = quick ? QUICK : 1;
  const found: Discipline[] = workloads.map((name) => {
    const { count, rate } = workload(name);
    return { name: `${name} ${rate}/s`, workload: name, rate, calls: count * share, pinned: false };
  });
  if (workloads.includes('W1')) {
    const calls = 5 * FAST_RATE * share;
    found.push({ name: `W1 ${FAST_RATE}/s`, workload: 'W1', rate: FAST_RATE, calls, pinned: true });
  }
  return found;
}

/**
 * Each workload has a server of its own: what one has left behind, such as transactions that end half a minute later,
 * is not the next one's cost.
 */
async function measure(
  contender: Contender,
  name: WorkloadName,
  disciplines: readonly Discipline[],
  quick: boolean,
): Promise<readonly (readonly [string, number])[]> {
  const costs: [string, number][] = [];
  const running = await contender.start();
  try {
    await registerPbxs();
    const server = new MeasuredServer(running);
    const one = workload(name);
    const share = quick ? QUICK : 1;
    await server.warmUp(one, share);
    if (contender.compiles) {
      await server.play(one, { rate: one.rate, calls: STEADY_SECONDS * one.rate * share });
    }
    for (const { calls, name: discipline, pinned, rate } of disciplines) {
      server.pin(pinned);
      if (pinned) await server.play(one, { rate, calls: rate });
      const cost = await server.cost(one, rate, calls);
      costs.push([discipline, cost.microsPerCall]);
    }
  } finally {
    await running.stop();
  }
  return costs;
}

/** As it is printed. */
export function describeVersus({ micros, ratios }: VersusResult): string {
  const peers = Object.keys(Object.values(ratios)[0] ?? {});
  const head = ['CPU µs/call', 'Throughline', ...peers.flatMap((name) => [name, 'ratio'])];
  const rows = Object.entries(micros).map(([discipline, byName]) => {
    const middle = (name: string): string => `${Math.round(median(byName[name] ?? []))}`;
    const ratio = (name: string): string => {
      const found = ratios[discipline]?.[name];
      if (found === undefined) return '-';
      return `${found.median.toFixed(2)} (${found.min.toFixed(2)}–${found.max.toFixed(2)})`;
    };
    return [discipline, middle('Throughline'), ...peers.flatMap((name) => [middle(name), ratio(name)])];
  });
  return `${table([head, ...rows])}\nMedians; ratio = ours / theirs: median (least–greatest) over the rounds.`;
}
