import { afterEach, expect, test } from 'vitest';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';

let api: ApiUnderTest;

afterEach(() => api.close());

test('says how the process is that answers', async () => {
  api = await apiUnderTest();
  await api.settled();
  const { status, body } = await api.ask('GET', '/service');
  expect(status).toBe(200);
  expect(body).toEqual({
    version: '1.2.3',
    startedAt: expect.stringMatching(/^20\d\d-.*Z$/),
    database: { kind: 'sqlite', reachable: true },
    newestRevision: expect.any(Number),
    spools: [
      { trunkServer: 'trunk1', bytes: 0 },
      { trunkServer: 'trunk2', bytes: 0 },
    ],
    mailsInvitations: false,
  });
});

test('says what the operator allows, and where each part of it is set', async () => {
  api = await apiUnderTest({ origins: new Map([['policy.homeCountry', 'file']]) });
  await api.settled();
  const { status, body } = await api.ask('GET', '/policy');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    homeCountry: 'US',
    allowedCountries: [],
    blockedPrefixes: [],
    allowedRanges: [],
    maxDiversions: 5,
    newAccounts: { sharedRegistrations: false, legCap: 10 },
    settingsFile: '/etc/throughline.yaml',
  });
  expect(body).toMatchObject({
    settings: expect.arrayContaining([
      { setting: 'policy.homeCountry', from: 'file' },
      { setting: 'policy.allowedCountries', from: 'default' },
    ]),
  });
});
