import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';

const PROXY = '192.0.2.80';
const YEAR = 365 * 24 * 3_600_000;

let api: ApiUnderTest;

beforeEach(async () => {
  api = await apiUnderTest({ trustedProxies: ['192.0.2.80/31'] });
});
afterEach(async () => {
  expect(api.bugs).toEqual([]);
  await api.close();
});

/** The status of one more try that counts by address, as a log-in does; this one needs no hash of a password. */
async function askAgain(
  email: string,
  from: { readonly remoteAddress?: string; readonly forwardedFor?: string },
): Promise<number> {
  const { remoteAddress = PROXY, forwardedFor } = from;
  const answer = await api.raw({
    method: 'POST',
    url: '/api/v1/password-resets',
    remoteAddress,
    headers: {
      'content-type': 'application/json',
      ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }),
    },
    payload: JSON.stringify({ email }),
  });
  return answer.statusCode;
}

/** As often as is allowed from one address, each time with another e-mail address. */
async function useUp(from: Parameters<typeof askAgain>[1]): Promise<void> {
  for (let n = 0; n < 20; n += 1) expect(await askAgain(`n${n}@example.com`, from)).toBe(202);
}

describe('behind a proxy that is trusted', () => {
  test('each counts by the own address, and not by that of the proxy', async () => {
    await useUp({ forwardedFor: '203.0.113.7' });
    expect(await askAgain('jo@example.com', { forwardedFor: '203.0.113.7' })).toBe(429);
    expect(await askAgain('jo@example.com', { forwardedFor: '203.0.113.8' })).toBe(202);
  });

  test('what was in the header before it came to the proxy is not believed', async () => {
    await useUp({ forwardedFor: '203.0.113.7' });
    expect(await askAgain('jo@example.com', { forwardedFor: '203.0.113.8, 203.0.113.7' })).toBe(429);
  });

  test('the address before the last trusted proxy counts where there are several', async () => {
    await useUp({ forwardedFor: '203.0.113.7, 192.0.2.81' });
    expect(await askAgain('jo@example.com', { forwardedFor: '203.0.113.7' })).toBe(429);
  });

  test('what is no address counts as the proxy', async () => {
    await useUp({ forwardedFor: '203.0.113.7, unknown' });
    expect(await askAgain('jo@example.com', { forwardedFor: 'x'.repeat(5_000) })).toBe(429);
    expect(await askAgain('jo@example.com', {})).toBe(429);
  });

  test('the list of logins shows where they came from', async () => {
    const offered = await api.logins.offerSetup();
    const link = offered.ok ? (offered.value?.link ?? '') : '';
    const made = await api.raw({
      method: 'POST',
      url: `/api/v1/setup/${link.split('/').at(-1)}`,
      remoteAddress: `::ffff:${PROXY}`,
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '2001:DB8:0::7' },
      payload: JSON.stringify({ email: 'ops@example.com', password: 'a horse of another colour' }),
    });
    const cookie = String(made.headers['set-cookie']).split(';')[0] ?? '';
    const list = await api.raw({ method: 'GET', url: '/api/v1/sessions', headers: { cookie } });
    expect(list.json()).toMatchObject({ entries: [{ address: '2001:db8::7' }] });
  });
});

test('an address that is not trusted says nothing about where others are', async () => {
  const remoteAddress = '198.51.100.9';
  await useUp({ remoteAddress, forwardedFor: '203.0.113.7' });
  expect(await askAgain('jo@example.com', { remoteAddress, forwardedFor: '203.0.113.8' })).toBe(429);
  expect(await askAgain('jo@example.com', { forwardedFor: '203.0.113.7' })).toBe(202);
});

test('a whole /64 of IPv6 counts as one address', async () => {
  for (let n = 0; n < 20; n += 1) {
    expect(await askAgain(`n${n}@example.com`, { forwardedFor: `2001:db8:1:2:3::${n}` })).toBe(202);
  }
  expect(await askAgain('jo@example.com', { forwardedFor: '2001:db8:1:2::99' })).toBe(429);
  expect(await askAgain('jo@example.com', { forwardedFor: '2001:db8:1:3::99' })).toBe(202);
});

test('a clock that was a year ahead keeps nobody out once it is right again', async () => {
  api.later = YEAR;
  await useUp({ forwardedFor: '203.0.113.7' });
  api.later = 0;
  expect(await askAgain('jo@example.com', { forwardedFor: '203.0.113.7' })).toBe(202);
});

test('how long to wait is said, and is over then', async () => {
  await useUp({ forwardedFor: '203.0.113.7' });
  const refused = await api.raw({
    method: 'POST',
    url: '/api/v1/password-resets',
    remoteAddress: PROXY,
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' },
    payload: JSON.stringify({ email: 'jo@example.com' }),
  });
  const seconds = z.coerce.number().parse(refused.headers['retry-after']);
  expect(seconds).toBeGreaterThan(14 * 60);
  expect(seconds).toBeLessThanOrEqual(15 * 60);
  api.later = seconds * 1_000;
  expect(await askAgain('jo@example.com', { forwardedFor: '203.0.113.7' })).toBe(202);
});
