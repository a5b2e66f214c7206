import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';
import {
  type HostileRequest,
  type Operation,
  operationsOf,
  requestsFor,
} from '../../test/support/hostile-requests.ts';
import { PROBLEM_TYPE } from './problem.ts';
import { accountCreated } from './schemas/account.ts';
import { apiKeyCreated } from './schemas/api-key.ts';
import { gatewayChanged } from './schemas/gateway.ts';
import { problem } from './schemas/problem.ts';

let api: ApiUnderTest;
let document: unknown;
/** What exists, and may be meant by any text of a request. */
const known: string[] = ['1', '2'];
/** Who asks: operator, owner, viewer, nobody, and somebody with a wrong key. */
let askers: readonly Readonly<Record<string, string>>[] = [];

beforeAll(async () => {
  api = await apiUnderTest();
  document = (await api.raw({ method: 'GET', url: '/api/docs/json' })).json();
  await makeAccounts();
  const gateway = await api.ask('POST', '/gateways', { name: 'carrier', sources: ['192.0.2.1'] });
  known.push(gatewayChanged.parse(gateway.body).gateway.id);
  // A name that a trunk server could have: few that come by chance do.
  known.push('trunk9');
});

let dids = 5_125_550_100;

/** The account of the askers, and another one. */
async function makeAccounts(): Promise<void> {
  for (const name of ['One', 'Other']) {
    const did = `${dids++}`;
    const { account } = accountCreated.parse(
      (await api.ask('POST', '/accounts', { name, dids: [did] })).body,
    );
    known.push(account.id, `+1${did}`, ...account.trunkGroups.map(({ id }) => id));
    if (name === 'Other') continue;
    const keys = await Promise.all(
      ['write', 'read', 'read'].map(async (access) => {
        const made = await api.ask('POST', `/accounts/${account.id}/keys`, { name: access, access });
        return apiKeyCreated.parse(made.body);
      }),
    );
    // The last one may be revoked by a request; those of the askers are not named.
    known.push(keys[2]?.apiKey.id ?? '');
    askers = [
      api.key,
      ...keys.slice(0, 2).map(({ key }) => ({ authorization: `Bearer ${key}` })),
      {},
      { authorization: 'Bearer \u00ff\u0000x' },
    ];
  }
}

afterAll(() => api.close());

const pathOf = ({ method, path }: Operation) => `${method.toUpperCase()} ${path}`;

/** Sends it and demands what holds for every answer; gives the status. */
async function send(
  operation: Operation,
  { url, headers, body }: HostileRequest,
  asker: Readonly<Record<string, string>>,
): Promise<number> {
  const answer = await api.rawMethod(operation.method, url, { ...headers, ...asker }, body);
  const what = `${operation.method} ${url.slice(0, 300)} ${body?.slice(0, 300)}: ${answer.body.slice(0, 300)}`;
  expect(answer.statusCode, what).toBeLessThan(500);
  if (answer.statusCode >= 400) {
    expect(answer.headers['content-type'], what).toMatch(PROBLEM_TYPE);
    expect(problem.parse(answer.json()).status, what).toBe(answer.statusCode);
  }
  return answer.statusCode;
}

/** No key opens these: src/api/logins.test.ts asks them with a login. */
const OWN_LOGIN = /\/(session|sessions\/\{id\}|sessions|password|second-factor)$/;

test('every operation, asked anything by anybody, several at once: never a failure of ours, always a problem in words', async () => {
  const operations = operationsOf(document);
  expect(operations.length).toBeGreaterThan(40);
  const statuses = new Map<string, Set<number>>();
  for (const operation of operations) {
    const seen = new Set<number>();
    statuses.set(pathOf(operation), seen);
    // By chance a request before closed the askers' account, and with it their keys.
    const owner = await api.rawMethod('GET', '/api/v1/account', askers[1] ?? {});
    if (owner.statusCode === 401) await makeAccounts();
    const requests = requestsFor(operation, document, known);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(requests, fc.constantFrom(0, 0, 1, 1, 2, 3, 4)), { minLength: 1, maxLength: 4 }),
        async (asked) => {
          const answers = asked.map(([request, who]) => send(operation, request, askers[who] ?? {}));
          for (const status of await Promise.all(answers)) seen.add(status);
        },
      ),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    );
  }
  expect(api.bugs).toEqual([]);
  const all = new Set([...statuses.values()].flatMap((seen) => [...seen]));
  expect([...all]).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404, 409, 413, 415, 422]));
  // The requests reach what lies behind the check of their form.
  const shallow = [...statuses].filter(
    ([route, seen]) =>
      !OWN_LOGIN.test(route) && [...seen].every((status) => [400, 401, 403].includes(status)),
  );
  expect(shallow).toEqual([]);
}, 120_000);
