import pino from 'pino';
import { describe, expect, test } from 'vitest';
import type { EdgePort } from '../control/edge-port.ts';
import { trunkServerId } from '../domain/ids.ts';
import type { EdgeStart } from '../link/messages.ts';
import { EdgeThread } from './edge-thread.ts';

const START: EdgeStart = {
  self: { id: trunkServerId('trunk1'), address: '127.0.0.1', port: 5060 },
  peers: [],
  realm: 'r',
  digestAlgorithms: ['MD5'],
  signingKey: 'k',
  sealingKey: '00'.repeat(32),
  registrationExpiry: { min: 60, max: 3600, default: 3600 },
  spoolFolder: '/nonexistent',
  nameServers: [],
};

/** A thread that plays a trunk server: what it does on each message is given as JavaScript. */
function thread(atStart: string, onMessage: string) {
  const source = `
    import { parentPort as port, workerData } from 'node:worker_threads';
    const listening = () => port.postMessage({ kind: 'listening', address: workerData.self.address, port: workerData.self.port });
    ${atStart};
    port.on('message', (message) => { ${onMessage} });`;
  const happened: string[] = [];
  const logged: string[] = [];
  let waiting: (() => void)[] = [];
  const note = (what: string) => {
    happened.push(what);
    const wake = waiting;
    waiting = [];
    for (const resolve of wake) resolve();
  };
  let port: EdgePort | undefined;
  const log = pino({ base: null }, { write: (line) => logged.push(line) });
  const edge = new EdgeThread(
    START,
    log,
    {
      up: (up) => {
        port = up;
        note('up');
        up.onMessage((message) => note(message.kind));
      },
      down: (reason) => note(`down: ${reason}`),
    },
    { program: new URL(`data:text/javascript,${encodeURIComponent(source)}`), firstPauseMs: 1 },
  );
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const post: EdgePort['post'] = (message) => port?.post(message);
  return { edge, post, happened, logged, until };
}

const STOPS = `if (message.kind === 'stop') port.postMessage({ kind: 'stopped' });`;

describe('the thread of a trunk server', () => {
  test('has started once it listens, is spoken to, and stops', async () => {
    const { edge, post, happened, until } = thread(
      'listening()',
      `${STOPS} if (message.kind === 'change') port.postMessage({ kind: 'snapshotNeeded' });`,
    );
    expect(await edge.start()).toBeUndefined();
    post({ kind: 'change', revision: 7, changes: [] });
    await until(() => happened.includes('snapshotNeeded'));
    await edge.stop();
    expect(happened).toEqual(['up', 'listening', 'snapshotNeeded', 'stopped', 'down: stopped']);
  });

  test('one that cannot run says why, and is not tried again', async () => {
    const { edge, happened, until } = thread(
      `port.postMessage({ kind: 'failed', reason: 'port 5060 is in use' })`,
      STOPS,
    );
    expect(await edge.start()).toMatchObject({
      exit: 69,
      reason: expect.stringMatching(/^port 5060 is in use .*trunkServers/),
    });
    await until(() => happened.length === 3);
    expect(happened).toEqual(['up', 'failed', 'down: port 5060 is in use']);
  });

  test('one that dies while it starts says so', async () => {
    const { edge, logged } = thread(`throw new Error('broken')`, STOPS);
    expect(await edge.start()).toMatchObject({ exit: 70, reason: expect.stringContaining('(broken)') });
    expect(logged.join('')).toContain('crashed');
  });

  test('one that dies later is started again, and the log tells', async () => {
    const { edge, post, happened, logged, until } = thread(
      'listening()',
      `${STOPS} if (message.kind === 'snapshotBegin') throw new Error('broken');`,
    );
    await edge.start();
    post({ kind: 'snapshotBegin' });
    await until(() => happened.filter((what) => what === 'listening').length === 2);
    expect(happened).toEqual(['up', 'listening', 'down: broken', 'up', 'listening']);
    expect(logged.join('')).toContain('is down and takes no calls until it has restarted');
    await edge.stop();
  });
});
