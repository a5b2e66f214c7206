import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { listen } from './listen.ts';

test('port 0 takes a free one, and the URL names it; a port in use is refused with what to do', async () => {
  const first = Fastify();
  const second = Fastify();
  const url = await listen(first, { address: '127.0.0.1', port: 0 });
  const port = Number(url.ok && new URL(url.value).port);
  expect(port).toBeGreaterThan(0);
  expect(await listen(second, { address: '127.0.0.1', port })).toEqual({
    ok: false,
    error: {
      exit: 69,
      reason: `127.0.0.1 port ${port} (TCP, for the API) is in use by another program; choose another with http.port or THROUGHLINE_HTTP_PORT`,
    },
  });
  await Promise.all([first.close(), second.close()]);
});

test('an address of another machine is refused', async () => {
  const api = Fastify();
  const refused = await listen(api, { address: '192.0.2.1', port: 0 });
  expect(refused).toMatchObject({ ok: false, error: { exit: 69 } });
  expect(!refused.ok && refused.error.reason).toContain('192.0.2.1 is no address of this machine');
  await api.close();
});
