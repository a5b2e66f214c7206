import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const PROGRAM = `
  import { getPriority } from 'node:os';
  import { parentPort, Worker } from 'node:worker_threads';
  import { Priority } from ${JSON.stringify(new URL('./priority.ts', import.meta.url).href)};

  const priority = new Priority();
  const before = getPriority();
  priority.lower();
  const lowered = getPriority();
  const tell = 'require("node:worker_threads").parentPort.postMessage(require("node:os").getPriority())';
  const child = priority.atFull(() => new Worker(tell, { eval: true }));
  child.once('message', (started) => parentPort.postMessage([before, lowered, started, getPriority()]));
`;

test.runIf(process.platform === 'linux')(
  'The control plane is nicer than before, and no other thread is: not even one that it starts, where it may',
  async () => {
    const own = getPriority();
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(PROGRAM)}`));
    const told = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    await worker.terminate();
    const nicer = Math.min(own + 10, 19);
    const mayGoBack = process.getuid?.() === 0;
    expect(told).toEqual([own, nicer, mayGoBack ? own : nicer, nicer]);
    expect(getPriority()).toBe(own);
  },
);
