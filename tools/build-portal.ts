// Builds the portal into portal/dist, with a gzip and a brotli file beside each large text. With --if-stale only
// where the build is missing or older than what it is made of; `npm start` asks so.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const PORTAL = resolve(import.meta.dirname, '../portal');
const BUILT = join(PORTAL, 'dist/index.html');
/** Smaller ones fit into one packet as they are. */
const SMALL = 1_400;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function isStale(): boolean {
  if (!existsSync(BUILT)) return true;
  const sources = [
    ...filesBelow(join(PORTAL, 'src')),
    join(PORTAL, 'index.html'),
    join(PORTAL, 'vite.config.ts'),
    resolve(PORTAL, '../package-lock.json'),
  ].filter((file) => existsSync(file));
  const built = statSync(BUILT).mtimeMs;
  return sources.some((file) => statSync(file).mtimeMs > built);
}

async function buildPortal(): Promise<void> {
  const { build } = await import('vite');
  await build({ configFile: join(PORTAL, 'vite.config.ts'), logLevel: 'warn' });
  for (const file of filesBelow(join(PORTAL, 'dist'))) {
    const content = readFileSync(file);
    if (!/\.(js|css|svg)$/.test(file) || content.length < SMALL) continue;
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(content));
  }
}

const onlyIfStale = process.argv.includes('--if-stale');
// A package that came built has no sources.
const nothingToBuild = !existsSync(join(PORTAL, 'src'));
if (!nothingToBuild && (!onlyIfStale || isStale())) {
  if (onlyIfStale) process.stderr.write('Building the portal (once) …\n');
  await buildPortal();
}
