import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentWithoutSettings } from '../../demo/service.ts';
import { Stand } from './stand.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Lends its folder and addresses: the service is started as the README says. */
const stand = new Stand(126);
const file = join(stand.folder, 'throughline.yaml');
let npm: ChildProcess | undefined;

beforeAll(() => {
  mkdirSync(stand.folder, { recursive: true });
  const { http, trunkServers } = stand.settings;
  writeFileSync(file, JSON.stringify({ dataFolder: join(stand.folder, 'data'), http, trunkServers }));
});

afterAll(async () => {
  npm?.kill();
  await gone();
  await stand.end();
});

async function answers(): Promise<boolean> {
  const socket = connect(8080, stand.trunk1.address);
  return await new Promise((resolve) => {
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  }).then((answered) => {
    socket.destroy();
    return answered === true;
  });
}

async function gone(): Promise<void> {
  for (let i = 0; i < 100 && (await answers()); i += 1) await sleep(100);
}

/** `npm start`, once it has printed what it prints at its end; and all that the log has until it ends. */
async function start(): Promise<{ readonly log: Promise<string> }> {
  const child = spawn('npm', ['start', '--', '--config', file], {
    cwd: ROOT,
    // The tests of the store are told of their database by a variable, which is no setting of the service.
    env: environmentWithoutSettings(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  npm = child;
  let log = '';
  child.stdout.on('data', (data) => {
    log += String(data);
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (data) => {
      said += String(data);
      if (/ {2}Data .*\n/.test(said)) resolve();
    });
    child.on('exit', () => reject(new Error(`it ended: ${said}`)));
  });
  // The pipe ends with the last process that holds it.
  return { log: once(child.stdout, 'end').then(() => log) };
}

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'the service stops in order when %s ended npm, and can be started again',
  async (signal) => {
    const { log } = await start();
    expect(await answers()).toBe(true);
    npm?.kill(signal);
    expect(await log).toContain('"msg":"stopped"');
    expect(await answers()).toBe(false);
  },
);
