import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { describeMany, measureMany } from './many.ts';
import { describeProfiles, profileWorkloads } from './profile.ts';
import { DUMPCAP, provide, SIPP, TASKSET, TSHARK } from './programs.ts';
import { circumstances, keep } from './results.ts';
import { describeScale, measureScale } from './scale.ts';
import { describeVersus, versusKamailio } from './versus.ts';
import { describeRun, runWorkloads } from './workload-run.ts';
import { WORKLOADS, type WorkloadName, workload } from './workloads.ts';

const program = new Command('npm run bench --')
  .description('Measures the service under SIP load on loopback. README.md here says what the figures mean.')
  .addOption(new Option('--vs <server>', 'alternating runs with other servers').choices(['kamailio']))
  .option('--runs <n>', 'rounds of --vs', positive, 5)
  .option('--bare', '--vs with the bare proxy, too', false)
  .option(
    '--only <names>',
    'workloads, such as W1,W3',
    names,
    WORKLOADS.map(({ name }) => name),
  )
  .option('--scale', 'many DIDs and many registered PBXs', false)
  .option('--many', '100,000 calls: what is left of them', false)
  .option('--profile', 'where the CPU time goes, by thread and function', false)
  .option('--quick', 'a part of the calls: to try things out, not to quote', false)
  .parse();

const { bare, many, only, profile, quick, runs, scale, vs } = program.opts<{
  bare: boolean;
  many: boolean;
  only: readonly WorkloadName[];
  profile: boolean;
  quick: boolean;
  runs: number;
  scale: boolean;
  vs?: 'kamailio';
}>();

if (process.platform !== 'linux') {
  console.error('The benchmark needs Linux: it uses addresses all over 127.0.0.0/8 and reads /proc.');
  process.exit(1);
}
// What was started ends at the exit of this process; a signal alone would leave it behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
provide([SIPP, TASKSET]);
const around = circumstances();
const file = await chosen();
console.log(`Kept in ${file}`);

async function chosen(): Promise<string> {
  if (profile) return await profiles();
  if (scale) return await scaled();
  if (many) return await manyCalls();
  return vs === 'kamailio' ? await versus() : await run();
}

async function scaled(): Promise<string> {
  const result = await measureScale(quick);
  console.log(`\n${describeScale(result)}`);
  return keep(quick ? 'scale-quick' : 'scale', around, result);
}

async function manyCalls(): Promise<string> {
  const result = await measureMany(quick);
  console.log(`\n${describeMany(result)}`);
  if (result.faults.length > 0) process.exitCode = 1;
  return keep(quick ? 'many-quick' : 'many', around, result);
}

/** The profiles themselves, for the developer tools of a browser. */
async function profiles(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-profiles-'));
  console.log(describeProfiles(await profileWorkloads(only, folder)));
  return folder;
}

async function run(): Promise<string> {
  provide([DUMPCAP, TSHARK]);
  const result = await runWorkloads({ workloads: only, quick });
  console.log(`\n${describeRun(result)}`);
  return keep(quick ? 'quick' : '', around, result);
}

async function versus(): Promise<string> {
  const result = await versusKamailio({ workloads: only, runs, quick, bare });
  console.log(`\n${describeVersus(result)}`);
  return keep(quick ? 'vs-kamailio-quick' : 'vs-kamailio', around, result);
}

function names(list: string): readonly WorkloadName[] {
  try {
    return list.split(',').map((name) => workload(name).name);
  } catch (error) {
    throw new InvalidArgumentError(String(error));
  }
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be 1 or more.');
  return number;
}
