#!/usr/bin/env node
// The command `throughline` of an installation: the built program, run by this Node where it is new enough, else by the
// one that came with it. Plain JavaScript for Node 20.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isNewEnough } from './oldest-node.js';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error(`throughline: ${fileURLToPath(main)} is not there; run npm run build.`);
  process.exit(69);
}
if (isNewEnough()) {
  await import(main.href);
} else {
  process.argv.splice(2, 0, fileURLToPath(main));
  await import('./node.js');
}
