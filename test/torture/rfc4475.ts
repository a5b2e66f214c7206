import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('sip/package.json')), 'test', 'messages');

function bytesOf(file: string): string {
  return readFileSync(join(folder, file), 'latin1');
}

/**
 * A message of RFC 4475 by the name that it has there, one character per byte. They come with the npm package
 * `sip`, which keeps the blank line at the end of baddn in a file of its own.
 */
export function rfc4475(name: string): string {
  return name === 'baddn' ? bytesOf('baddn.dat') + bytesOf('baddn_sep.dat') : bytesOf(`${name}.dat`);
}
