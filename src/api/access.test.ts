import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';

const HTTP = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An account with its owner's key, a viewer's key, and a DID. */
interface Tenant {
  readonly account: string;
  readonly did: string;
  readonly owner: string;
  readonly viewer: string;
  readonly viewerKeyId: string;
  /** The id of a viewer who logs in. */
  readonly user: string;
  /** An entry of the audit log that tells of it. */
  readonly entry: number;
}

const FAILOVER = { number: '+12125550199' };

/**
 * Every route with what a stranger would send to reach `victim`, and what the stranger gets: 404 as if it did not
 * exist (422 where it stands in a list, which names it like a number that nobody has), 403 where the route is the operator's alone, or `own` where the route never names anybody else's thing, `login` where no key opens it.
 */
const ROUTES: readonly {
  readonly route: string;
  readonly stranger: 404 | 403 | 422 | 'own' | 'open' | 'login';
  readonly body?: (victim: Tenant) => unknown;
}[] = [
  { route: 'GET /api/v1/health', stranger: 'open' },
  { route: 'POST /api/v1/session', stranger: 'login', body: () => ({ email: 'a@b.example', password: 'x' }) },
  { route: 'GET /api/v1/session', stranger: 'login' },
  { route: 'DELETE /api/v1/session', stranger: 'login' },
  { route: 'GET /api/v1/sessions', stranger: 'login' },
  { route: 'DELETE /api/v1/sessions/{id}', stranger: 'login' },
  { route: 'POST /api/v1/password', stranger: 'login' },
  { route: 'POST /api/v1/second-factor', stranger: 'login' },
  { route: 'PUT /api/v1/second-factor', stranger: 'login' },
  { route: 'DELETE /api/v1/second-factor', stranger: 'login' },
  { route: 'POST /api/v1/password-resets', stranger: 'open', body: () => ({ email: 'a@b.example' }) },
  { route: 'POST /api/v1/password-resets/{token}', stranger: 404, body: () => ({ password: 'x' }) },
  { route: 'POST /api/v1/invitations/{token}', stranger: 404, body: () => ({ password: 'x' }) },
  { route: 'GET /api/v1/invitations/{token}', stranger: 404 },
  {
    route: 'POST /api/v1/setup/{token}',
    stranger: 404,
    body: () => ({ email: 'a@b.example', password: 'x' }),
  },
  { route: 'GET /api/v1/users', stranger: 'own' },
  { route: 'POST /api/v1/users', stranger: 'own', body: () => ({ email: 'bob@b.example', role: 'viewer' }) },
  { route: 'GET /api/v1/users/{user}', stranger: 404 },
  { route: 'POST /api/v1/users/{user}/invitation', stranger: 404 },
  { route: 'PATCH /api/v1/users/{user}', stranger: 404, body: () => ({ disabled: true }) },
  { route: 'DELETE /api/v1/users/{user}', stranger: 404 },
  { route: 'GET /api/v1/accounts/{id}/users', stranger: 404 },
  {
    route: 'POST /api/v1/accounts/{id}/users',
    stranger: 404,
    body: () => ({ email: 'me@b.example', role: 'owner' }),
  },
  { route: 'GET /api/v1/accounts/{id}/users/{user}', stranger: 404 },
  { route: 'POST /api/v1/accounts/{id}/users/{user}/invitation', stranger: 404 },
  { route: 'PATCH /api/v1/accounts/{id}/users/{user}', stranger: 404, body: () => ({ disabled: true }) },
  { route: 'DELETE /api/v1/accounts/{id}/users/{user}', stranger: 404 },
  { route: 'POST /api/v1/accounts', stranger: 403, body: () => ({ name: 'Mine' }) },
  { route: 'GET /api/v1/accounts', stranger: 403 },
  { route: 'GET /api/v1/accounts/{id}', stranger: 404 },
  { route: 'PATCH /api/v1/accounts/{id}', stranger: 404, body: () => ({ suspended: true }) },
  { route: 'POST /api/v1/accounts/{id}/close', stranger: 404, body: () => ({ name: 'Alice' }) },
  { route: 'POST /api/v1/accounts/{id}/credentials', stranger: 404 },
  { route: 'GET /api/v1/account', stranger: 'own' },
  { route: 'PATCH /api/v1/account', stranger: 'own', body: () => ({ name: 'New' }) },
  { route: 'POST /api/v1/account/credentials', stranger: 'own' },
  { route: 'GET /api/v1/keys', stranger: 403 },
  { route: 'POST /api/v1/keys', stranger: 403, body: () => ({ name: 'All' }) },
  { route: 'DELETE /api/v1/keys/{key}', stranger: 403 },
  { route: 'GET /api/v1/accounts/{id}/keys', stranger: 404 },
  { route: 'POST /api/v1/accounts/{id}/keys', stranger: 404, body: () => ({ name: 'Back door' }) },
  { route: 'DELETE /api/v1/accounts/{id}/keys/{key}', stranger: 404 },
  { route: 'GET /api/v1/account/keys', stranger: 'own' },
  { route: 'POST /api/v1/account/keys', stranger: 'own', body: () => ({ name: 'PBX' }) },
  { route: 'DELETE /api/v1/account/keys/{key}', stranger: 404 },
  { route: 'GET /api/v1/account/trunk-groups', stranger: 'own' },
  { route: 'POST /api/v1/account/trunk-groups/{trunkGroup}/credentials', stranger: 404 },
  { route: 'GET /api/v1/accounts/{id}/trunk-groups', stranger: 404 },
  { route: 'POST /api/v1/accounts/{id}/trunk-groups', stranger: 404, body: () => ({ name: 'Mine' }) },
  { route: 'GET /api/v1/accounts/{id}/trunk-groups/{trunkGroup}', stranger: 404 },
  {
    route: 'PATCH /api/v1/accounts/{id}/trunk-groups/{trunkGroup}',
    stranger: 404,
    body: () => ({ name: 'Mine' }),
  },
  { route: 'DELETE /api/v1/accounts/{id}/trunk-groups/{trunkGroup}', stranger: 404 },
  { route: 'POST /api/v1/accounts/{id}/trunk-groups/{trunkGroup}/credentials', stranger: 404 },
  { route: 'GET /api/v1/accounts/{id}/dids', stranger: 404 },
  { route: 'POST /api/v1/accounts/{id}/dids', stranger: 404, body: () => ({ numbers: ['+12125550177'] }) },
  { route: 'DELETE /api/v1/accounts/{id}/dids/{number}', stranger: 404 },
  { route: 'POST /api/v1/accounts/{id}/dids/remove', stranger: 404, body: ({ did }) => ({ numbers: [did] }) },
  {
    route: 'POST /api/v1/accounts/{id}/dids/move',
    stranger: 404,
    body: ({ did, account }) => ({ numbers: [did], to: { account } }),
  },
  { route: 'GET /api/v1/dids', stranger: 'own' },
  { route: 'GET /api/v1/dids/{number}', stranger: 404 },
  { route: 'PATCH /api/v1/dids/{number}', stranger: 404, body: () => ({ triggers: { preset: 'anything' } }) },
  { route: 'GET /api/v1/dids/{number}/plan', stranger: 404 },
  { route: 'GET /api/v1/accounts/{id}/failover', stranger: 404 },
  { route: 'PUT /api/v1/accounts/{id}/failover', stranger: 404, body: () => FAILOVER },
  { route: 'DELETE /api/v1/accounts/{id}/failover', stranger: 404 },
  { route: 'GET /api/v1/account/failover', stranger: 'own' },
  { route: 'PUT /api/v1/account/failover', stranger: 'own', body: () => FAILOVER },
  { route: 'DELETE /api/v1/account/failover', stranger: 'own' },
  { route: 'GET /api/v1/dids/{number}/failover', stranger: 404 },
  { route: 'PUT /api/v1/dids/{number}/failover', stranger: 404, body: () => FAILOVER },
  { route: 'DELETE /api/v1/dids/{number}/failover', stranger: 404 },
  {
    route: 'POST /api/v1/dids/failover',
    stranger: 422,
    body: ({ did }) => ({ dids: [did], failover: FAILOVER }),
  },
  {
    route: 'PUT /api/v1/dids/failover',
    stranger: 422,
    body: ({ did }) => ({ changes: [{ did, failover: FAILOVER }] }),
  },
  { route: 'GET /api/v1/gateways', stranger: 403 },
  { route: 'POST /api/v1/gateways', stranger: 403, body: () => ({ name: 'Mine', sources: ['192.0.2.1'] }) },
  { route: 'GET /api/v1/gateways/{id}', stranger: 403 },
  { route: 'PATCH /api/v1/gateways/{id}', stranger: 403, body: () => ({ name: 'Mine' }) },
  { route: 'DELETE /api/v1/gateways/{id}', stranger: 403 },
  { route: 'GET /api/v1/registrations', stranger: 'own' },
  { route: 'GET /api/v1/trunk-servers', stranger: 'own' },
  { route: 'DELETE /api/v1/trunk-servers/{name}', stranger: 403 },
  { route: 'GET /api/v1/service', stranger: 403 },
  { route: 'GET /api/v1/policy', stranger: 403 },
  { route: 'GET /api/v1/audit', stranger: 'own' },
  { route: 'GET /api/v1/audit/{entry}', stranger: 404 },
  { route: 'POST /api/v1/audit/{entry}/undo', stranger: 404 },
  { route: 'GET /api/v1/calls', stranger: 'own' },
  { route: 'GET /api/v1/calls/{id}', stranger: 404 },
  { route: 'GET /api/v1/revisions/{n}', stranger: 'own' },
  { route: 'GET /api/v1/events', stranger: 'own' },
];

