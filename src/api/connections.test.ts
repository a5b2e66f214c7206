import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';

let api: ApiUnderTest | undefined;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await api?.close();
});

function opened(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  sockets.push(socket);
  return socket;
}

async function isAnswered(port: number): Promise<boolean> {
  const socket = opened(port);
  socket.write('GET /api/v1/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return received.startsWith('HTTP/1.1 200');
}

test('connections beyond the most are closed as they come, and taken again when others have gone', async () => {
  api = await apiUnderTest({ mostConnections: 2 });
  const port = await api.listen();
  const [first, second] = [opened(port), opened(port)];
  await Promise.all([once(first, 'connect'), once(second, 'connect')]);
  expect(await isAnswered(port)).toBe(false);
  first.destroy();
  await expect.poll(() => isAnswered(port)).toBe(true);
});
