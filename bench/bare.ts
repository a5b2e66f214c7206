import { fileURLToPath } from 'node:url';
import { startBoundChild } from './bound-child.ts';
import type { Contender } from './server.ts';

const PROXY = fileURLToPath(new URL('./bare-proxy.ts', import.meta.url));

const name = 'bare JavaScript';

/** What a call costs in JavaScript before any server does anything for it. */
export const BARE: Contender = {
  name,
  compiles: true,
  start: () => startBoundChild({ name, program: process.execPath, args: [PROXY] }),
};
