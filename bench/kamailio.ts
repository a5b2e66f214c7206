import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EDGE } from './address-plan.ts';
import { KAMAILIO, provide } from './programs.ts';
import type { Contender, Server } from './server.ts';
import { isBound } from './sipp.ts';

const CONFIG = fileURLToPath(new URL('./kamailio.cfg', import.meta.url));

/** Shared and private memory in MB. */
const MEMORY = ['-m', '512', '-M', '16'];

const START = 15_000;

/** As Debian ships it: with the allocator that finds memory errors. */
export const KAMAILIO_DEBIAN: Contender = {
  name: 'Kamailio, Debian',
  start: () => startKamailio('Kamailio, Debian', []),
};

/** With its fast allocator: the build to beat. */
export const KAMAILIO_FAST: Contender = {
  name: 'Kamailio, fast',
  start: () => startKamailio('Kamailio, fast', ['-x', 'tlsf', '-X', 'tlsf']),
};

/** One worker. It writes no call records. */
async function startKamailio(name: string, more: readonly string[]): Promise<Server> {
  provide([KAMAILIO]);
  const args = ['-f', CONFIG, '-DD', '-E', ...MEMORY, '-A', 'CHILDREN=1', '-w', '/tmp', ...more];
  const child = spawn('kamailio', args, { stdio: ['ignore', 'pipe', 'pipe'], env: withAdmin() });
  let output = '';
  let running = true;
  const keep = (data: Buffer): void => {
    output = (output + data.toString('latin1')).slice(-4_000);
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
  // Its worker reads the socket a moment after the main process has bound it.
  await sleep(500);
  return {
    name,
    pid,
    settle: () => sleep(500),
    async stop() {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(force);
    },
  };
}

/** Debian keeps it in sbin, which is not in everybody's PATH. */
function withAdmin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };
}
