import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import { storeFailure } from './failure.ts';
import { Store } from './store.ts';

/** The answer to an SSLRequest: no TLS here. */
const NO_TLS = 'N';
/** AuthenticationSASL with SCRAM-SHA-256, and AuthenticationSASLContinue: the wish for a password. */
const SASL = ['R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0', 'R\0\0\0\x0b\0\0\0\x0br=x'];

let server: Server | undefined;
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

/** The port of something that answers whatever comes with these, one after another. */
async function answering(texts: readonly string[]): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    const left = [...texts];
    socket.on('error', () => {}).on('data', () => socket.write(left.shift() ?? '', 'latin1'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function readFrom(url: string) {
  const store = Store.openPostgres(url, SEALING_KEY);
  try {
    return await store.read((tables) => tables.revisions.newest());
  } finally {
    await store.close();
  }
}

describe('a connection that cannot be had is the fault of no statement of ours', () => {
  test.each([
    ['has no TLS', [NO_TLS], '?sslmode=verify-full', 'does not support SSL'],
    ['speaks no PostgreSQL', ['HTTP/1.1 400 Bad Request\r\n\r\n'], '?sslmode=verify-full', 'SSL connection'],
    ['breaks off TLS', ['S', 'x'], '?sslmode=verify-full', ''],
    ['wants a password where none is given', SASL, '', 'password'],
  ])('the server %s', async (_, texts, mode, message) => {
    const port = await answering(texts);
    expect(await readFrom(`postgres://throughline@127.0.0.1:${port}/throughline${mode}`)).toMatchObject({
      ok: false,
      error: { kind: 'storeUnavailable', message: expect.stringContaining(message) },
    });
  });

  test('the address is none', async () => {
    expect(await readFrom('postgres://throughline@[::1/throughline')).toMatchObject({
      error: { kind: 'storeUnavailable' },
    });
  });
});

describe('what PostgreSQL says of a statement', () => {
  const said = (code: string) =>
    storeFailure(Object.assign(new Error('said'), { severity: 'ERROR', code }))?.kind;

  test.each(['42P01', '42703', '42501', '3F000', '57P01', '25006', '53300'])(
    '%s: somebody restores, takes rights away, or stops it',
    (code) => {
      expect(said(code)).toBe('storeUnavailable');
    },
  );

  test.each(['23505', '23503', '22021', '42601', '25P02'])('%s is a bug of ours', (code) => {
    expect(said(code)).toBeUndefined();
  });
});
