import { getPriority, release } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { nativeCalls } from '../net/native-socket.ts';

const PROGRAM = `
  import { getPriority } from 'node:os';
  import { parentPort } from 'node:worker_threads';
  import { takeShortTurns } from ${JSON.stringify(new URL('./short-turns.ts', import.meta.url).href)};
  process.removeAllListeners('warning');
  process.on('warning', () => {});
  parentPort.postMessage([await takeShortTurns(), getPriority()]);
`;

/** Linux knows turns of different lengths since 6.12. */
const [major = 0, minor = 0] = release().split('.').map(Number);
const knowsTurns = major > 6 || (major === 6 && minor >= 12);
const native = (await nativeCalls()) !== undefined;

test('A thread asks for the shortest turns, and its priority stays as it was; where that cannot be, nothing happens', async () => {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(PROGRAM)}`));
  const told = await new Promise<readonly [bigint | undefined, number]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  const [turns, nice] = told;
  expect(nice).toBe(getPriority());
  if (!native) expect(turns).toBeUndefined();
  else if (knowsTurns) expect(turns).toBe(100_000n);
});