/** The ways in, and the own login, are for no key. */
function needsKey({ route, stranger }: (typeof ROUTES)[number]): boolean {
  return stranger !== 'open' && stranger !== 'login' && !route.includes('{token}');
}

function changes(one: (typeof ROUTES)[number]): boolean {
  return !one.route.startsWith('GET') && needsKey(one);
}

let api: ApiUnderTest;
let alice: Tenant;
let bob: Tenant;

const created = z.object({ account: z.object({ id: z.string() }) });
const keyList = z.object({
  entries: z.array(z.object({ name: z.string(), access: z.string() })),
  next: z.null(),
});
const createdKey = z.object({ key: z.string(), apiKey: z.object({ id: z.string() }) });

async function tenant(name: string, did: string): Promise<Tenant> {
  const { account } = created.parse((await api.ask('POST', '/accounts', { name, dids: [did] })).body);
  const keys = `/accounts/${account.id}/keys`;
  const owner = createdKey.parse((await api.ask('POST', keys, { name: 'Owner' })).body);
  const viewer = createdKey.parse((await api.ask('POST', keys, { name: 'Viewer', access: 'read' })).body);
  const invited = { email: `${name.toLowerCase()}@example.com`, role: 'viewer' };
  const { body } = await api.ask('POST', `/accounts/${account.id}/users`, invited);
  const log = await api.ask('GET', `/audit?account=${account.id}&action=accountCreated`);
  const user = z.object({ user: z.object({ id: z.string() }) }).parse(body);
  return {
    account: account.id,
    did,
    owner: owner.key,
    viewer: viewer.key,
    viewerKeyId: viewer.apiKey.id,
    user: user.user.id,
    entry: z.object({ entries: z.tuple([z.object({ id: z.int() })], z.unknown()) }).parse(log.body).entries[0]
      .id,
  };
}

