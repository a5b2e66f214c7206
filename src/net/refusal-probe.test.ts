import { createSocket, type Socket } from 'node:dgram';
import { describe, expect, test, vi } from 'vitest';
import type { Clock } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import { realClock } from './real-clock.ts';
import { RefusalProbe } from './refusal-probe.ts';
import type { SendError } from './socket-error.ts';

function listen(address: string): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    socket.bind(0, address, () => resolve(socket));
  });
}

/** A port on which nobody listens any more. */
async function deadPort(address: string): Promise<number> {
  const socket = await listen(address);
  const { port } = socket.address();
  await new Promise<void>((resolve) => {
    socket.close(() => resolve());
  });
  return port;
}

describe('RefusalProbe', () => {
  test.each(['127.0.0.1', '::1'])('a dead process at %s is found out', async (address) => {
    const probe = new RefusalProbe(address, realClock);
    const flow: Flow = { transport: 'UDP', address, port: await deadPort(address) };
    const news = await new Promise<{ flow: Flow; error: SendError }>((resolve) => {
      expect(probe.probe(flow, (of, error) => resolve({ flow: of, error }))).toBe(true);
    });
    expect(news).toEqual({ flow, error: { kind: 'refused' } });
    expect(probe.open).toBe(0);
  });

  test('RFC 5626 §4.4.1: a live peer gets CRLF CRLF and nothing is reported', async () => {
    const peer = await listen('127.0.0.1');
    const probe = new RefusalProbe('127.0.0.1', realClock);
    const refused = vi.fn();
    const datagram = new Promise<string>((resolve) => {
      peer.once('message', (bytes) => resolve(bytes.toString('latin1')));
    });
    probe.probe({ transport: 'UDP', address: '127.0.0.1', port: peer.address().port }, refused);
    expect(await datagram).toBe('\r\n\r\n');
    expect(probe.open).toBe(1);
    probe.close();
    expect(probe.open).toBe(0);
    expect(refused).not.toHaveBeenCalled();
    peer.close();
  });

  test('one target is probed once in an interval, another at the same time', async () => {
    const time = { now: 1000 };
    const clock: Clock = { now: () => time.now };
    const peer = await listen('127.0.0.1');
    const probe = new RefusalProbe('127.0.0.1', clock, { concurrent: 9, lifetime: 300, interval: 1000 });
    const flow: Flow = { transport: 'UDP', address: '127.0.0.1', port: peer.address().port };
    const ignored = () => undefined;
    expect(probe.probe(flow, ignored)).toBe(true);
    expect(probe.probe({ ...flow }, ignored)).toBe(false);
    expect(probe.probe({ ...flow, address: '127.0.0.2' }, ignored)).toBe(true);
    time.now = 1999;
    expect(probe.probe(flow, ignored)).toBe(false);
    time.now = 2000;
    expect(probe.probe(flow, ignored)).toBe(true);
    probe.close();
    peer.close();
  });

  test('no more probes are under way than allowed', async () => {
    const peer = await listen('127.0.0.1');
    const probe = new RefusalProbe('127.0.0.1', realClock, { concurrent: 1, lifetime: 300, interval: 0 });
    const flow: Flow = { transport: 'UDP', address: '127.0.0.1', port: peer.address().port };
    expect(probe.probe(flow, () => undefined)).toBe(true);
    expect(probe.probe(flow, () => undefined)).toBe(false);
    probe.close();
    peer.close();
  });

  test.each([
    ['a name', 'pbx.example.com', 5060],
    ['the other family', '::1', 5060],
    ['port 0', '127.0.0.1', 0],
  ])('%s is not probed', (_case, address, port) => {
    const probe = new RefusalProbe('127.0.0.1', realClock);
    expect(probe.probe({ transport: 'UDP', address, port }, () => undefined)).toBe(false);
    expect(probe.open).toBe(0);
  });
});
