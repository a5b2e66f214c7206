import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** As npm lays it out: the package, and beside it the Node that comes with it. */
const folder = mkdtempSync(join(tmpdir(), 'throughline-installed-'));
const installed = join(folder, 'node_modules/throughline');
let command = '';

const packageJson = z.object({
  bin: z.object({ throughline: z.string() }),
  files: z.array(z.string()),
  engines: z.object({ node: z.string() }),
});
const { bin, files, engines } = packageJson.parse(
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')),
);

beforeAll(() => {
  mkdirSync(join(installed, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'tools'), join(installed, 'tools'), { recursive: true });
  writeFileSync(join(installed, 'package.json'), '{"type": "module"}');
  // In place of the program one that says how it was run.
  writeFileSync(
    join(installed, 'dist/main.js'),
    'process.stdout.write(JSON.stringify([process.versions.node, ...process.argv.slice(2)]));process.exitCode = 66;',
  );
  const node = join(folder, `node_modules/node-${process.platform}-${process.arch}/bin`);
  mkdirSync(node, { recursive: true });
  symlinkSync(process.execPath, join(node, 'node'));
  command = join(installed, bin.throughline);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** `pretended`: the version of the machine's own Node. */
function run(pretended: string) {
  const versions = `{...process.versions,node:'${pretended}'}`;
  const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:${versions}})`;
  return spawnSync(process.execPath, ['--import', pretend, command, 'did', 'list'], { encoding: 'utf8' });
}

test.skipIf(process.platform === 'win32' || process.platform === 'darwin').each([
  ['22.18.0', '22.18.0'],
  // The packaged one tells its true version.
  ['22.17.1', process.versions.node],
  ['20.20.2', process.versions.node],
])('the installed command on Node %s runs on Node %s', (own, runs) => {
  const { status, stdout, stderr } = run(own);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual([runs, 'did', 'list']);
  expect(status).toBe(66);
});

test('what the command needs is packed, and nothing older is promised', () => {
  expect(files).toContain('tools/*.js');
  expect(engines.node).toBe('>=22.18');
});
