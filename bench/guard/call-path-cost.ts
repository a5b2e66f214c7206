import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const MEASURE = fileURLToPath(new URL('./measure.ts', import.meta.url));
const BASELINE = fileURLToPath(new URL('./baseline.json', import.meta.url));

/** How much worse than the baseline a change may make the call path before the test fails. */
export const TOLERANCE = 0.2;

export const RENEW = 'npm run bench:renew-guard';

/** What a call of W1 (INVITE to BYE, delivered to the registered PBX) costs in the trunk server. */
const costSchema = z.object({
  /** Allocated in a call, in bytes. */
  bytesPerCall: z.number(),
  /** Of these kept until its transactions have ended, 32 s later. */
  bytesKept: z.number(),
  /** The time of 100 calls by that of the fixed work. */
  relativeTime: z.number(),
});

export type CallPathCost = z.output<typeof costSchema>;

/** Only the interpreter, so that what is allocated does not depend on what is compiled when. */
const INTERPRETED = ['--no-opt', '--no-maglev', '--no-sparkplug', '--single-threaded'];

export function baseline(): CallPathCost {
  return costSchema.parse(JSON.parse(readFileSync(BASELINE, 'utf8')));
}

export function bytesPerCall(): number {
  return Math.round(run([...INTERPRETED, MEASURE, '--bytes']));
}

export function bytesKept(): number {
  return Math.round(run([...INTERPRETED, '--expose-gc', MEASURE, '--kept']));
}

export function relativeTime(): number {
  return Number(run([MEASURE]).toFixed(2));
}

/** Makes what is now the baseline. */
export function renewBaseline(): CallPathCost {
  const cost = { bytesPerCall: bytesPerCall(), bytesKept: bytesKept(), relativeTime: relativeTime() };
  writeFileSync(BASELINE, `${JSON.stringify(cost, undefined, 2)}\n`);
  return cost;
}

function run(args: readonly string[]): number {
  const output = execFileSync(process.execPath, args, { encoding: 'utf8' });
  return z.object({ measured: z.number() }).parse(JSON.parse(output)).measured;
}
