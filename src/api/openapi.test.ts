import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';

const LINTER = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'));

let api: ApiUnderTest;
const folder = mkdtempSync(join(tmpdir(), 'throughline-openapi-'));
beforeAll(async () => {
  api = await apiUnderTest();
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

async function served() {
  return (await api.raw({ method: 'GET', url: '/api/docs/json' })).json();
}

/** What the linter finds, with the recommended rules; it asks nobody on the network. */
async function lint(document: unknown): Promise<readonly string[]> {
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(document));
  const args = [LINTER, 'lint', file, '--extends', 'recommended', '--format', 'json'];
  const env = { PATH: process.env['PATH'], REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const run = promisify(execFile)(process.execPath, args, { env, cwd: folder });
  const { stdout } = await run.catch((failed) => z.object({ stdout: z.string() }).parse(failed));
  const { problems } = z
    .object({ problems: z.array(z.object({ ruleId: z.string(), message: z.string() })) })
    .parse(JSON.parse(stdout));
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

test('the OpenAPI document passes the recommended rules of a linter, without errors and warnings', async () => {
  expect(await lint(await served())).toEqual([]);
}, 30_000);

test('the linter would say what is wrong', async () => {
  const document = await served();
  delete document.paths['/api/v1/accounts'].get.summary;
  expect(await lint(document)).toEqual([expect.stringMatching(/^operation-summary: /)]);
}, 30_000);

test('problems are described with the media type that they are sent with', async () => {
  const { paths } = z
    .object({
      paths: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            responses: z.record(
              z.string(),
              z.object({ content: z.unknown().optional(), description: z.string() }),
            ),
          }),
        ),
      ),
    })
    .parse(await served());
  for (const responses of Object.values(paths).flatMap((path) =>
    Object.values(path).map((one) => one.responses),
  )) {
    for (const [status, { content, description }] of Object.entries(responses)) {
      expect(description).not.toBe('Default Response');
      const types = Object.keys(z.record(z.string(), z.unknown()).parse(content ?? {}));
      if (/^[45]/.test(status)) expect(types).toEqual(['application/problem+json']);
    }
  }
});
