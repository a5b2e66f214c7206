import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EDGE } from './address-plan.ts';
import type { Contender, Server } from './server.ts';
import { isBound } from './sipp.ts';

const PROXY = fileURLToPath(new URL('./bare-proxy.ts', import.meta.url));

const START = 10_000;

/** What a call costs in JavaScript before any server does anything for it. */
export const BARE: Contender = { name: 'bare JavaScript', start };

async function start(): Promise<Server> {
  const child = spawn(process.execPath, [PROXY], { stdio: ['ignore', 'ignore', 'inherit'] });
  let running = true;
  const end = () => child.kill('SIGKILL');
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      running = false;
      process.off('exit', end);
      resolve();
    });
  });
  process.once('exit', end);
  for (let waited = 0; waited < START && running && !isBound(EDGE); waited += 20) await sleep(20);
  const { pid } = child;
  if (!running || pid === undefined) throw new Error('the bare proxy did not start');
  return {
    name: BARE.name,
    pid,
    settle: () => sleep(500),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
