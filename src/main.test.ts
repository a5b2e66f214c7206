import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'throughline-main-'));
let environment: NodeJS.ProcessEnv = {};
let taken: Socket;

async function udpSocket(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

beforeAll(async () => {
  taken = await udpSocket();
  const free = await Promise.all([udpSocket(), udpSocket()]);
  const ports = free.map((socket) => socket.address().port);
  for (const socket of free) socket.close();
  environment = {
    THROUGHLINE_DATA_FOLDER: join(folder, 'data'),
    THROUGHLINE_HTTP_PORT: '0',
    THROUGHLINE_TRUNK_SERVERS: ports.map((port, index) => `trunk${index + 1}=127.0.0.1:${port}`).join(','),
  };
});

afterAll(() => {
  taken.close();
  rmSync(folder, { recursive: true });
});

/** A process of the service, with what it says on standard error. `log`: where its standard output goes. */
function service(more: NodeJS.ProcessEnv = {}, log: 'ignore' | 'pipe' | number = 'ignore') {
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    cwd: folder,
    env: { ...environment, ...more },
    stdio: ['ignore', log, 'pipe'],
  });
  // Where it is a pipe nobody reads it.
  child.stdout?.destroy();
  let said = '';
  const ended = once(child, 'close').then(([code]) => ({ code, said }));
  const running = new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (data) => {
      said += String(data);
      if (/ {2}Data .*\n/.test(said)) resolve(said);
    });
    child.on('close', () => reject(new Error(`it ended: ${said}`)));
  });
  // A start that is meant to fail waits for `ended` alone.
  running.catch(() => {});
  return {
    running,
    ended,
    stop: (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

async function statusWith(url: string, key: string): Promise<number> {
  const answer = await fetch(`${url}/api/v1/accounts`, { headers: { authorization: `Bearer ${key}` } });
  return answer.status;
}

const found = (said: string, pattern: RegExp): string => pattern.exec(said)?.[1] ?? '';

test('a start that fails says why in one line, and the operator key is not lost with it', async () => {
  const { port } = taken.address();
  const failed = await service({ THROUGHLINE_TRUNK_SERVERS: `trunk1=127.0.0.1:${port}` }).ended;
  expect(failed.code).toBe(69);
  expect(failed.said).toMatch(/^throughline: trunk1: [^\n]*in use[^\n]*THROUGHLINE_TRUNK_SERVERS\.\n$/);

  const first = service();
  const said = await first.running;
  const url = found(said, /API +(http:\S+)\/api\/v1/);
  const key = found(said, /Operator key +(\S+)/);
  expect(await statusWith(url, key)).toBe(200);
  expect(await statusWith(url, 'x'.repeat(32))).toBe(401);

  const second = await service().ended;
  expect(second).toMatchObject({ code: 73 });
  expect(second.said).toMatch(/^throughline: the data folder [^\n]* is in use by process \d+;[^\n]*\n$/);

  const http = await service({
    THROUGHLINE_DATA_FOLDER: join(folder, 'other'),
    THROUGHLINE_HTTP_PORT: new URL(url).port,
  }).ended;
  expect(http.code).toBe(69);
  expect(http.said).toMatch(/^throughline: 127\.0\.0\.1 port \d+ \(TCP, for the API\) is in use[^\n]*\n$/);

  expect(await first.stop()).toMatchObject({ code: 0 });
  const again = service();
  const saidAgain = await again.running;
  expect(saidAgain).not.toContain('Operator key');
  expect(await statusWith(found(saidAgain, /API +(http:\S+)\/api\/v1/), key)).toBe(200);
  // What a closed terminal sends is an orderly stop, too: killed, it would have no code.
  expect(await again.stop('SIGHUP')).toMatchObject({ code: 0 });
}, 60_000);

test('SIGTERM for all processes, which parents pass on besides, is one orderly stop', async () => {
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout.on('data', (data) => {
    const before = log;
    log += String(data);
    if (!before.includes('"stopping"') && log.includes('"stopping"')) child.kill('SIGTERM');
  });
  const ended = once(child, 'close');
  let said = '';
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (data) => {
      said += String(data);
      if (/ {2}Data .*\n/.test(said)) resolve();
    });
  });
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(log).toContain('"msg":"stopped"');
}, 30_000);

test.skipIf(process.platform !== 'linux').each(['pipe', '/dev/full'] as const)(
  'a log that cannot be written (%s) costs no call: the service goes on, and says so once',
  async (log) => {
    const full = log === 'pipe' ? undefined : openSync(log, 'w');
    // With metrics the start has something to log.
    const one = service({ THROUGHLINE_METRICS_PORT: '0' }, full ?? 'pipe');
    const said = await one.running;
    if (full !== undefined) closeSync(full);
    expect((await fetch(`${found(said, /API +(http:\S+)\/api\/v1/)}/api/v1/health`)).status).toBe(200);
    // The stop is logged, too.
    const { code, said: all } = await one.stop();
    expect(code).toBe(0);
    expect(all.match(/the log cannot be written \(.*\); calls go on without it/g)).toHaveLength(1);
  },
  30_000,
);

test.skipIf(process.platform !== 'linux')(
  'a command whose output nobody reads ends quietly; one that cannot be written says so',
  async () => {
    const ended = async (output: 'pipe' | number) => {
      const child = spawn(process.execPath, [MAIN, '--help'], { stdio: ['ignore', output, 'pipe'] });
      child.stdout?.destroy();
      let said = '';
      child.stderr?.on('data', (data) => {
        said += String(data);
      });
      const [code] = await once(child, 'close');
      return { code, said };
    };
    expect(await ended('pipe')).toEqual({ code: 0, said: '' });
    const full = openSync('/dev/full', 'w');
    expect(await ended(full)).toMatchObject({ code: 73, said: expect.stringContaining('standard output') });
    closeSync(full);
  },
  30_000,
);
