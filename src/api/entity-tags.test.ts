import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';
import { operationsOf } from '../../test/support/hostile-requests.ts';

let api: ApiUnderTest;
let account = '';
let trunkGroup = '';
let owner: Record<string, string> = {};
let operations: ReturnType<typeof operationsOf> = [];

const DID = '%2B15125550100';
const madeAccount = z.object({
  account: z.object({ id: z.string(), trunkGroups: z.array(z.object({ id: z.string() })) }),
});

beforeAll(async () => {
  api = await apiUnderTest();
  await api.settled();
  operations = operationsOf((await api.raw({ method: 'GET', url: '/api/docs/json' })).json());
  const made = madeAccount.parse(
    (await api.ask('POST', '/accounts', { name: 'A', dids: ['5125550100'] })).body,
  );
  account = made.account.id;
  trunkGroup = made.account.trunkGroups[0]?.id ?? '';
  const { body } = await api.ask('POST', `/accounts/${account}/keys`, { name: 'owner' });
  owner = { authorization: `Bearer ${z.object({ key: z.string() }).parse(body).key}` };
});
afterAll(() => api.close());

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

async function ask(
  method: Method,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
  who: Readonly<Record<string, string>> = api.key,
) {
  const answer = await api.raw({
    method,
    url: `/api/v1${path}`,
    headers: { ...who, ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  const { etag } = answer.headers;
  return {
    status: answer.statusCode,
    tag: typeof etag === 'string' ? etag : '',
    body: answer.body === '' ? null : z.record(z.string(), z.unknown()).parse(answer.json()),
  };
}

/** Something that is edited: where it is read, and each change of it, which differs from the change before. */
interface Place {
  readonly read: string;
  readonly as?: () => Record<string, string>;
  readonly changes: readonly { readonly method: Method; readonly path: string; readonly body?: unknown }[];
}

async function idOf(path: string, body: unknown, part: string): Promise<string> {
  const made = await ask('POST', path, {}, body);
  return z.object({ id: z.string() }).parse(made.body?.[part]).id;
}

/** Each with the routes that it stands for; `{x}` is made for it. */
const PLACES: readonly { readonly routes: readonly string[]; readonly place: () => Promise<Place> }[] = [
  {
    routes: ['PATCH /accounts/{id}'],
    place: async () => ({
      read: `/accounts/${account}`,
      changes: [{ method: 'PATCH', path: `/accounts/${account}`, body: { name: 'B' } }],
    }),
  },
  {
    routes: ['PATCH /account'],
    place: async () => ({
      read: '/account',
      as: () => owner,
      changes: [{ method: 'PATCH', path: '/account', body: { delivery: { noAnswerFailover: true } } }],
    }),
  },
  {
    routes: ['PUT /accounts/{id}/failover', 'DELETE /accounts/{id}/failover'],
    place: async () => ({
      read: `/accounts/${account}/failover`,
      changes: [
        { method: 'PUT', path: `/accounts/${account}/failover`, body: { number: '2125550101' } },
        { method: 'DELETE', path: `/accounts/${account}/failover` },
      ],
    }),
  },
  {
    routes: ['PUT /account/failover', 'DELETE /account/failover'],
    place: async () => ({
      read: '/account/failover',
      as: () => owner,
      changes: [
        { method: 'PUT', path: '/account/failover', body: { number: '2125550102' } },
        { method: 'DELETE', path: '/account/failover' },
      ],
    }),
  },
  {
    routes: ['PUT /dids/{number}/failover', 'DELETE /dids/{number}/failover'],
    place: async () => ({
      read: `/dids/${DID}/failover`,
      changes: [
        { method: 'PUT', path: `/dids/${DID}/failover`, body: { backup: 'pbx.example.com' } },
        { method: 'DELETE', path: `/dids/${DID}/failover` },
      ],
    }),
  },
  {
    routes: ['PATCH /dids/{number}', 'DELETE /accounts/{id}/dids/{number}'],
    place: async () => {
      await ask('POST', `/accounts/${account}/dids`, {}, { numbers: ['5125550109'] });
      return {
        read: '/dids/5125550109',
        changes: [
          { method: 'PATCH', path: '/dids/5125550109', body: { triggers: { preset: 'anything' } } },
          { method: 'DELETE', path: `/accounts/${account}/dids/5125550109` },
        ],
      };
    },
  },
  {
    routes: ['PATCH /gateways/{id}', 'DELETE /gateways/{id}'],
    place: async () => {
      const id = await idOf('/gateways', { name: 'carrier', sources: ['192.0.2.1'] }, 'gateway');
      return {
        read: `/gateways/${id}`,
        changes: [
          { method: 'PATCH', path: `/gateways/${id}`, body: { weight: 7 } },
          { method: 'DELETE', path: `/gateways/${id}` },
        ],
      };
    },
  },
  {
    routes: [
      'PATCH /accounts/{id}/trunk-groups/{trunkGroup}',
      'DELETE /accounts/{id}/trunk-groups/{trunkGroup}',
    ],
    place: async () => {
      const id = await idOf(`/accounts/${account}/trunk-groups`, { name: 'Branch' }, 'trunkGroup');
      const read = `/accounts/${account}/trunk-groups/${id}`;
      return {
        read,
        changes: [
          { method: 'PATCH', path: read, body: { name: 'Other' } },
          { method: 'DELETE', path: read },
        ],
      };
    },
  },
  {
    routes: ['PATCH /users/{user}', 'DELETE /users/{user}'],
    place: async () => {
      const read = `/users/${await idOf('/users', { email: 'op@example.com', role: 'operator' }, 'user')}`;
      return {
        read,
        changes: [
          { method: 'PATCH', path: read, body: { disabled: true } },
          { method: 'DELETE', path: read },
        ],
      };
    },
  },
  {
    routes: ['PATCH /accounts/{id}/users/{user}', 'DELETE /accounts/{id}/users/{user}'],
    place: async () => {
      const at = `/accounts/${account}/users`;
      const read = `${at}/${await idOf(at, { email: 'jo@example.com', role: 'viewer' }, 'user')}`;
      return {
        read,
        changes: [
          { method: 'PATCH', path: read, body: { role: 'owner' } },
          { method: 'DELETE', path: read },
        ],
      };
    },
  },
];

/** What they read is not what they change: see below, and the things that are only made and revoked. */
const OTHERS = [
  'POST /dids/failover',
  'PUT /dids/failover',
  'DELETE /account/keys/{key}',
  'DELETE /accounts/{id}/keys/{key}',
  'DELETE /keys/{key}',
  'DELETE /second-factor',
  'PUT /second-factor',
  'DELETE /session',
  'DELETE /sessions/{id}',
  'DELETE /trunk-servers/{name}',
];

const nameOf = ({ method, path }: { method: string; path: string }) =>
  `${method.toUpperCase()} ${path.replace('/api/v1', '')}`;

test('every change of something that can be read is in the table', () => {
  const changing = operations.filter(
    ({ method, parameters }) =>
      ['put', 'patch', 'delete'].includes(method) || parameters.some(({ name }) => name === 'if-match'),
  );
  expect(changing.length).toBeGreaterThan(20);
  const known = [...PLACES.flatMap(({ routes }) => routes), ...OTHERS];
  expect(changing.map(nameOf).toSorted()).toEqual(known.toSorted());
});

test.each(PLACES)('$routes.0: If-Match', async ({ place }) => {
  const { read, as = () => api.key, changes } = await place();
  const get = () => ask('GET', read, {}, undefined, as());
  for (const { method, path, body } of changes) {
    const change = (ifMatch: string) => ask(method, path, { 'if-match': ifMatch }, body, as());
    const before = await get();
    // Strong, and the same as long as nothing changes.
    expect(before.tag).toMatch(/^"[A-Za-z0-9_-]{27}"$/);
    expect(await get()).toEqual(before);
    for (const other of ['"another"', `W/${before.tag}`, '"a", , W/"b"', '""', '"with,comma"']) {
      const refused = await change(other);
      expect(refused, other).toMatchObject({ status: 412, tag: before.tag });
      expect(refused.body, other).toMatchObject({ code: 'changedMeanwhile' });
      // What is there now, as a GET shows it; a DID without what only a GET of it adds.
      expect(before.body).toMatchObject(z.record(z.string(), z.unknown()).parse(refused.body?.['current']));
    }
    for (const malformed of ['', 'abc', '"a', '"a" "b"', 'w/"a"', '"a b"', ',', '*, "a"']) {
      const answer = await change(malformed);
      expect(answer, malformed).toMatchObject({ status: 400, body: { errors: [{ field: 'if-match' }] } });
    }
    expect(await get()).toEqual(before);
    const done = await change(`"another",${before.tag} , "third"`);
    expect([200, 204]).toContain(done.status);
    const after = await get();
    if (after.status === 404) continue;
    expect(after.tag).not.toBe(before.tag);
    // The answer to the change has what the next one needs.
    expect(done.tag).toBe(after.tag);
    expect((await change(before.tag)).status).toBe(412);
  }
});

test('If-Match: * fits whatever is there', async () => {
  const path = `/dids/${DID}/failover`;
  expect((await ask('PUT', path, { 'if-match': '*' }, { number: '2125550103' })).status).toBe(200);
  expect(
    (await ask('PUT', '/dids/5125550999/failover', { 'if-match': '*' }, { number: '2125550103' })).status,
  ).toBe(404);
  expect((await ask('DELETE', path)).status).toBe(200);
});

test('what nobody edits leaves the tag as it is; what is set back brings it back', async () => {
  const at = `/accounts/${account}`;
  const { tag } = await ask('GET', at);
  await ask('POST', `${at}/dids`, {}, { numbers: ['5125550150'] });
  await ask('POST', `${at}/credentials`);
  await ask('PUT', `${at}/failover`, {}, { number: '2125550104' });
  expect((await ask('GET', at)).tag).toBe(tag);
  await ask('PATCH', at, {}, { suspended: true });
  expect((await ask('GET', at)).tag).not.toBe(tag);
  await ask('PATCH', at, {}, { suspended: false });
  expect((await ask('GET', at)).tag).toBe(tag);
  await ask('DELETE', `${at}/failover`);
});

test('of many who change the same at once on the same condition, one does', async () => {
  const path = `/dids/${DID}/failover`;
  for (let round = 0; round < 5; round += 1) {
    const { tag } = await ask('GET', path);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        ask('PUT', path, { 'if-match': tag }, { number: `212555${1_000 + round * 100 + n}` }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
  }
});

describe('a mass operation', () => {
  const body = (number: string, more = {}) => ({
    dids: ['5125550100', '5125550150'],
    failover: { number },
    ...more,
  });

  test('does what its dry run showed, or nothing', async () => {
    const preview = await ask('POST', '/dids/failover', {}, body('2125550105', { dryRun: true }));
    await ask('PUT', `/dids/${DID}/failover`, {}, { number: '2125550106' });
    const refused = await ask('POST', '/dids/failover', { 'if-match': preview.tag }, body('2125550105'));
    expect(refused).toMatchObject({
      status: 412,
      body: {
        current: {
          changes: [
            { did: '+15125550100', before: { number: '+12125550106' }, after: { number: '+12125550105' } },
            { did: '+15125550150', before: null },
          ],
          unchanged: 0,
        },
      },
    });
    const again = await ask('POST', '/dids/failover', { 'if-match': refused.tag }, body('2125550105'));
    expect(again.status).toBe(200);
    // The answer's tag is that of the next dry run.
    const next = await ask('POST', '/dids/failover', {}, body('2125550107', { dryRun: true }));
    expect(next.tag).toBe(again.tag);
  });

  test('by a filter is refused, too, where other DIDs match it by now', async () => {
    const wanted = { filter: { account, failover: 'own' }, failover: { number: '2125550108' } };
    const preview = await ask('POST', '/dids/failover', {}, { ...wanted, dryRun: true });
    await ask('DELETE', `/dids/${DID}/failover`);
    expect((await ask('POST', '/dids/failover', { 'if-match': preview.tag }, wanted)).status).toBe(412);
  });

  test('to each its own takes the tag of a dry run over the same DIDs', async () => {
    const preview = await ask('POST', '/dids/failover', {}, body('2125550109', { dryRun: true }));
    const changes = {
      changes: [
        { did: '5125550150', failover: null },
        { did: '5125550100', failover: null },
      ],
    };
    expect((await ask('PUT', '/dids/failover', { 'if-match': '"x"' }, changes)).status).toBe(412);
    expect((await ask('PUT', '/dids/failover', { 'if-match': preview.tag }, changes)).status).toBe(200);
    expect((await ask('PUT', '/dids/failover', { 'if-match': preview.tag }, changes)).status).toBe(412);
  });
});

describe('If-None-Match', () => {
  test('is answered with 304 where the tag stands for the whole answer', async () => {
    for (const path of [`/accounts/${account}/failover`]) {
      const { tag } = await ask('GET', path);
      expect(await ask('GET', path, { 'if-none-match': `"x", W/${tag}` })).toEqual({
        status: 304,
        tag,
        body: null,
      });
      expect(await ask('GET', path, { 'if-none-match': '*' })).toMatchObject({ status: 304 });
      expect(await ask('GET', path, { 'if-none-match': '"x"' })).toMatchObject({ status: 200 });
    }
  });

  test('is not where the answer has more than what is edited, such as how many DIDs there are', async () => {
    const path = `/accounts/${account}`;
    const { tag } = await ask('GET', path);
    expect(await ask('GET', path, { 'if-none-match': tag })).toMatchObject({ status: 200 });
    const group = `${path}/trunk-groups/${trunkGroup}`;
    expect((await ask('GET', group, { 'if-none-match': (await ask('GET', group)).tag })).status).toBe(200);
  });
});

test('the OpenAPI document names the headers and 412', async () => {
  const { paths } = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse((await api.raw({ method: 'GET', url: '/api/docs/json' })).json());
  expect(paths['/api/v1/gateways/{id}']).toMatchObject({
    get: { responses: { 200: { headers: { ETag: {} } }, 304: {} } },
    patch: {
      parameters: expect.arrayContaining([expect.objectContaining({ in: 'header', name: 'if-match' })]),
      responses: { 200: { headers: { ETag: {} } }, 412: { content: { 'application/problem+json': {} } } },
    },
    delete: { responses: { 200: expect.not.objectContaining({ headers: expect.anything() }), 412: {} } },
  });
});
