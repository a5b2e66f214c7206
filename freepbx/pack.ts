import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';

const MODULE = join(import.meta.dirname, 'throughline');
const BLOCK = 512;
/** When every file of the package says it was changed, in seconds: the same package on every machine. */
const CHANGED = 946_684_800;
/** RFC 1952: where a gzip header says on what system it was made, and the value for "unknown". */
const GZIP_SYSTEM = 9;
const UNKNOWN_SYSTEM = 255;

/** One file as POSIX ustar: header and content, filled up to whole blocks. */
function entry(name: string, content: Buffer): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long a path for ustar`);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(CHANGED, 12), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

/** Packs the module into `folder` as FreePBX installs it. Returns the file; the same sources make the same bytes. */
export function pack(folder: string): string {
  const version = /<version>([\d.]+)<\/version>/.exec(readFileSync(join(MODULE, 'module.xml'), 'utf8'))?.[1];
  if (version === undefined) throw new Error('module.xml has no version');
  const files = readdirSync(MODULE, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(MODULE.length + 1))
    .toSorted();
  const parts = files.map((name) => entry(`throughline/${name}`, readFileSync(join(MODULE, name))));
  const tar = Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
  const packed = gzipSync(tar, { level: constants.Z_BEST_COMPRESSION });
  packed[GZIP_SYSTEM] = UNKNOWN_SYSTEM;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `throughline-${version}.tgz`);
  writeFileSync(file, packed);
  return file;
}

if (import.meta.main) console.log(pack(join(import.meta.dirname, 'build')));
