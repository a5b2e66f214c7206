import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { NativeSocket, nativeCalls } from './native-socket.ts';

const SOCKET = new URL('./udp-socket.ts', import.meta.url).href;
const FLOWS = new URL('../base/flow.ts', import.meta.url).href;

/** By then the thread has done with the datagram: what ends it in the middle takes the process with it (decision 022). */
const IDLE_AFTER_MS = 300;

/** A thread that receives and sends, tells its parent of the first datagram and then does `then`. */
const THREAD = (then: string) => `
  const { parentPort } = require('node:worker_threads');
  (async () => {
    const { UdpSocket } = await import(${JSON.stringify(SOCKET)});
    const { UdpFlows } = await import(${JSON.stringify(FLOWS)});
    const flows = new UdpFlows();
    const bound = await UdpSocket.bind('127.0.0.1', 0, flows, {
      received: (text) => { parentPort.postMessage(text); ${then} },
      allReceived: () => {},
      failed: () => {},
    });
    const socket = bound.value;
    socket.send(flows.of('127.0.0.1', socket.port), socket.isDirect ? 'direct' : 'through Node');
    parentPort.on('message', () => {});
  })();`;

/** What a process that starts such a thread prints, and its exit code. */
function run(then: string, parent: string): { readonly output: string; readonly status: number | null } {
  const program = `
    const { Worker } = require('node:worker_threads');
    const thread = new Worker(${JSON.stringify(THREAD(then))}, { eval: true });
    thread.on('error', (error) => console.log('error', error.message));
    thread.on('exit', () => console.log('thread ended'));
    thread.on('message', (text) => { console.log(text); ${parent} });`;
  const ran = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', program], {
    encoding: 'utf8',
  });
  return { output: ran.stdout + ran.stderr, status: ran.status };
}

const way = (await nativeCalls()) === undefined ? 'through Node' : 'direct';

describe('A thread with a socket that is read past node:dgram', () => {
  test('ends by itself when the socket is closed', () => {
    expect(run('socket.close(); parentPort.close();', '')).toEqual({
      output: `${way}\nthread ended\n`,
      status: 0,
    });
  });

  test('is ended from outside', () => {
    expect(run('', `setTimeout(() => thread.terminate(), ${IDLE_AFTER_MS});`)).toEqual({
      output: `${way}\nthread ended\n`,
      status: 0,
    });
  });

  test('ends with its process', () => {
    expect(run('', `setTimeout(() => process.exit(3), ${IDLE_AFTER_MS});`)).toEqual({
      output: `${way}\n`,
      status: 3,
    });
  });

  test('a bug in what a datagram leads to is an uncaught error of its thread, not the end of the process', () => {
    const { output, status } = run("throw new Error('a bug');", '');
    // The message and the error come by ways of their own.
    expect(output.trimEnd().split('\n').sort()).toEqual([way, 'error a bug', 'thread ended'].sort());
    expect(status).toBe(0);
  });
});

describe('NativeSocket.of', () => {
  test('finds no socket where none is bound, and none for IPv6', async () => {
    const ffi = await nativeCalls();
    if (ffi === undefined) return;
    expect(NativeSocket.of(ffi, { address: '127.0.0.1', family: 'IPv4', port: 1 })).toBeUndefined();
    expect(NativeSocket.of(ffi, { address: '::1', family: 'IPv6', port: 1 })).toBeUndefined();
  });
});
