import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MeasuredServer } from './measured-server.ts';
import { table } from './results.ts';
import { seedAddressPlan, Throughline } from './throughline.ts';
import { registerPbxs, type WorkloadName, workload } from './workloads.ts';

/** Where one thread spent its time while one workload was measured. */
interface ThreadProfile {
  readonly workload: WorkloadName;
  readonly thread: string;
  /** µs per call that were not idle, with what the profiler itself takes. */
  readonly busy: number;
  /** The functions that take most, each without what it calls, with their µs per call. */
  readonly functions: readonly (readonly [string, number])[];
  /** The same by source file. */
  readonly files: readonly (readonly [string, number])[];
}

/** What --cpu-prof writes, as far as it is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  /** µs, monotonic: comparable with process.hrtime in any process. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const INTERVAL_MICROS = 250;
const SHOWN = 45;

/** Profiles both threads of the service in each workload; the files stay in `folder`. */
export async function profileWorkloads(
  names: readonly WorkloadName[],
  folder: string,
): Promise<readonly ThreadProfile[]> {
  mkdirSync(folder, { recursive: true });
  const nodeOptions = ['--cpu-prof', '--cpu-prof-dir', folder, `--cpu-prof-interval=${INTERVAL_MICROS}`];
  const service = await Throughline.start({ seeded: await seedAddressPlan(), nodeOptions });
  const server = new MeasuredServer(service);
  const windows: { workload: WorkloadName; from: number; until: number; calls: number }[] = [];
  try {
    await registerPbxs();
    for (const name of names) {
      const one = workload(name);
      await server.warmUp(one, 1);
      const from = monotonicMicros();
      await server.cost(one, one.rate, one.count);
      windows.push({ workload: name, from, until: monotonicMicros(), calls: one.count });
    }
  } finally {
    await service.stop();
  }
  const profiles = readdirSync(folder).filter((file) => file.endsWith('.cpuprofile'));
  return windows.flatMap((window) =>
    profiles.sort().map((file) => {
      const profile: CpuProfile = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      // CPU.<date>.<time>.<process>.<thread>.<number>.cpuprofile
      const thread = file.split('.')[4] === '0' ? 'control plane' : 'trunk server';
      return { workload: window.workload, thread, ...summary(profile, window) };
    }),
  );
}

function summary(
  profile: CpuProfile,
  { calls, from, until }: { readonly calls: number; readonly from: number; readonly until: number },
): Pick<ThreadProfile, 'busy' | 'functions' | 'files'> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const callers = new Map<number, number>();
  for (const { id, children } of profile.nodes) for (const child of children ?? []) callers.set(child, id);
  const functions = new Map<string, number>();
  const files = new Map<string, number>();
  let busy = 0;
  let at = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    at += profile.timeDeltas[index] ?? 0;
    // A sample stands for the time until the next one.
    const micros = profile.timeDeltas[index + 1] ?? 0;
    const frame = nodes.get(id)?.callFrame;
    if (frame === undefined || frame.functionName === '(idle)' || at < from || at > until) continue;
    busy += micros / calls;
    const file = frame.url === '' ? '(native)' : shortened(frame.url);
    // What is native is told apart by who called it.
    const caller = nodes.get(callers.get(id) ?? -1)?.callFrame.functionName ?? '';
    const name = frame.functionName === '' ? '(anonymous)' : frame.functionName;
    const label =
      frame.url === '' && caller !== '' ? `${name} < ${caller}` : `${name} ${file}:${frame.lineNumber + 1}`;
    functions.set(label, (functions.get(label) ?? 0) + micros / calls);
    files.set(file, (files.get(file) ?? 0) + micros / calls);
  }
  return { busy, functions: most(functions), files: most(files) };
}

function most(micros: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...micros].sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
}

/** The path within the project or package. */
function shortened(url: string): string {
  const path = url.replace(/^file:\/\//, '');
  const modules = path.lastIndexOf('/node_modules/');
  if (modules !== -1) return path.slice(modules + '/node_modules/'.length);
  const source = path.lastIndexOf('/src/');
  return source === -1 ? basename(path) : path.slice(source + 1);
}

/** As it is printed. */
export function describeProfiles(profiles: readonly ThreadProfile[]): string {
  return profiles
    .map(({ busy, files, functions, thread, workload: name }) => {
      const rows = (entries: ThreadProfile['files']) =>
        entries.filter(([, micros]) => micros >= 0.5).map(([what, micros]) => [what, micros.toFixed(1)]);
      return [
        `${name}, ${thread}: ${Math.round(busy)} µs per call`,
        table([['by function', 'µs/call'], ...rows(functions)]),
        table([['by file', 'µs/call'], ...rows(files)]),
      ].join('\n\n');
    })
    .join('\n\n');
}

function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
