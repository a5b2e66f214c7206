import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startBoundChild } from './bound-child.ts';
import { KAMAILIO, provide } from './programs.ts';
import type { Contender, Server } from './server.ts';

const CONFIG = fileURLToPath(new URL('./kamailio.cfg', import.meta.url));

/** Shared and private memory in MB. */
const MEMORY = ['-m', '512', '-M', '16'];

/** As Debian ships it: with the allocator that finds memory errors. */
export const KAMAILIO_DEBIAN: Contender = {
  name: 'Kamailio, Debian',
  compiles: false,
  start: () => startKamailio('Kamailio, Debian', []),
};

/** With its fast allocator: the build to beat. */
export const KAMAILIO_FAST: Contender = {
  name: 'Kamailio, fast',
  compiles: false,
  start: () => startKamailio('Kamailio, fast', ['-x', 'tlsf', '-X', 'tlsf']),
};

/** One worker. It writes no call records. */
async function startKamailio(name: string, more: readonly string[]): Promise<Server> {
  provide([KAMAILIO]);
  const args = ['-f', CONFIG, '-DD', '-E', ...MEMORY, '-A', 'CHILDREN=1', '-w', '/tmp', ...more];
  const server = await startBoundChild({ name, program: 'kamailio', args, env: withAdmin() });
  // Its worker reads the socket a moment after the main process has bound it.
  await sleep(500);
  return server;
}

/** Debian keeps it in sbin, which is not in everybody's PATH. */
function withAdmin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };
}
