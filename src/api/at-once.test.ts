import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';
import { PLACES, type Place } from '../../test/support/store-contract.ts';

/** Two processes on PostgreSQL; SQLite is for one. */
describe.each(PLACES)('requests that come at once, on $name', ({ name, make }) => {
  let place: Place | undefined;
  let apis: readonly ApiUnderTest[] = [];

  beforeAll(async () => {
    place = await make();
    const operatorKey = 'an-operator-key-of-the-tests';
    const made: ApiUnderTest[] = [];
    for (let process = 0; process < (name === 'SQLite' ? 1 : 2); process += 1) {
      made.push(await apiUnderTest({ store: place.open(), operatorKey }));
    }
    apis = made;
    await Promise.all(apis.map((api) => api.settled()));
  });
  afterAll(async () => {
    await Promise.all(apis.map((api) => api.close()));
    await place?.remove();
  });

  /** Asks one process after the other, all at once. */
  async function ask(
    at: number,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: unknown,
  ) {
    const api = apis[at % apis.length];
    if (api === undefined) throw new Error('there is no API');
    return await api.raw({
      method,
      url: `/api/v1${path}`,
      headers: {
        ...api.key,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
  }

  const tagOf = async (path: string) => String((await ask(0, 'GET', path)).headers.etag);

  function statusesOf(answers: readonly { readonly statusCode: number }[]): Record<string, number> {
    const counted: Record<string, number> = {};
    for (const { statusCode } of answers) counted[statusCode] = (counted[statusCode] ?? 0) + 1;
    return counted;
  }

  const MANY = 20;
  const many = async <T>(one: (which: number) => Promise<T>) =>
    await Promise.all(Array.from({ length: MANY }, (_, which) => one(which)));

  test('with the same If-Match: one change is made, the others are told what is there', async () => {
    await ask(0, 'POST', '/accounts', {}, { name: 'A', dids: ['5125550100'] });
    const path = '/dids/5125550100/failover';
    for (let round = 0; round < 3; round += 1) {
      const tag = await tagOf(path);
      const answers = await many((which) =>
        ask(which, 'PUT', path, { 'if-match': tag }, { number: `212555${1_000 + 100 * round + which}` }),
      );
      expect(statusesOf(answers)).toEqual({ 200: 1, 412: MANY - 1 });
      const kept = await ask(1, 'GET', path);
      const done = answers.find(({ statusCode }) => statusCode === 200);
      expect(kept.json().failover).toEqual(done?.json().after);
      for (const { statusCode, body } of answers) {
        if (statusCode === 412) expect(JSON.parse(body).current).toEqual(kept.json());
      }
    }
  });

  test('with the same If-Match on a person: one of them is made', async () => {
    const invited = await ask(0, 'POST', '/users', {}, { email: 'op@example.com', role: 'operator' });
    const path = `/users/${invited.json().user.id}`;
    const tag = await tagOf(path);
    const answers = await many((which) => ask(which, 'PATCH', path, { 'if-match': tag }, { disabled: true }));
    expect(statusesOf(answers)).toEqual({ 200: 1, 412: MANY - 1 });
  });

  test('with the same Idempotency-Key: one thing is made, and whoever gets an answer gets the same', async () => {
    for (let round = 0; round < 5; round += 1) {
      const body = { name: `once ${round}`, dids: [`512556${1_000 + round}`] };
      const key = { 'idempotency-key': `"round ${round}"` };
      const answers = await many((which) => ask(which, 'POST', '/accounts', key, body));
      const made = answers.filter(({ statusCode }) => statusCode === 201);
      // Those that came while it was being done by the same process are told to ask again.
      for (const answer of answers) expect([201, 409]).toContain(answer.statusCode);
      expect(made.length).toBeGreaterThan(0);
      for (const answer of made) expect(answer.body).toBe(made[0]?.body);
      const again = await ask(round, 'POST', '/accounts', key, body);
      expect([again.statusCode, again.body]).toEqual([201, made[0]?.body]);
      const listed: { entries: { name: string }[] } = (await ask(1, 'GET', '/accounts?limit=1000')).json();
      expect(listed.entries.filter(({ name }) => name === body.name)).toHaveLength(1);
    }
  });

  test('with keys of their own: each is made', async () => {
    const answers = await many((which) =>
      ask(which, 'POST', '/keys', { 'idempotency-key': `"own ${which}"` }, { name: `own ${which}` }),
    );
    expect(statusesOf(answers)).toEqual({ 201: MANY });
    expect(new Set(answers.map(({ body }) => body)).size).toBe(MANY);
  });
});
