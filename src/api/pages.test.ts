import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';

let api: ApiUnderTest;
let account = '';
beforeAll(async () => {
  api = await apiUnderTest();
  await api.settled();
  const made = await api.ask('POST', '/accounts', { name: 'A' });
  account = z.object({ account: z.object({ id: z.string() }) }).parse(made.body).account.id;
});
afterAll(() => api.close());

/** Lists that are whole, and why they stay small. */
const SMALL: Readonly<Record<string, string>> = {
  '/accounts/{id}/trunk-groups': '100 are the most of an account',
  '/account/trunk-groups': '100 are the most of an account',
  '/trunk-servers': 'one for each SIP server of the service',
  '/sessions': 'where one person is logged in',
};

const document = z.object({
  paths: z.record(
    z.string(),
    z.object({
      get: z
        .object({
          parameters: z.array(z.object({ name: z.string() })).default([]),
          responses: z.object({
            200: z
              .object({
                content: z.record(
                  z.string(),
                  z.object({
                    schema: z.object({ properties: z.record(z.string(), z.unknown()).default({}) }),
                  }),
                ),
              })
              .optional(),
          }),
        })
        .optional(),
    }),
  ),
});

test('every list comes in pages, or is named here as one that stays small', async () => {
  const { paths } = document.parse((await api.raw({ method: 'GET', url: '/api/docs/json' })).json());
  const lists = Object.entries(paths).flatMap(([path, { get }]) => {
    const content = get?.responses[200]?.content['application/json'];
    const properties = content?.schema.properties ?? {};
    if (get === undefined || !('entries' in properties)) return [];
    const named = get.parameters.map(({ name }) => name);
    const paged = 'next' in properties && named.includes('after') && named.includes('limit');
    return [{ path: path.replace('/api/v1', ''), paged }];
  });
  expect(lists.length).toBeGreaterThan(10);
  const whole = lists.filter(({ paged }) => !paged).map(({ path }) => path);
  expect(whole.toSorted()).toEqual(Object.keys(SMALL).toSorted());
});

const page = z.object({ entries: z.array(z.record(z.string(), z.unknown())), next: z.string().nullable() });

/** The names of all entries, two at a time; `between` happens after the first page. */
async function walk(path: string, name: string, between: () => Promise<unknown> = async () => undefined) {
  const names: unknown[] = [];
  for (let after = ''; ; ) {
    const { body } = await api.ask('GET', `${path}?limit=2${after}`);
    const { entries, next } = page.parse(body);
    expect(entries.length).toBeLessThanOrEqual(2);
    if (after === '') await between();
    names.push(...entries.map((entry) => entry[name]));
    if (next === null) return names;
    after = `&after=${encodeURIComponent(next)}`;
  }
}

test('gateways come in the order in which they are tried, each once, also when one goes meanwhile', async () => {
  const ids = new Map<string, string>();
  for (const [name, priority] of [
    ['b', 10],
    ['a b+&', 10],
    ['last', 200],
    ['first', 9],
    ['c', 10],
  ] as const) {
    const made = await api.ask('POST', '/gateways', { name, priority, sources: ['192.0.2.1'] });
    ids.set(name, z.object({ gateway: z.object({ id: z.string() }) }).parse(made.body).gateway.id);
  }
  expect(await walk('/gateways', 'name')).toEqual(['first', 'a b+&', 'b', 'c', 'last']);
  const gone = async () => await api.ask('DELETE', `/gateways/${ids.get('a b+&')}`);
  expect(await walk('/gateways', 'name', gone)).toEqual(['first', 'a b+&', 'b', 'c', 'last']);
  const wrong = await api.ask('GET', '/gateways?after=first');
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'after' }] } });
});

test('people come by their e-mail addresses, each once', async () => {
  const emails = ['c@b.example', 'a@b.example', 'b+x@b.example', 'd@b.example', 'e@b.example'];
  for (const email of emails) {
    await api.ask('POST', `/accounts/${account}/users`, { email, role: 'viewer' });
  }
  expect(await walk(`/accounts/${account}/users`, 'email')).toEqual(emails.toSorted());
});