async function askAs(
  key: string,
  method: Method,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: string }> {
  const answer = await api.raw({
    method,
    url: path,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body };
}

/** The route's path with the ids of the tenant's things. */
function aim(route: string, at: Tenant): { method: Method; path: string } {
  const [verb = '', template = ''] = route.split(' ');
  const method = HTTP.map((one) => one.toUpperCase()).find((one) => one === verb);
  const known = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).find((one) => one === method);
  if (known === undefined) throw new Error(route);
  const path = template
    .replace('/accounts/{id}', `/accounts/${at.account}`)
    .replace('{number}', encodeURIComponent(at.did))
    .replace('{key}', at.viewerKeyId)
    .replace('{user}', at.user)
    .replace('{token}', 'unknown')
    .replace('{entry}', String(at.entry))
    .replace('{name}', 'trunk1')
    .replace('{n}', '1')
    .replace('{trunkGroup}', 'tg_unknown')
    .replace('{id}', 'unknown');
  return { method: known, path };
}

/** Everything of the account that the API shows. */
async function everythingOf(at: Tenant): Promise<string> {
  const parts = await Promise.all(
    ['', '/dids', '/failover', '/users'].map((part) => api.ask('GET', `/accounts/${at.account}${part}`)),
  );
  const keys = await api.ask('GET', `/accounts/${at.account}/keys`);
  const list = z.object({ entries: z.array(z.object({ id: z.string() })) }).parse(keys.body);
  return JSON.stringify([parts, list.entries.map(({ id }) => id)]);
}

