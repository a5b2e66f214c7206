import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';

let api: ApiUnderTest;
let origin: string;
const streams: AbortController[] = [];

beforeEach(async () => {
  api = await apiUnderTest();
  origin = `http://127.0.0.1:${await api.listen()}`;
  await api.settled();
});

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.abort();
  await api.close();
});

/** Listens with a key; `next` gives what comes next of the topics asked for. */
async function listen(authorization: string) {
  const stream = new AbortController();
  streams.push(stream);
  const headers = { authorization, accept: 'text/event-stream' };
  const response = await fetch(`${origin}/api/v1/events`, { headers, signal: stream.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  return {
    response,
    async until(part: string | RegExp): Promise<string> {
      while (heard.search(part) < 0) heard += (await reader?.read())?.value ?? '';
      const whole = heard;
      heard = '';
      return whole;
    },
  };
}

async function tenant(name: string) {
  const made = z
    .object({ account: z.object({ id: z.string() }) })
    .parse((await api.ask('POST', '/accounts', { name, dids: [] })).body);
  const keys = await api.ask('POST', `/accounts/${made.account.id}/keys`, { name: 'Portal' });
  return { key: `Bearer ${z.object({ key: z.string() }).parse(keys.body).key}` };
}

const changeName = (key: string, name: string) =>
  api.raw({
    method: 'PATCH',
    url: '/api/v1/account',
    headers: { authorization: key, 'content-type': 'application/json' },
    payload: JSON.stringify({ name }),
  });

describe('GET /events', () => {
  test('begins with all topics, so that who comes again misses nothing', async () => {
    const listener = await listen(api.key.authorization);
    expect(listener.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(listener.response.headers.get('cache-control')).toBe('no-store');
    expect(await listener.until(/\n\n/)).toBe(
      'retry: 1000\nevent: changed\ndata: {"topics":["settings","routing","registrations","calls"]}\n\n',
    );
  });

  test('tells an account and the operator of a change by its people, and another account only that routing went on', async () => {
    const alice = await tenant('Alice');
    const bob = await tenant('Bob');
    const listeners = await Promise.all(
      [api.key.authorization, alice.key, bob.key].map((key) => listen(key)),
    );
    for (const listener of listeners) await listener.until(/calls"\]\}\n\n/);
    expect((await changeName(alice.key, 'Alice & Co')).statusCode).toBe(200);
    const [operator, own, other] = await Promise.all(listeners.map(({ until }) => until('routing')));
    expect(operator).toContain('settings');
    expect(own).toContain('settings');
    expect(other).not.toContain('settings');
  });

  test('a burst of changes is few messages', async () => {
    const alice = await tenant('Alice');
    const listener = await listen(alice.key);
    await listener.until(/calls"\]\}\n\n/);
    for (let n = 0; n < 20; n += 1) await changeName(alice.key, `Alice ${n}`);
    const bob = await changeName(alice.key, 'last');
    expect(bob.statusCode).toBe(200);
    const heard = await listener.until('settings');
    expect(heard.split('event: changed').length).toBeLessThan(8);
  });

  test('lets one account listen 50 times at once, and again when one has gone', async () => {
    const alice = await tenant('Alice');
    for (let n = 0; n < 50; n += 1) expect((await listen(alice.key)).response.status).toBe(200);
    expect((await listen(alice.key)).response.status).toBe(429);
    streams[0]?.abort();
    await expect.poll(async () => (await listen(alice.key)).response.status).toBe(200);
  });

  test('without a key it tells nothing', async () => {
    expect((await listen('Bearer wrong')).response.status).toBe(401);
  });
});
