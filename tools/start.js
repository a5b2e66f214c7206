// What `npm start` runs: builds the portal and the trunk server's file where they are missing or stale, then serves. Plain JavaScript for Node 20.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NODE = fileURLToPath(new URL('node.js', import.meta.url));
const LOOK_MS = 200;

const npm = npmAbove();
for (const tool of ['tools/build-portal.ts', 'tools/bundle-trunk-server.ts']) {
  const built = spawnSync(process.execPath, [NODE, tool, '--if-stale'], { stdio: 'inherit' });
  if (built.status !== 0) process.exit(built.status ?? 1);
}
process.argv.splice(2, 0, 'src/main.ts', 'serve');
// npm ends by a signal without a word to what it runs: without this the service would go on with nobody to stop it,
// and keep its ports and data folder from the next one.
if (npm !== undefined) {
  const watch = setInterval(() => {
    if (above().includes(npm)) return;
    clearInterval(watch);
    // Who closes a terminal sends this one already.
    process.kill(process.pid, 'SIGHUP');
  }, LOOK_MS);
  watch.unref();
}
await import('./node.js');

/** The process of npm that runs this, by itself or through a shell; undefined where it cannot be told. */
function npmAbove() {
  return above().find((pid) => procFile(pid, 'comm')?.startsWith('npm'));
}

/** The parent of this process, and the parent's parent. */
function above() {
  const { ppid } = process;
  // `pid (name) state ppid …`, and the name may have anything in it.
  const stat = procFile(ppid, 'stat');
  const parent = Number(stat?.slice(stat.lastIndexOf(')') + 1).split(' ')[2]);
  return Number.isInteger(parent) ? [ppid, parent] : [ppid];
}

/** Only Linux has it. */
function procFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}
