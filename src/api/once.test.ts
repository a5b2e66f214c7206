import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';
import { operationsOf } from '../../test/support/hostile-requests.ts';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import { must } from '../../test/support/store-contract.ts';
import { Store } from '../store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'throughline-once-'));
const file = join(folder, 'throughline.db');
let api: ApiUnderTest;
let mailServer = Promise.resolve();
let entry = 0;
let closing = '';
let account = '';
let other = '';
let trunkGroup = '';
let invitedOperator = '';
let invitedOwner = '';
let owner: Record<string, string> = {};

const made = z.object({
  account: z.object({ id: z.string(), trunkGroups: z.array(z.object({ id: z.string() })) }),
});

beforeAll(async () => {
  api = await apiUnderTest({ store: must(Store.openSqlite(file, SEALING_KEY)), mail: () => mailServer });
  await api.settled();
  const first = made.parse((await api.ask('POST', '/accounts', { name: 'A', dids: ['5125550100'] })).body);
  account = first.account.id;
  trunkGroup = first.account.trunkGroups[0]?.id ?? '';
  other = made.parse((await api.ask('POST', '/accounts', { name: 'B' })).body).account.id;
  invitedOperator = await invited('/users', { email: 'new@example.com', role: 'operator' });
  invitedOwner = await invited(`/accounts/${account}/users`, { email: 'al@example.com', role: 'owner' });
  closing = made.parse((await api.ask('POST', '/accounts', { name: 'Going' })).body).account.id;
  await api.ask('PATCH', `/accounts/${closing}`, { suspended: true });
  await api.ask('PATCH', `/accounts/${account}`, { didFormat: 'e164' });
  const log = await api.ask('GET', '/audit?action=accountChanged');
  entry = z.object({ entries: z.tuple([z.object({ id: z.int() })], z.unknown()) }).parse(log.body)
    .entries[0].id;
  const { body } = await api.ask('POST', `/accounts/${account}/keys`, { name: 'owner' });
  owner = { authorization: `Bearer ${z.object({ key: z.string() }).parse(body).key}` };
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

async function invited(path: string, person: { readonly email: string; readonly role: string }) {
  const { body } = await api.ask('POST', path, person);
  return z.object({ user: z.object({ id: z.string() }) }).parse(body).user.id;
}

let keys = 0;
const newKey = () => {
  keys += 1;
  return `"key ${keys}"`;
};

async function post(
  path: string,
  body: unknown,
  key: string | undefined,
  who: Readonly<Record<string, string>> = api.key,
  method: 'POST' | 'PUT' = 'POST',
) {
  const answer = await api.raw({
    method,
    url: `/api/v1${path}`,
    headers: {
      ...who,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  const { etag, 'content-type': type, 'cache-control': cache } = answer.headers;
  return {
    status: answer.statusCode,
    text: answer.body,
    headers: { etag, type, cache },
    repeated: answer.headers['idempotency-replayed'] === 'true',
  };
}

interface Once {
  /** Absent: POST. */
  readonly method?: 'PUT';
  readonly route: string;
  readonly path: () => string;
  readonly body?: unknown;
  readonly as?: () => Record<string, string>;
}

/** Every route that must not be done twice. In this order: some need what those before them made. */
const ROUTES: readonly Once[] = [
  { route: '/accounts', path: () => '/accounts', body: { name: 'C', dids: ['5125550110'] } },
  { route: '/accounts/{id}/credentials', path: () => `/accounts/${account}/credentials` },
  {
    route: '/account/credentials',
    path: () => '/account/credentials',
    body: { overlap: 60 },
    as: () => owner,
  },
  {
    route: '/accounts/{id}/trunk-groups',
    path: () => `/accounts/${account}/trunk-groups`,
    body: { name: 'Two' },
  },
  {
    route: '/accounts/{id}/trunk-groups/{trunkGroup}/credentials',
    path: () => `/accounts/${account}/trunk-groups/${trunkGroup}/credentials`,
  },
  {
    route: '/account/trunk-groups/{trunkGroup}/credentials',
    path: () => `/account/trunk-groups/${trunkGroup}/credentials`,
    as: () => owner,
  },
  {
    route: '/accounts/{id}/dids',
    path: () => `/accounts/${account}/dids`,
    body: { numbers: ['5125550120', '5125550121', '5125550122'] },
  },
  {
    route: '/accounts/{id}/dids/remove',
    path: () => `/accounts/${account}/dids/remove`,
    body: { numbers: ['5125550120'] },
  },
  {
    route: '/accounts/{id}/dids/move',
    path: () => `/accounts/${account}/dids/move`,
    get body() {
      return { numbers: ['5125550121'], to: { account: other } };
    },
  },
  {
    route: '/dids/failover',
    path: () => '/dids/failover',
    body: { dids: ['5125550122'], failover: { number: '2125550101' } },
  },
  {
    method: 'PUT',
    route: '/dids/failover',
    path: () => '/dids/failover',
    body: { changes: [{ did: '5125550122', failover: { number: '2125550102' } }] },
  },
  { route: '/gateways', path: () => '/gateways', body: { name: 'carrier', sources: ['192.0.2.1'] } },
  { route: '/keys', path: () => '/keys', body: { name: 'reports' } },
  { route: '/accounts/{id}/keys', path: () => `/accounts/${account}/keys`, body: { name: 'reports' } },
  { route: '/account/keys', path: () => '/account/keys', body: { name: 'PBX' }, as: () => owner },
  { route: '/users', path: () => '/users', body: { email: 'op@example.com', role: 'operator' } },
  {
    route: '/accounts/{id}/users',
    path: () => `/accounts/${account}/users`,
    body: { email: 'jo@example.com', role: 'owner' },
  },
  { route: '/audit/{entry}/undo', path: () => `/audit/${entry}/undo` },
  { route: '/accounts/{id}/close', path: () => `/accounts/${closing}/close`, body: { name: 'Going' } },
  { route: '/users/{user}/invitation', path: () => `/users/${invitedOperator}/invitation` },
  {
    route: '/accounts/{id}/users/{user}/invitation',
    path: () => `/accounts/${account}/users/${invitedOwner}/invitation`,
  },
];

/** What people do who log in: a password or a link of one time stands for it, and doing it twice does no harm. */
const OTHERS = [
  '/invitations/{token}',
  '/password',
  '/password-resets',
  '/password-resets/{token}',
  '/second-factor',
  '/session',
  '/setup/{token}',
];

test('every POST is in the table, and the document names the header where it is taken', async () => {
  const document = (await api.raw({ method: 'GET', url: '/api/docs/json' })).json();
  const posts = operationsOf(document).filter(({ method }) => method === 'post');
  const route = ({ path }: { path: string }) => path.replace('/api/v1', '');
  const inTable = ROUTES.filter(({ method }) => method === undefined).map((one) => one.route);
  expect(posts.map(route).toSorted()).toEqual([...inTable, ...OTHERS].toSorted());
  const taking = operationsOf(document).filter(({ parameters }) =>
    parameters.some(({ name }) => name === 'idempotency-key'),
  );
  expect(taking.map((one) => `${one.method} ${route(one)}`).toSorted()).toEqual(
    ROUTES.map((one) => `${(one.method ?? 'POST').toLowerCase()} ${one.route}`).toSorted(),
  );
});

const revisionNow = async () => {
  const { body } = await api.ask('GET', '/trunk-servers');
  return JSON.stringify(z.object({ entries: z.array(z.object({ revision: z.int() })) }).parse(body));
};

test.each(ROUTES)('a request to $route that comes again gets the same answer, byte for byte', async (one) => {
  const key = newKey();
  const who = one.as?.() ?? api.key;
  const first = await post(one.path(), one.body, key, who, one.method);
  expect(first.status, first.text).toBeLessThan(300);
  expect(first.repeated).toBe(false);
  const revision = await revisionNow();
  for (let time = 0; time < 2; time += 1) {
    expect(await post(one.path(), one.body, key, who, one.method)).toEqual({ ...first, repeated: true });
  }
  expect(await revisionNow()).toBe(revision);
  // A new key, or none, is another thing to be done: other secrets, or a conflict with the first.
  const next = await post(one.path(), one.body, newKey(), who, one.method);
  expect(next.text).not.toBe(first.text);
});

test('the order of the fields does not make another request; the key may come without quotes', async () => {
  const [one, two] = [
    { name: 'field order', access: 'read' },
    { access: 'read', name: 'field order' },
  ];
  const first = await post('/keys', one, '"plain-1"');
  expect(first.status).toBe(201);
  expect(await post('/keys', two, 'plain-1')).toEqual({ ...first, repeated: true });
});

describe('the key', () => {
  test('of another request is refused, and nothing is done', async () => {
    const key = newKey();
    await post('/keys', { name: 'one' }, key);
    for (const [path, body] of [
      ['/keys', { name: 'another' }],
      ['/gateways', { name: 'another', sources: ['192.0.2.9'] }],
    ] as const) {
      const answer = await post(path, body, key);
      expect(answer.status).toBe(422);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'keyReused' });
    }
    expect(JSON.stringify((await api.ask('GET', '/gateways')).body)).not.toContain('another');
  });

  test('belongs to who asked', async () => {
    const key = newKey();
    const mine = await post('/account/keys', { name: 'same' }, key, owner);
    const theirs = await post('/keys', { name: 'same' }, key);
    expect([mine.status, theirs.status, theirs.repeated]).toEqual([201, 201, false]);
  });

  test.each(['', '""', '"a', 'a b', '"\u00e9"', `"${'x'.repeat(256)}"`, 'a,b', '"a"; q=1', '"a\\x"'])(
    '%j is malformed',
    async (key) => {
      const answer = await post('/keys', { name: 'no' }, key);
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject({ errors: [{ field: 'idempotency-key' }] });
    },
  );

  test('is free again where the request was refused', async () => {
    const key = newKey();
    expect((await post('/gateways', { name: 'x', address: ':' }, key)).status).toBe(422);
    const done = await post('/gateways', { name: 'x', address: 'sip.carrier.example' }, key);
    expect(done).toMatchObject({ status: 201, repeated: false });
  });

  test('is free again after a day', async () => {
    const key = newKey();
    await post('/keys', { name: 'today' }, key);
    api.later += 24 * 3_600_000 - 60_000;
    expect(await post('/keys', { name: 'today' }, key)).toMatchObject({ repeated: true });
    api.later += 120_000;
    expect(await post('/keys', { name: 'tomorrow' }, key)).toMatchObject({ status: 201, repeated: false });
    api.later = 0;
  });

  test('is answered with 409 while its request is being done', async () => {
    const key = newKey();
    const { promise, resolve } = Promise.withResolvers<void>();
    mailServer = promise;
    const body = { email: 'slow@example.com', role: 'operator' };
    const first = post('/users', body, key);
    // The user is there, and only the mail is still on its way.
    await vi.waitFor(
      async () => expect(JSON.stringify(await api.ask('GET', '/users'))).toContain('slow@example.com'),
      { timeout: 20_000 },
    );
    const second = await post('/users', body, key);
    expect(second.status).toBe(409);
    expect(second.text).toContain('"underWay"');
    resolve();
    const given = await first;
    expect(await post('/users', body, key)).toEqual({ ...given, repeated: true });
  });
});

test('If-Match is looked at the first time alone', async () => {
  const body = { dids: ['5125550100'], failover: { number: '2125550107' } };
  const preview = await post('/dids/failover', { ...body, dryRun: true }, undefined);
  const headers = { ...api.key, 'if-match': String(preview.headers.etag) };
  const key = newKey();
  const first = await post('/dids/failover', body, key, headers);
  expect(first.status).toBe(200);
  expect(await post('/dids/failover', body, key, headers)).toEqual({ ...first, repeated: true });
  expect((await post('/dids/failover', body, newKey(), headers)).status).toBe(412);
});

test('an invitation says whether its mail went out, is mailed once, and says so again', async () => {
  const key = newKey();
  const body = { email: 'mia@example.com', role: 'viewer' };
  const first = await post(`/accounts/${account}/users`, body, key);
  expect(JSON.parse(first.text)).toMatchObject({ invitation: { mailed: true } });
  expect(await post(`/accounts/${account}/users`, body, key)).toEqual({ ...first, repeated: true });
  expect(api.mails.filter(({ to }) => to === body.email)).toHaveLength(1);
});

test('while the store is away nothing is done and nothing is kept: the same request is done later', async () => {
  const key = newKey();
  const outside = new DatabaseSync(file);
  outside.exec('begin immediate');
  const away = await post('/keys', { name: 'later' }, key);
  outside.exec('rollback');
  outside.close();
  expect(away.status).toBe(503);
  expect(await post('/keys', { name: 'later' }, key)).toMatchObject({ status: 201, repeated: false });
});

test('who may only read by now is not answered again what an owner was', async () => {
  const password = 'a horse of another colour';
  const invitation = await post(
    `/accounts/${other}/users`,
    { email: 'demoted@example.com', role: 'owner' },
    newKey(),
  );
  const { user, ...rest } = z
    .object({ user: z.object({ id: z.string() }), invitation: z.object({ link: z.string() }) })
    .parse(JSON.parse(invitation.text));
  await post(`/invitations/${rest.invitation.link.split('/').at(-1)}`, { password }, undefined, {});
  const login = await api.raw({
    method: 'POST',
    url: '/api/v1/session',
    payload: { email: 'demoted@example.com', password },
  });
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(login.json());
  const who = { cookie: String(login.headers['set-cookie']).split(';')[0] ?? '', 'x-csrf-token': csrfToken };
  const key = newKey();
  const first = await post('/account/keys', { name: 'mine' }, key, who);
  expect(first.status).toBe(201);
  expect(await post('/account/keys', { name: 'mine' }, key, who)).toEqual({ ...first, repeated: true });
  await api.ask('PATCH', `/accounts/${other}/users/${user.id}`, { role: 'viewer' });
  expect(await post('/account/keys', { name: 'mine' }, key, who)).toMatchObject({
    status: 403,
    repeated: false,
  });
});

test('what is kept counts for the account, however many keys it has', async () => {
  const kept = () => {
    const database = new DatabaseSync(file, { readOnly: true });
    const rows = database.prepare('select id from given_answers where asker = ?').all(`account ${other}`);
    database.close();
    return rows.length;
  };
  const before = kept();
  const { body } = await api.ask('POST', `/accounts/${other}/keys`, { name: 'first' });
  const first = { authorization: `Bearer ${z.object({ key: z.string() }).parse(body).key}` };
  const made = JSON.parse((await post('/account/keys', { name: 'second' }, newKey(), first)).text);
  const second = { authorization: `Bearer ${z.object({ key: z.string() }).parse(made).key}` };
  const key = newKey();
  expect(await post('/account/keys', { name: 'third' }, key, first)).toMatchObject({ repeated: false });
  // Counted together, and yet nobody gets what another key was answered.
  expect(await post('/account/keys', { name: 'third' }, key, second)).toMatchObject({ repeated: false });
  expect(kept()).toBe(before + 3);
});

test('secrets in the answers are not readable in the database', async () => {
  const answer = await post('/accounts', { name: 'sealed' }, newKey());
  const { password } = z
    .object({ credentials: z.object({ password: z.string() }) })
    .parse(JSON.parse(answer.text)).credentials;
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('select answer, size from given_answers').all();
  database.close();
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) expect(row['answer']).toMatch(/^sealed1\./);
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name), 'latin1'), name).not.toContain(password);
  }
});