beforeAll(async () => {
  api = await apiUnderTest();
  await api.settled();
  alice = await tenant('Alice', '+12125550100');
  bob = await tenant('Bob', '+12125550200');
});

afterAll(async () => {
  await api.close();
});

describe('another account', () => {
  test('every route of the service is in the table', async () => {
    const document = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse((await api.raw({ method: 'GET', url: '/api/docs/json' })).json());
    const served = Object.entries(document.paths).flatMap(([path, operations]) =>
      HTTP.filter((method) => method in operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(served.length).toBeGreaterThan(40);
    expect(served.toSorted()).toEqual(ROUTES.map(({ route }) => route).toSorted());
  });

  test.each(ROUTES)('$route answers $stranger to a stranger', async ({ route, stranger, body }) => {
    const before = await everythingOf(alice);
    const { method, path } = aim(route, alice);
    const answer = await askAs(bob.owner, method, path, body?.(alice));
    if (stranger === 'own' || stranger === 'open') expect(answer.status).toBeLessThan(300);
    else expect(answer.status).toBe(stranger === 'login' ? 401 : stranger);
    if (stranger !== 'open') expect(answer.body).not.toContain('Alice');
    if (stranger === 'own') expect(answer.body).not.toContain(alice.account);
    expect(await everythingOf(alice)).toBe(before);
  });

  test('another account cannot be asked for, in a query or a filter', async () => {
    const parameters = z.array(z.object({ name: z.string(), in: z.string() }));
    const operation = z.object({ parameters: parameters.default([]) });
    const document = z
      .object({ paths: z.record(z.string(), z.object({ get: operation.optional() })) })
      .parse((await api.raw({ method: 'GET', url: '/api/docs/json' })).json());
    const lists = Object.entries(document.paths).flatMap(([path, { get }]) =>
      get?.parameters.some(({ name, in: where }) => name === 'account' && where === 'query') ? [path] : [],
    );
    expect(lists.length).toBeGreaterThan(2);
    for (const path of lists) {
      const answer = await askAs(bob.owner, 'GET', `${path}?account=${alice.account}`);
      expect({ path, status: answer.status }).toEqual({ path, status: 404 });
      expect((await askAs(bob.owner, 'GET', `${path}?account=${bob.account}`)).status).toBe(200);
    }
    const filtered = { filter: { account: alice.account }, failover: FAILOVER };
    const before = [await everythingOf(alice), await everythingOf(bob)];
    expect((await askAs(bob.owner, 'POST', '/api/v1/dids/failover', filtered)).status).toBe(404);
    expect([await everythingOf(alice), await everythingOf(bob)]).toEqual(before);
  });

  test("what is not there and what is another account's answer alike", async () => {
    const theirs = await askAs(bob.owner, 'GET', `/api/v1/dids/${encodeURIComponent(alice.did)}`);
    const nobodys = await askAs(bob.owner, 'GET', '/api/v1/dids/%2B12125550999');
    expect(theirs.status).toBe(404);
    expect(theirs.body.replaceAll(alice.did, 'X')).toBe(nobodys.body.replaceAll('+12125550999', 'X'));
  });
});

describe('who may only read', () => {
  const changing = ROUTES.filter(changes);

  test.each(changing)('$route is refused to a viewer', async ({ route, body }) => {
    const before = await everythingOf(bob);
    const { method, path } = aim(route, bob);
    const answer = await askAs(bob.viewer, method, path, body?.(bob));
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('"forbidden"');
    expect(await everythingOf(bob)).toBe(before);
  });

  describe('of the operators', () => {
    let key: string;

    beforeAll(async () => {
      key = createdKey.parse(
        (await api.ask('POST', '/keys', { name: 'Dashboard', access: 'read' })).body,
      ).key;
    });

    test.each(changing)(
      '$route is refused to an operator key that may only read',
      async ({ route, body }) => {
        const before = await everythingOf(alice);
        const { method, path } = aim(route, alice);
        const answer = await askAs(key, method, path, body?.(alice));
        expect(answer.status).toBe(403);
        expect(answer.body).toContain('"forbidden"');
        expect(await everythingOf(alice)).toBe(before);
      },
    );

    test('it reads, and nobody became an operator by it', async () => {
      expect((await askAs(key, 'GET', '/api/v1/accounts')).status).toBe(200);
      expect((await askAs(key, 'GET', '/api/v1/users')).body).toBe('{"entries":[],"next":null}');
    });
  });
});

describe('a key that is limited to failover', () => {
  const changing = ROUTES.filter(changes);
  const failover = changing.filter(
    ({ route }) => route.endsWith('/failover') && !route.includes('/accounts/'),
  );
  let key: string;

  beforeAll(async () => {
    const made = { name: 'PBX', access: 'failover' };
    const answer = await api.ask('POST', `/accounts/${bob.account}/keys`, made);
    key = createdKey.parse(answer.body).key;
  });

  test.each(failover)('$route is allowed', async ({ route, body }) => {
    const { method, path } = aim(route, bob);
    expect(await askAs(key, method, path, body?.(bob))).toMatchObject({ status: 200 });
    expect((await askAs(key, 'DELETE', '/api/v1/account/failover')).status).toBe(200);
  });

  test.each(changing.filter(({ route }) => !route.endsWith('/failover')))(
    '$route is refused',
    async ({ route, body }) => {
      const before = await everythingOf(bob);
      const { method, path } = aim(route, bob);
      expect((await askAs(key, method, path, body?.(bob))).status).toBe(403);
      expect(await everythingOf(bob)).toBe(before);
    },
  );

  /** What who sets failover must see. */
  const READS = [
    '/events',
    '/account',
    '/account/failover',
    '/account/keys',
    '/dids',
    '/dids/{number}',
    '/dids/{number}/failover',
    '/accounts/{id}/failover',
    '/accounts/{id}/keys',
    '/registrations',
    '/trunk-servers',
    '/revisions/{n}',
  ].map((path) => `GET /api/v1${path}`);
  const reading = ROUTES.filter((one) => one.route.startsWith('GET') && needsKey(one));

  test.each(reading)('$route is read only where it belongs to failover', async ({ route }) => {
    const { method, path } = aim(route, bob);
    const { status } = await askAs(key, method, path);
    if (READS.includes(route)) expect(status).toBe(200);
    else expect(status).toBe(403);
  });

  test('sees no other key than itself', async () => {
    const mine = keyList.parse(JSON.parse((await askAs(key, 'GET', '/api/v1/account/keys')).body));
    expect(mine).toEqual({ entries: [{ name: 'PBX', access: 'failover' }], next: null });
  });

  test('is only for accounts', async () => {
    const answer = await api.ask('POST', '/keys', { name: 'All', access: 'failover' });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'access' }] } });
  });
});

