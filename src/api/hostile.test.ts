import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';
import { accountCreated } from './schemas/account.ts';

let api: ApiUnderTest;
let account = '';
let routes: { method: string; path: string }[] = [];

beforeAll(async () => {
  api = await apiUnderTest();
  const { paths } = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse((await api.raw({ method: 'GET', url: '/api/docs/json' })).json());
  routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({ method, path })),
  );
  const created = await api.ask('POST', '/accounts', { name: 'Example Bakery', dids: ['5125550100'] });
  account = accountCreated.parse(created.body).account.id;
});

afterAll(() => api.close());

/** Keys and values that reach deep, mixed with what nobody expects. */
const KEYS = [
  'name',
  'number',
  'numbers',
  'backup',
  'trunkGroup',
  'dids',
  'failover',
  'delivery',
  'timings',
  'ring',
  'triggers',
  'preset',
  'add',
  'suspended',
  'sources',
  'address',
  'weight',
  'to',
  'account',
  '__proto__',
  'constructor',
];

const text = fc.oneof(
  fc.constantFrom('5125550100', '+15125550100', '911', '10.0.0.1', 'pbx.example.com:5062', 'anything'),
  fc.constantFrom('[::1]:5060;transport=tls', "' or 1=1 --", '\0', '\ud800', 'a'.repeat(5_000), '٣', ''),
  fc.string({ unit: 'binary' }),
);

const value: fc.Memo<unknown> = fc.memo((depth) => {
  const leaf = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
  if (depth <= 1) return leaf;
  return fc.oneof(
    leaf,
    fc.array(value(depth - 1), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), value(depth - 1), { maxKeys: 5 }),
  );
});

test('no request makes the service fail, whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(fc.oneof(text, fc.constant('{account}')), { minLength: 2, maxLength: 2 }),
      fc.dictionary(
        fc.oneof(fc.constantFrom('after', 'limit', 'account', 'did', 'outcome', 'from'), text),
        text,
        { maxKeys: 3 },
      ),
      fc.oneof(
        value(4).map((body) => JSON.stringify(body)),
        text,
      ),
      async (index, fillings, query, body) => {
        const route = routes[index % routes.length];
        if (route === undefined) throw new Error('the document has no routes');
        const rest = [...fillings];
        const path = route.path.replace(/\{\w+\}/g, () =>
          encodeURIComponent((rest.shift() ?? '').toWellFormed().replace('{account}', account)),
        );
        const search = new URLSearchParams(query).toString();
        const answer = await api.rawMethod(
          route.method,
          route.method === 'get' && search !== '' ? `${path}?${search}` : path,
          { ...api.key, 'content-type': 'application/json' },
          body,
        );
        expect(answer.statusCode, `${route.method} ${path} ${body}: ${answer.body}`).toBeLessThan(500);
        if (answer.statusCode >= 400) {
          expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(api.bugs).toEqual([]);
});
