import { parentPort, workerData } from 'node:worker_threads';
import type { EdgeStart, FromEdge, ToEdge } from '../link/messages.ts';
import { takeShortTurns } from './short-turns.ts';
import { EdgeThreadHost } from './thread-host.ts';

/** The thread of one trunk server: connects it to its socket, DNS, spool and the link. */
const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread');
const start: EdgeStart = workerData;
const post = (message: FromEdge): void => port.postMessage(message);

// Node would write them to the error output, in the middle of the log. That node:ffi is experimental is known (decision
// 022), and it would say so at every start.
process.removeAllListeners('warning');
process.on('warning', ({ message, name }) => {
  if (name === 'ExperimentalWarning') return;
  post({
    kind: 'log',
    level: 'warn',
    message: 'Node warns of something',
    fields: { name, warning: message },
  });
});

await takeShortTurns();
const host = await EdgeThreadHost.start(start, post);
if (host.ok) port.on('message', (message: ToEdge) => host.value.command(message));
else post({ kind: 'failed', reason: host.error });
