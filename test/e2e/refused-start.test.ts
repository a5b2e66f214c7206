import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServiceProcess } from '../../demo/service.ts';
import { Stand } from './stand.ts';

/** The stand itself only lends its folder and addresses. */
const stand = new Stand(39);
let files = 0;

beforeAll(() => mkdirSync(stand.folder, { recursive: true }));
afterAll(() => stand.end());

/** Starts the service with a config file of this text; it must end by itself, and say why in one line. */
async function refusal(text: string): Promise<{ readonly code: number | null; readonly line: string }> {
  files += 1;
  const file = join(stand.folder, `${files}.yaml`);
  writeFileSync(file, text);
  const service = new ServiceProcess(['serve', '--config', file]);
  const deadline = setTimeout(() => void service.kill(), 10_000);
  const { code, output } = await service.ended;
  clearTimeout(deadline);
  const lines = output.split('\n').filter((line) => line !== '');
  expect(lines).toHaveLength(1);
  return { code, line: lines[0] ?? '' };
}

function settings(change: Readonly<Record<string, unknown>> = {}): string {
  files += 1;
  const { http, trunkServers } = stand.settings;
  return JSON.stringify({ dataFolder: join(stand.folder, `data${files}`), http, trunkServers, ...change });
}

describe('refuses to start with one sensible line', () => {
  test('a config file that is no YAML', async () => {
    const { code, line } = await refusal('trunkServers: [\n');
    expect(code).toBe(78);
    expect(line).toMatch(/\.yaml:\d+: not valid YAML/);
  });

  test('a config file with a wrong setting: its line, and what would be right', async () => {
    const { code, line } = await refusal('# one line above\nhttp:\n  prot: 8080\n');
    expect(code).toBe(78);
    expect(line).toMatch(/\.yaml:3: http\.prot is not a setting; did you mean port\?/);
  });

  test('a config file that is not there', async () => {
    const service = new ServiceProcess(['serve', '--config', join(stand.folder, 'nowhere.yaml')]);
    const { code, output } = await service.ended;
    expect(code).toBe(78);
    expect(output).toContain('nowhere.yaml');
  });

  test("the API's port in use", async () => {
    const other = createServer().listen(8080, stand.trunk1.address);
    await once(other, 'listening');
    try {
      const { code, line } = await refusal(settings());
      expect(code).toBe(69);
      expect(line).toContain(`${stand.trunk1.address} port 8080`);
    } finally {
      other.close();
    }
  });

  test("a trunk server's port in use", async () => {
    const other = createSocket('udp4').bind(stand.trunk2.port, stand.trunk2.address);
    await once(other, 'listening');
    try {
      const { code, line } = await refusal(settings());
      expect(code).toBe(69);
      expect(line).toContain('trunk2');
      expect(line).toContain(stand.trunk2.address);
    } finally {
      other.close();
    }
  });

  test('a data folder that cannot be written', async () => {
    const file = join(stand.folder, 'a-file');
    writeFileSync(file, '');
    const { code, line } = await refusal(settings({ dataFolder: join(file, 'data') }));
    expect(code).toBe(73);
    expect(line).toContain(join(file, 'data'));
  });

  test('a PostgreSQL that is not there yet, so that whoever started it tries again', async () => {
    const database = 'postgres://throughline@127.0.0.1:1/throughline';
    const { code, line } = await refusal(settings({ database, sealingKey: '0'.repeat(64) }));
    expect(code).toBe(69);
    expect(line).toContain(database);
    expect(line).toContain('ECONNREFUSED');
  });

  test('a data folder that another process uses', async () => {
    const service = await stand.start();
    const dataFolder = join(stand.folder, 'data');
    const { code, line } = await refusal(settings({ dataFolder }));
    expect(code).toBe(73);
    expect(line).toContain(`${service.process.pid}`);
    expect(service.process.hasEnded).toBe(false);
    expect((await service.api.trunkServers()).map(({ state }) => state)).toEqual(['running', 'running']);
  });
});
