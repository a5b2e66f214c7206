import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stand } from './stand.ts';

const stand = new Stand(67);
const DOCS = new URL('../../docs/api.md', import.meta.url);

/** Where the reader is; some examples write files. */
const folder = mkdtempSync(join(tmpdir(), 'throughline-examples-'));

beforeAll(() => stand.start());
afterAll(async () => {
  await stand.end();
  rmSync(folder, { recursive: true });
});

/** The examples of the page, as a reader pastes them one after another. */
function examples(): string {
  const blocks = [...readFileSync(DOCS, 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
  expect(blocks.length).toBeGreaterThan(10);
  return blocks.join('\n');
}

test('every example of docs/api.md works as it stands there', () => {
  const { address, port } = stand.settings.http;
  const script = examples();
  const there = script.replace('http://127.0.0.1:8080', `http://${address}:${port}`);
  expect(there).not.toBe(script);
  // Also where a pipe follows, a request that is refused ends the script.
  const { status, stderr, stdout } = spawnSync('bash', ['-euo', 'pipefail'], {
    input: there,
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env['PATH'], THROUGHLINE_OPERATOR_KEY: stand.service.key },
    timeout: 60_000,
  });
  expect({ status, stderr, last: stdout.slice(-1_000) }).toMatchObject({ status: 0, stderr: '' });
});
