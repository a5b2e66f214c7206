import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';
import { gatewayId, trunkGroupId } from '../domain/ids.ts';
import { parseE164 } from '../domain/phone-number.ts';
import { accountCreated } from './schemas/account.ts';
import { apiKeyCreated } from './schemas/api-key.ts';
import { credentialsReplaced } from './schemas/credentials.ts';
import { problem } from './schemas/problem.ts';

let api: ApiUnderTest;
let account = '';
let revision = 0;

beforeAll(async () => {
  api = await apiUnderTest();
  const created = await api.ask('POST', '/accounts', {
    name: 'Example Bakery',
    dids: ['5125550100', '+1 (512) 555-0101'],
  });
  expect(created.status).toBe(201);
  const body = accountCreated.parse(created.body);
  account = body.account.id;
  revision = body.revision;
});

afterAll(() => api.close());

let listening: Promise<number> | undefined;
const port = () => {
  listening ??= api.listen();
  return listening;
};

/** Sends text as it is and reads until the connection is closed. */
function onTheWire(to: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(to, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      received += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

/** Where a password or a link says who it is. */
function isWayIn(method: string, path: string): boolean {
  return (
    path.includes('{token}') ||
    path.endsWith('/password-resets') ||
    `${method} ${path}` === 'post /api/v1/session'
  );
}

describe('keys', () => {
  test.each([
    ['none', {}],
    ['a wrong one', { authorization: 'Bearer 0123456789012345678901234567890123456789' }],
    ['another scheme', { authorization: 'Basic b3BlcmF0b3I6b3BlcmF0b3I=' }],
    ['something hostile', { authorization: `Bearer ${'é'.repeat(400)}` }],
  ])('%s: 401, and what to send', async (_name, headers) => {
    const answer = await api.raw({ method: 'GET', url: '/api/v1/accounts', headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(problem.parse(answer.json()).detail).toContain('Authorization: Bearer <key>');
  });

  test('health needs none, and tells nothing but that the process answers', async () => {
    const answer = await api.raw({ method: 'GET', url: '/api/v1/health' });
    expect(answer.json()).toEqual({ status: 'ok', version: '1.2.3' });
  });

  test('during a start health is answered once the trunk servers answer, too', async () => {
    let nowReady = () => {};
    const ready = new Promise<void>((resolve) => {
      nowReady = resolve;
    });
    const starting = await apiUnderTest({ ready });
    const asked = starting.raw({ method: 'GET', url: '/api/v1/health' }).then(({ statusCode }) => statusCode);
    // Everything else is answered meanwhile.
    expect((await starting.ask('GET', '/accounts')).status).toBe(200);
    expect(await Promise.race([asked, Promise.resolve('waits')])).toBe('waits');
    nowReady();
    expect(await asked).toBe(200);
    await starting.close();
  });

  test('every other route of the API wants one', async () => {
    const { paths } = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse((await api.raw({ method: 'GET', url: '/api/docs/json' })).json());
    let asked = 0;
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of Object.keys(operations)) {
        const answer = await api.rawMethod(method, path.replace(/\{\w+\}/g, '1'), {});
        if (isWayIn(method, path)) continue;
        expect(answer.statusCode, `${method} ${path}`).toBe(path === '/api/v1/health' ? 200 : 401);
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(25);
  });
});

describe('accounts', () => {
  test('creating one shows the SIP password once, and where to register', async () => {
    const answer = await api.ask('POST', '/accounts', { name: 'Second' });
    const { credentials, account: made } = accountCreated.parse(answer.body);
    expect(credentials.password.length).toBeGreaterThanOrEqual(20);
    expect(credentials).toMatchObject({
      username: made.trunkGroups[0]?.username,
      realm: 'throughline',
      trunkServers: [
        { name: 'trunk1', address: '127.0.0.1', port: 5060 },
        { name: 'trunk2', address: '127.0.0.1', port: 5070 },
      ],
    });
    const read = await api.ask('GET', `/accounts/${made.id}`);
    expect(JSON.stringify(read.body)).not.toContain(credentials.password);
    expect(read.body).toEqual(made);
  });

  test('a new SIP password is shown once, with all that the PBX needs', async () => {
    const made = accountCreated.parse((await api.ask('POST', '/accounts', { name: 'Forgetful' })).body);
    const path = `/accounts/${made.account.id}/credentials`;
    const first = await api.ask('POST', path);
    expect(first.status).toBe(200);
    const { credentials, revision: raised } = credentialsReplaced.parse(first.body);
    expect(credentials).toEqual({ ...made.credentials, password: credentials.password });
    expect(raised).toBeGreaterThan(made.revision);
    const before = Date.now();
    const second = credentialsReplaced.parse((await api.ask('POST', path, { overlap: 3_600 })).body);
    expect(Date.parse(second.oldPasswordUntil ?? '') - before).toBeGreaterThanOrEqual(3_600_000);
    expect((await api.ask('GET', `/accounts/${made.account.id}/trunk-groups`)).body).toMatchObject({
      entries: [{ oldPasswordUntil: second.oldPasswordUntil, oldPasswordLastUsed: null }],
    });
    expect((await api.ask('POST', path, { overlap: 2_592_001 })).body).toMatchObject({
      errors: [{ field: 'overlap' }],
    });
    const passwords = [made, { credentials }, second].map((answer) => answer.credentials.password);
    expect(new Set(passwords).size).toBe(3);
    for (const read of [`/accounts/${made.account.id}`, '/accounts', '/registrations', path]) {
      const { body } = await api.ask('GET', read);
      for (const password of passwords) expect(JSON.stringify(body), read).not.toContain(password);
    }
    const [{ id: trunkGroup } = { id: '' }] = made.account.trunkGroups;
    const { key } = apiKeyCreated.parse(
      (await api.ask('POST', `/accounts/${made.account.id}/keys`, { name: 'mine', access: 'write' })).body,
    );
    const own = await api.raw({
      method: 'POST',
      url: `/api/v1/account/trunk-groups/${trunkGroup}/credentials`,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      payload: '{"overlap": 0}',
    });
    const third = credentialsReplaced.parse(own.json());
    expect(third).toMatchObject({
      oldPasswordUntil: null,
      credentials: { username: credentials.username },
      warnings: [{ field: 'overlap' }],
    });
    expect((await api.ask('POST', '/accounts/acc_none/credentials')).status).toBe(404);
    expect((await api.ask('POST', path, { password: 'hunter2' })).body).toMatchObject({
      errors: [{ field: 'password' }],
    });
  });

  test('an account and its DIDs come together or not at all', async () => {
    const before = await api.ask('GET', '/accounts');
    const answer = await api.ask('POST', '/accounts', { name: 'Third', dids: ['5125550199', '5125550100'] });
    expect(answer.status).toBe(409);
    expect(problem.parse(answer.body).errors).toMatchObject([{ field: 'dids[1]' }]);
    expect((await api.ask('GET', '/accounts')).body).toEqual(before.body);
    expect((await api.ask('GET', '/dids/5125550199')).status).toBe(404);
  });

  test('a change of delivery keeps what it does not name; suspending is a change', async () => {
    const answer = await api.ask('PATCH', `/accounts/${account}`, {
      suspended: true,
      delivery: { timings: { noProgress: 'off' }, triggers: { preset: 'anything' } },
    });
    expect(answer.body).toMatchObject({
      account: {
        suspended: true,
        delivery: { timings: { noProgress: 'off', noResponse: 4000 }, triggers: { preset: 'anything' } },
      },
    });
    await api.ask('PATCH', `/accounts/${account}`, { suspended: false });
  });

  test('they come in pages', async () => {
    const pages: unknown[] = [];
    let after = '';
    for (;;) {
      const page = z
        .object({ entries: z.array(z.object({ id: z.string() })), next: z.string().nullable() })
        .parse((await api.ask('GET', `/accounts?limit=1${after}`)).body);
      pages.push(...page.entries.map((entry) => entry.id));
      if (page.next === null) break;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
    expect(new Set(pages).size).toBe(pages.length);
    expect(pages).toContain(account);
    expect(pages.length).toBeGreaterThanOrEqual(2);
  });
});

describe('failover', () => {
  test('PUT replaces all of it and says what it is now, as it is stored', async () => {
    const first = await api.ask('PUT', `/accounts/${account}/failover`, {
      number: '212 555 1234',
      backup: 'PBX2.Example.com:5062',
    });
    expect(first.body).toMatchObject({
      before: null,
      after: { number: '+12125551234', backup: 'pbx2.example.com:5062' },
    });
    const second = await api.ask('PUT', `/accounts/${account}/failover`, { number: '2125551235' });
    expect(second.body).toMatchObject({ after: { number: '+12125551235', backup: null } });
  });

  test('a DID takes from the account what it does not set', async () => {
    await api.ask('PUT', `/accounts/${account}/failover`, { number: '2125551234' });
    await api.ask('PUT', '/dids/5125550100/failover', { backup: '198.18.0.1', number: null });
    const refusedOrKept = await api.ask('GET', '/dids/+15125550100/failover');
    await api.ask('PUT', '/dids/5125550100/failover', { backup: 'pbx9.example.com' });
    expect((await api.ask('GET', '/dids/+15125550100/failover')).body).toEqual({
      failover: { number: null, backup: 'pbx9.example.com' },
      effective: {
        number: { value: '+12125551234', source: 'account' },
        backup: { value: 'pbx9.example.com', source: 'did' },
      },
    });
    expect(refusedOrKept.status).toBe(200);
  });

  test('an empty PUT is refused: DELETE clears', async () => {
    for (const body of [{}, { number: null }, { number: null, backup: null }]) {
      const answer = await api.ask('PUT', '/dids/5125550100/failover', body);
      expect(answer.status).toBe(400);
      expect(problem.parse(answer.body).detail).toContain('use DELETE');
    }
    const cleared = await api.ask('DELETE', '/dids/5125550100/failover');
    expect(cleared.body).toMatchObject({ after: null });
  });

  test.each([
    [{ number: '911' }, 422, 'number'],
    [{ number: '5125550101' }, 422, 'number'],
    [{ number: '+442079460000' }, 422, 'number'],
    [{ backup: '10.0.0.1' }, 422, 'backup'],
    [{ backup: 'a b' }, 422, 'backup'],
    [{ backup: { trunkGroup: 'tg_none' } }, 422, 'backup'],
    [{ nuber: '1' }, 400, 'nuber'],
    [{ number: 5125550101 }, 400, 'number'],
  ])('%j is refused with %i for %s', async (body, status, field) => {
    const answer = await api.ask('PUT', '/dids/5125550100/failover', body);
    expect(answer.status).toBe(status);
    const { errors } = problem.parse(answer.body);
    expect(errors?.map((error) => error.field).join()).toContain(field);
    expect(errors?.[0]?.message).not.toBe('');
  });

  test('the mass operation changes all or none, and names each DID that stands against it', async () => {
    const failover = { number: '2125551236' };
    const refused = await api.ask('POST', '/dids/failover', {
      dids: ['5125550100', '5125559999', '5125559998'],
      failover,
    });
    expect(refused.status).toBe(422);
    expect(problem.parse(refused.body).errors?.map((error) => error.field)).toEqual(['dids[1]', 'dids[2]']);
    expect((await api.ask('GET', '/dids/5125550100')).body).toMatchObject({ failover: null });
    const done = await api.ask('POST', '/dids/failover', { dids: ['5125550100', '5125550101'], failover });
    expect(done.body).toMatchObject({ dids: 2, failover: { number: '+12125551236', backup: null } });
    const cleared = await api.ask('POST', '/dids/failover', {
      dids: ['5125550100', '5125550101'],
      failover: null,
    });
    expect(cleared.body).toMatchObject({ dids: 2, failover: null });
  });
});

describe('DIDs', () => {
  test('are added, listed by account, given triggers, moved and removed', async () => {
    const added = await api.ask('POST', `/accounts/${account}/dids`, {
      numbers: ['5125550110', '5125550111'],
    });
    expect(added.status).toBe(201);
    const listed = await api.ask('GET', `/accounts/${account}/dids?limit=2&after=%2B15125550101`);
    expect(listed.body).toMatchObject({
      entries: [{ number: '+15125550110' }, { number: '+15125550111' }],
      next: null,
    });
    const changed = await api.ask('PATCH', '/dids/5125550110', {
      triggers: { preset: 'anything', add: [], remove: [404] },
    });
    expect(changed.body).toMatchObject({ did: { triggers: { preset: 'anything', remove: [404] } } });
    const back = await api.ask('PATCH', '/dids/5125550110', { triggers: null });
    expect(back.body).toMatchObject({ did: { triggers: null } });
    const other = accountCreated.parse((await api.ask('POST', '/accounts', { name: 'Other' })).body);
    const moved = await api.ask('POST', `/accounts/${account}/dids/move`, {
      numbers: ['5125550110'],
      to: { account: other.account.id },
    });
    expect(moved.body).toMatchObject({ dids: [{ number: '+15125550110', account: other.account.id }] });
    const removed = await api.ask('DELETE', `/accounts/${account}/dids/5125550111`);
    expect(removed.body).toMatchObject({ removed: 1 });
    expect((await api.ask('GET', '/dids/5125550111')).status).toBe(404);
    const many = await api.ask('POST', `/accounts/${other.account.id}/dids/remove`, {
      numbers: ['5125550110'],
    });
    expect(many.body).toMatchObject({ removed: 1 });
  });
});

describe('DIDs of an account that does not exist, or of another one', () => {
  test.each([
    ['GET', '/accounts/acc_none/dids', undefined],
    ['POST', '/accounts/acc_none/dids', { numbers: ['5125550177'] }],
    ['POST', '/accounts/acc_none/dids/remove', { numbers: ['5125550100'] }],
    ['POST', '/accounts/acc_none/dids/move', { numbers: ['5125550100'], to: { trunkGroup: 'tg' } }],
    ['DELETE', '/accounts/acc_none/dids/5125550100', undefined],
  ] as const)('%s %s: there is no such account', async (method, path, body) => {
    const answer = await api.ask(method, path, body);
    expect(answer.status).toBe(404);
    expect(problem.parse(answer.body).detail).toBe('There is no account with the id acc_none.');
  });

  test('a DID that the account does not have is not found in it, and stays', async () => {
    const other = accountCreated.parse((await api.ask('POST', '/accounts', { name: 'Without' })).body);
    const path = `/accounts/${other.account.id}/dids/5125550100`;
    expect(await api.ask('DELETE', path)).toMatchObject({ status: 404, body: { code: 'notFound' } });
    expect((await api.ask('GET', '/dids/5125550100')).status).toBe(200);
    expect((await api.ask('DELETE', `/accounts/${account}/dids/sales`)).body).toMatchObject({
      errors: [{ field: 'number' }],
    });
  });
});

describe('gateways', () => {
  test('are created, changed and removed', async () => {
    const created = await api.ask('POST', '/gateways', {
      name: 'carrier',
      sources: ['192.0.2.0/28'],
      address: 'sip.carrier.example',
    });
    expect(created.status).toBe(201);
    const { gateway } = z.object({ gateway: z.object({ id: z.string() }) }).parse(created.body);
    const changed = await api.ask('PATCH', `/gateways/${gateway.id}`, { address: null, priority: 5 });
    expect(changed.body).toMatchObject({
      gateway: { address: null, priority: 5, sources: ['192.0.2.0/28'] },
    });
    expect((await api.ask('GET', '/gateways')).body).toMatchObject({ entries: [{ id: gateway.id }] });
    expect((await api.ask('DELETE', `/gateways/${gateway.id}`)).body).toMatchObject({ removed: gateway.id });
    expect((await api.ask('GET', `/gateways/${gateway.id}`)).status).toBe(404);
  });

  test('a source that is no address is named', async () => {
    const answer = await api.ask('POST', '/gateways', { name: 'x', sources: ['192.0.2.1', 'carrier'] });
    expect(answer.status).toBe(422);
    expect(problem.parse(answer.body).errors).toMatchObject([{ field: 'sources[1]' }]);
  });
});

describe('what is going on', () => {
  test('each change has a revision, and the trunk servers report when they route by it', async () => {
    await api.settled();
    expect((await api.ask('GET', `/revisions/${revision}`)).body).toMatchObject({
      revision,
      active: true,
      trunkServers: [{ trunkServer: 'trunk1' }, { trunkServer: 'trunk2' }],
    });
    expect((await api.ask('GET', '/revisions/999999')).status).toBe(404);
    expect((await api.ask('GET', '/trunk-servers')).body).toMatchObject({
      entries: [
        { name: 'trunk1', state: 'running' },
        { name: 'trunk2', state: 'running' },
      ],
    });
  });

  test('a PBX that is registered nowhere is warned of', async () => {
    expect((await api.ask('GET', `/registrations?account=${account}`)).body).toMatchObject({
      entries: [{ account, warning: { kind: 'notRegistered' } }],
    });
  });

  test('and one of a suspended account is told of that', async () => {
    const other = accountCreated.parse((await api.ask('POST', '/accounts', { name: 'Debtor' })).body);
    await api.ask('PATCH', `/accounts/${other.account.id}`, { suspended: true });
    expect((await api.ask('GET', `/registrations?account=${other.account.id}`)).body).toMatchObject({
      entries: [{ warning: { kind: 'suspended', remedy: expect.stringContaining('"suspended"') } }],
    });
  });

  test('calls can be filtered, and one that is not there is not found', async () => {
    const answer = await api.ask('GET', '/calls?did=5125550100&outcome=failed&from=2026-01-01T00:00:00Z');
    expect(answer.body).toEqual({ entries: [], next: null });
    expect((await api.ask('GET', '/calls/none')).status).toBe(404);
    expect((await api.ask('GET', '/calls?from=yesterday')).body).toMatchObject({
      errors: [{ field: 'from', message: expect.stringContaining('must be a time such as') }],
    });
  });

  test('the plan says in words what each trunk server would do', async () => {
    const number = parseE164('+12125551234');
    if (number === undefined) throw new Error('the number is no E.164');
    api.plan = {
      attempts: [
        {
          reason: { kind: 'registered' },
          target: { kind: 'bindings', trunkGroup: trunkGroupId('tg') },
          skip: 'notRegistered',
        },
        {
          reason: { kind: 'number', source: 'account' },
          target: { kind: 'number', number, gateways: [gatewayId('gw')] },
        },
      ],
    };
    const answer = await api.ask('GET', '/dids/5125550100/plan');
    expect(answer.body).toMatchObject({
      number: '+15125550100',
      trunkServers: [
        {
          trunkServer: 'trunk1',
          attempts: [
            {
              text: 'Ring the PBX as it is registered at trunk1 (0 bindings): the registered PBX. Skipped: the PBX is not registered there.',
            },
            { text: "Dial +12125551234 over 1 gateway: the account's failover number." },
          ],
        },
        { trunkServer: 'trunk2' },
      ],
    });
  });
});

describe('what is wrong with the request is said as problem details', () => {
  test.each([
    ['a route that does not exist', 'GET', '/api/v1/nope', undefined, 404, 'notFound'],
    ['a route outside the API', 'GET', '/nope', undefined, 404, 'notFound'],
    ['a method that a route lacks', 'PUT', '/api/v1/accounts', '{}', 404, 'notFound'],
    ['JSON that is none', 'POST', '/api/v1/accounts', '{"name":', 400, 'badRequest'],
    ['a poisoned prototype', 'POST', '/api/v1/accounts', '{"__proto__":{"name":"x"}}', 400, 'badRequest'],
    ['no body', 'POST', '/api/v1/accounts', '', 400, 'badRequest'],
    ['a body over the limit', 'POST', '/api/v1/accounts', `"${'x'.repeat(1_100_000)}"`, 413, 'tooLarge'],
    ['a body that fits', 'POST', '/api/v1/accounts', `"${'x'.repeat(1_000_000)}"`, 400, 'badRequest'],
    ['much before one is known', 'POST', '/api/v1/session', `"${'x'.repeat(17_000)}"`, 413, 'tooLarge'],
    ['much for no route', 'POST', '/api/v1/nothing', `"${'x'.repeat(17_000)}"`, 413, 'tooLarge'],
    ['a broken escape', 'GET', '/api/v1/dids/%zz', undefined, 400, 'badRequest'],
    ['an endless parameter', 'GET', `/api/v1/dids/${'1'.repeat(500)}`, undefined, 414, 'badRequest'],
  ])('%s', async (_name, method, url, body, status, code) => {
    const answer = await api.rawMethod(
      method,
      url,
      {
        ...api.key,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body,
    );
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(problem.parse(answer.json())).toMatchObject({ status, code });
  });

  test.each([
    ['a method that is none', 'BREW /api/v1/accounts HTTP/1.1\r\n', 400, 'method'],
    ['a method of WebDAV', 'PROPFIND /api/v1/accounts HTTP/1.1\r\n', 404, 'PROPFIND'],
    ['what is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 400, 'method'],
    ['an endless header', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n`, 431, 'header'],
    [
      'a path out of the documents',
      'GET /api/docs/static/../../../package.json HTTP/1.1\r\n',
      404,
      'package',
    ],
  ])('on the wire: %s', async (_name, head, status, word) => {
    const answer = await onTheWire(await port(), `${head}Host: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/\r\ncontent-type: application\/problem\+json/i);
    const document = problem.parse(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)));
    expect(document.status).toBe(status);
    expect(document.detail).toContain(word);
  });

  test.each([
    ['GET', '/trunk-servers?limit=1', undefined, 'limit'],
    ['GET', '/trunk-servers?foo=1', undefined, 'foo'],
    ['GET', '/health?verbose', undefined, 'verbose'],
    ['GET', '/dids/5125550100?after=x', undefined, 'after'],
    ['POST', '/accounts?name=x', { name: 'x' }, 'name'],
    ['DELETE', '/dids/5125550100/failover', { number: '2125551234' }, 'number'],
  ] as const)('%s %s: what a route does not know is named', async (method, path, body, field) => {
    const answer = await api.ask(method, path, body);
    expect(answer.status).toBe(400);
    expect(problem.parse(answer.body).errors).toMatchObject([
      { field, message: expect.stringContaining('is not known') },
    ]);
  });

  test.each(['{"__proto__":{"name":"x"}}', '{"name":"x","constructor":{"prototype":{}}}'])(
    'a key that would poison a prototype is called what it is, not broken JSON: %s',
    async (payload) => {
      const headers = { ...api.key, 'content-type': 'application/json' };
      const answer = await api.raw({ method: 'POST', url: '/api/v1/accounts', headers, payload });
      expect(problem.parse(answer.json())).toMatchObject({
        status: 400,
        detail: expect.stringContaining('"__proto__" or "constructor"'),
      });
    },
  );

  test('a body that is not JSON by its type is refused', async () => {
    const headers = { ...api.key, 'content-type': 'text/plain' };
    const answer = await api.raw({ method: 'POST', url: '/api/v1/accounts', headers, payload: 'name=x' });
    expect(problem.parse(answer.json())).toMatchObject({ status: 415, code: 'unsupportedMediaType' });
  });

  test('each field is named with what would be right', async () => {
    const answer = await api.ask('POST', '/accounts', {
      didFormat: '9-digits',
      delivery: { timings: { ring: 3, rings: 4 }, legCap: 1.5 },
      dids: ['5125550100', 7],
    });
    expect(problem.parse(answer.body).errors).toEqual([
      { field: 'name', message: 'is missing; it must be text in quotes' },
      { field: 'didFormat', message: 'must be "10-digits" or "11-digits" or "e164"' },
      { field: 'delivery.timings.ring', message: 'must be at least 5000' },
      { field: 'delivery.timings.rings', message: 'is not known; known here: noResponse, noProgress, ring' },
      { field: 'delivery.legCap', message: 'must be a whole number' },
      { field: 'dids[1]', message: 'must be text in quotes' },
    ]);
  });

  test('a DELETE that says it brings JSON and brings none is fine', async () => {
    const headers = { ...api.key, 'content-type': 'application/json' };
    const answer = await api.raw({ method: 'DELETE', url: `/api/v1/accounts/${account}/failover`, headers });
    expect(answer.statusCode).toBe(200);
  });
});