describe('an owner', () => {
  test('sets, reads and clears the global failover of the own account', async () => {
    const put = await askAs(alice.owner, 'PUT', '/api/v1/account/failover', { number: '212-555-0199' });
    expect(put.status).toBe(200);
    expect(JSON.parse(put.body)).toMatchObject({ after: { number: '+12125550199' } });
    const read = await askAs(alice.viewer, 'GET', '/api/v1/account/failover');
    expect(JSON.parse(read.body)).toMatchObject({ failover: { number: '+12125550199' } });
    expect((await askAs(alice.owner, 'DELETE', '/api/v1/account/failover')).status).toBe(200);
  });

  test('sees the own account, DIDs and trunk servers, but not how busy those are', async () => {
    const own = await askAs(alice.owner, 'GET', '/api/v1/account');
    expect(JSON.parse(own.body)).toMatchObject({ id: alice.account });
    const dids = await askAs(alice.owner, 'GET', '/api/v1/dids');
    expect(JSON.parse(dids.body)).toMatchObject({ entries: [{ number: alice.did }] });
    const servers = await askAs(alice.owner, 'GET', '/api/v1/trunk-servers');
    expect(JSON.parse(servers.body)).toMatchObject({ entries: [{ name: 'trunk1', health: null }, {}] });
  });

  test('tries a mass operation before it is done', async () => {
    const body = { dids: [alice.did], failover: FAILOVER, dryRun: true };
    const tried = await askAs(alice.viewer, 'POST', '/api/v1/dids/failover', body);
    expect(tried.status).toBe(403);
    const preview = await askAs(alice.owner, 'POST', '/api/v1/dids/failover', body);
    expect(JSON.parse(preview.body)).toEqual({
      changes: [{ did: alice.did, before: null, after: { ...FAILOVER, backup: null } }],
      unchanged: 0,
    });
    const read = await askAs(alice.owner, 'GET', `/api/v1/dids/${encodeURIComponent(alice.did)}/failover`);
    expect(JSON.parse(read.body)).toMatchObject({ failover: null });
  });

  test('cannot lift the cap of failover legs or end a suspension', async () => {
    const cap = await askAs(alice.owner, 'PATCH', '/api/v1/account', { delivery: { legCap: 1_000 } });
    expect(cap.status).toBe(400);
    const up = await askAs(alice.owner, 'PATCH', '/api/v1/account', { suspended: false });
    expect(up.status).toBe(400);
  });

  test('makes and revokes keys of the own account; a revoked key opens nothing from then on', async () => {
    const made = await askAs(alice.owner, 'POST', '/api/v1/account/keys', { name: 'FreePBX' });
    const { key, apiKey } = createdKey.parse(JSON.parse(made.body));
    expect((await askAs(key, 'GET', '/api/v1/account')).status).toBe(200);
    const listed = await askAs(alice.owner, 'GET', '/api/v1/account/keys');
    expect(listed.body).toContain('FreePBX');
    expect(listed.body).not.toContain(key);
    expect((await askAs(alice.owner, 'DELETE', `/api/v1/account/keys/${apiKey.id}`)).status).toBe(200);
    expect((await askAs(key, 'GET', '/api/v1/account')).status).toBe(401);
    expect((await askAs(`${key.slice(0, -1)}x`, 'GET', '/api/v1/account')).status).toBe(401);
  });
});

describe('an operator', () => {
  test('is told where the routes of owners are for operators', async () => {
    const answer = await api.ask('GET', '/account');
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  test('has keys of their own', async () => {
    const made = await api.ask('POST', '/keys', { name: 'Provisioning' });
    const { key } = createdKey.parse(made.body);
    expect((await askAs(key, 'GET', '/api/v1/gateways')).status).toBe(200);
  });

  test('cannot be given a key that has expired already', async () => {
    const answer = await api.ask('POST', '/keys', { name: 'Old', expiresAt: '2020-01-01T00:00:00Z' });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'expiresAt' }] } });
  });
});
