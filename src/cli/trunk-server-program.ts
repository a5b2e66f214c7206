import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SOURCES = fileURLToPath(new URL('..', import.meta.url));

/** What tools/bundle-trunk-server.ts makes for running from the sources. */
export const BUNDLE = join(SOURCES, '../build/trunk-server.js');

/**
 * What a trunk server's thread runs: the built program's own file; from the sources the bundle, where it is newer than
 * all of them, or else the sources themselves.
 */
export function trunkServerProgram(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('../edge/worker.js', import.meta.url);
  return isFresh() ? pathToFileURL(BUNDLE) : new URL('../edge/worker.ts', import.meta.url);
}

/** True when the bundle is newer than every source that may be in it. */
export function isFresh(bundle = BUNDLE, sources = SOURCES): boolean {
  if (!existsSync(bundle)) return false;
  const built = statSync(bundle).mtimeMs;
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .every((file) => statSync(join(sources, file)).mtimeMs < built);
}
