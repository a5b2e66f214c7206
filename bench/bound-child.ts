import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { EDGE } from './address-plan.ts';
import type { Server } from './server.ts';
import { isBound } from './sipp.ts';

const START = 15_000;
const STOP = 10_000;

/** Kept of what it prints, in characters. */
const OUTPUT = 4_000;

export interface BoundChildOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A server that is a child process and writes no call records, once it has bound the address of the edge. It ends with this
 * process.
 */
export async function startBoundChild({ args, env, name, program }: BoundChildOptions): Promise<Server> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: env ?? process.env });
  let output = '';
  let running = true;
  const keep = (data: Buffer): void => {
    output = (output + data.toString('latin1')).slice(-OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const end = () => child.kill('SIGTERM');
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      running = false;
      process.off('exit', end);
      resolve();
    });
  });
  process.once('exit', end);
  for (let waited = 0; waited < START && running && !isBound(EDGE); waited += 50) await sleep(50);
  const { pid } = child;
  if (!running || pid === undefined || !isBound(EDGE)) throw new Error(`${name} did not start:\n${output}`);
  return {
    name,
    pid,
    settle: () => sleep(500),
    async stop() {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP);
      await ended;
      clearTimeout(force);
    },
  };
}
