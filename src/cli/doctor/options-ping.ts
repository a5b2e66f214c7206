import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Random } from '../../base/random.ts';

/** What came of an OPTIONS (RFC 3261 section 11). */
export type Pong =
  | { readonly kind: 'answered'; readonly status: number; readonly ms: number }
  | { readonly kind: 'silent' }
  /** The system or the other side's refused it, with the system's code. */
  | { readonly kind: 'refused'; readonly code: string };

export interface PingTimes {
  /** When it is sent again, in ms from the first. */
  readonly again: readonly number[];
  readonly limit: number;
}

export const PING_TIMES: PingTimes = { again: [500, 1_500], limit: 3_000 };

/** Asks once over UDP, from any port of `from`, where that is of this machine and of the same family. */
export function pingWithOptions(
  target: { readonly address: string; readonly port: number; readonly uri: string },
  from: string | undefined,
  random: Random,
  { again, limit }: PingTimes = PING_TIMES,
): Promise<Pong> {
  const socket = createSocket(isIPv6(target.address) ? 'udp6' : 'udp4');
  const { promise, resolve } = Promise.withResolvers<Pong>();
  const timers = [setTimeout(() => resolve({ kind: 'silent' }), limit)];
  const branch = `z9hG4bK${random.token(16)}`;
  const begun = performance.now();
  socket.on('error', (error) =>
    resolve({ kind: 'refused', code: 'code' in error ? String(error.code) : error.message }),
  );
  socket.on('message', (datagram) => {
    const text = datagram.toString('latin1');
    const status = /^SIP\/2\.0 (\d{3})/.exec(text)?.[1];
    if (status === undefined || !text.includes(branch)) return;
    resolve({ kind: 'answered', status: Number(status), ms: Math.round(performance.now() - begun) });
  });
  socket.bind(0, from, () => {
    // A connected socket is told when nobody listens there.
    socket.connect(target.port, target.address, () => {
      const { address, port } = socket.address();
      const host = isIPv6(address) ? `[${address}]` : address;
      const request = Buffer.from(optionsText(target.uri, host, port, branch, random), 'latin1');
      const send = () => socket.send(request);
      send();
      for (const at of again) timers.push(setTimeout(send, at));
    });
  });
  return promise.finally(() => {
    for (const timer of timers) clearTimeout(timer);
    socket.close();
  });
}

function optionsText(uri: string, host: string, port: number, branch: string, random: Random): string {
  return [
    `OPTIONS ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:${port};branch=${branch};rport`,
    'Max-Forwards: 70',
    `From: <sip:doctor@${host}>;tag=${random.token(8)}`,
    `To: <${uri}>`,
    `Call-ID: ${random.token(16)}`,
    'CSeq: 1 OPTIONS',
    'Accept: application/sdp',
    'User-Agent: Throughline doctor',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
