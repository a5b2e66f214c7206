import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';
import { operationsOf } from '../../test/support/hostile-requests.ts';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import { must } from '../../test/support/store-contract.ts';
import { Store } from '../store/store.ts';

const PASSWORD = 'a horse of another colour';
const OTHER = 'quite another password';

const folder = mkdtempSync(join(tmpdir(), 'throughline-complete-'));
const file = join(folder, 'throughline.db');
let api: ApiUnderTest;
/** What the answers so far were about, by the names of the parameters of paths. */
const at: Record<string, string> = {};
/** All that the answers showed once and that the log must never show. */
const secrets = new Set([PASSWORD, OTHER]);
let cookie: Readonly<Record<string, string>> = {};
let owner: Readonly<Record<string, string>> = {};
let reader: Readonly<Record<string, string>> = {};
/** The routes that take an Idempotency-Key. */
let takingKeys: ReadonlySet<string> = new Set();

beforeAll(async () => {
  api = await apiUnderTest({ store: must(Store.openSqlite(file, SEALING_KEY)) });
  await api.settled();
  const { body } = await api.ask('POST', '/keys', { name: 'Dashboard', access: 'read' });
  reader = { authorization: `Bearer ${z.object({ key: z.string() }).parse(body).key}` };
  const operations = operationsOf((await api.raw({ method: 'GET', url: '/api/docs/json' })).json());
  takingKeys = new Set(
    operations
      .filter(({ parameters }) => parameters.some(({ name }) => name === 'idempotency-key'))
      .map(({ method, path }) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );
  const setup = must(await api.logins.offerSetup());
  at['setup'] = setup?.link.split('/').at(-1) ?? '';
});
afterAll(async () => {
  expect(api.bugs).toEqual([]);
  await api.close();
  rmSync(folder, { recursive: true });
});

interface Step {
  readonly route: string;
  /** The one entry that it makes; none where nothing is kept of it. */
  readonly action?: string;
  readonly body?: () => unknown;
  /** Absent: the operator's key. */
  readonly as?: () => Readonly<Record<string, string>>;
  /** What the path has instead of its parameters; absent: what `at` has. */
  readonly where?: () => Readonly<Record<string, string | undefined>>;
  readonly takes?: (answer: unknown) => void;
}

const ids = z.object({ id: z.string() });
const createdAccount = z.object({
  account: z.object({ id: z.string(), trunkGroups: z.array(ids) }),
});
const asOwner = () => owner;
const asLogin = () => cookie;
const asNobody = () => ({});
const takesUser = (name: string) => (answer: unknown) => {
  at[name] = z.object({ user: ids }).parse(answer).user.id;
};
const takesInvitation = (answer: unknown) => {
  const { invitation } = z.object({ invitation: z.object({ link: z.string() }) }).parse(answer);
  at['token'] = invitation.link.split('/').at(-1) ?? '';
};

/** Every route that changes something, in an order in which each finds what it needs. */
const STEPS: readonly Step[] = [
  {
    route: 'POST /setup/{token}',
    action: 'firstOperatorMade',
    as: asNobody,
    where: () => ({ token: at['setup'] }),
    body: () => ({ email: 'ops@example.com', password: PASSWORD }),
  },
  {
    route: 'POST /session',
    action: 'loggedIn',
    as: asNobody,
    body: () => ({ email: 'ops@example.com', password: PASSWORD }),
  },
  {
    route: 'POST /accounts',
    action: 'accountCreated',
    body: () => ({ name: 'Alice', dids: ['5125550100', '5125550101'] }),
    takes: (answer) => {
      const { account } = createdAccount.parse(answer);
      at['id'] = account.id;
      at['first'] = account.trunkGroups[0]?.id ?? '';
    },
  },
  {
    route: 'POST /accounts',
    action: 'accountCreated',
    body: () => ({ name: 'Bob' }),
    takes: (answer) => {
      at['bob'] = createdAccount.parse(answer).account.id;
    },
  },
  {
    route: 'POST /accounts/{id}/keys',
    action: 'apiKeyCreated',
    body: () => ({ name: 'owner' }),
    takes: (answer) => {
      owner = { authorization: `Bearer ${z.object({ key: z.string() }).parse(answer).key}` };
    },
  },
  {
    route: 'POST /account/keys',
    action: 'apiKeyCreated',
    as: asOwner,
    body: () => ({ name: 'PBX' }),
    takes: (answer) => {
      at['key'] = z.object({ apiKey: ids }).parse(answer).apiKey.id;
    },
  },
  { route: 'DELETE /account/keys/{key}', action: 'apiKeyRevoked', as: asOwner },
  {
    route: 'POST /account/keys',
    action: 'apiKeyCreated',
    as: asOwner,
    body: () => ({ name: 'PBX 2' }),
    takes: (answer) => {
      at['key'] = z.object({ apiKey: ids }).parse(answer).apiKey.id;
    },
  },
  { route: 'DELETE /accounts/{id}/keys/{key}', action: 'apiKeyRevoked' },
  {
    route: 'POST /keys',
    action: 'apiKeyCreated',
    body: () => ({ name: 'reports' }),
    takes: (answer) => {
      at['key'] = z.object({ apiKey: ids }).parse(answer).apiKey.id;
    },
  },
  { route: 'DELETE /keys/{key}', action: 'apiKeyRevoked' },
  { route: 'PATCH /accounts/{id}', action: 'accountChanged', body: () => ({ didFormat: 'e164' }) },
  { route: 'PATCH /account', action: 'accountChanged', as: asOwner, body: () => ({ name: 'Alice & Co' }) },
  { route: 'POST /accounts/{id}/credentials', action: 'sipPasswordReplaced' },
  { route: 'POST /account/credentials', action: 'sipPasswordReplaced', as: asOwner },
  {
    route: 'POST /accounts/{id}/trunk-groups',
    action: 'trunkGroupCreated',
    body: () => ({ name: 'Branch' }),
    takes: (answer) => {
      at['trunkGroup'] = z.object({ trunkGroup: ids }).parse(answer).trunkGroup.id;
    },
  },
  {
    route: 'PATCH /accounts/{id}/trunk-groups/{trunkGroup}',
    action: 'trunkGroupRenamed',
    body: () => ({ name: 'Branch office' }),
  },
  {
    route: 'POST /accounts/{id}/trunk-groups/{trunkGroup}/credentials',
    action: 'sipPasswordReplaced',
    body: () => ({ overlap: 60 }),
  },
  {
    route: 'POST /account/trunk-groups/{trunkGroup}/credentials',
    action: 'sipPasswordReplaced',
    as: asOwner,
  },
  { route: 'DELETE /accounts/{id}/trunk-groups/{trunkGroup}', action: 'trunkGroupRemoved' },
  {
    route: 'POST /accounts/{id}/dids',
    action: 'didsAdded',
    body: () => ({ range: { from: '5125550110', to: '5125550119' } }),
  },
  {
    route: 'POST /accounts/{id}/dids/remove',
    action: 'didsRemoved',
    body: () => ({ numbers: ['5125550119'] }),
  },
  {
    route: 'POST /accounts/{id}/dids/move',
    action: 'didsMoved',
    body: () => ({ numbers: ['5125550118'], to: { account: at['bob'] } }),
  },
  {
    route: 'DELETE /accounts/{id}/dids/{number}',
    action: 'didsRemoved',
    where: () => ({ ...at, number: '5125550117' }),
  },
  {
    route: 'PATCH /dids/{number}',
    action: 'didTriggersChanged',
    as: asOwner,
    where: () => ({ number: '5125550100' }),
    body: () => ({ triggers: { preset: 'anything' } }),
  },
  {
    route: 'PUT /dids/{number}/failover',
    action: 'failoverChanged',
    as: asOwner,
    where: () => ({ number: '5125550100' }),
    body: () => ({ number: '2125550191', backup: 'pbx.example.com' }),
  },
  {
    route: 'DELETE /dids/{number}/failover',
    action: 'failoverChanged',
    as: asOwner,
    where: () => ({ number: '5125550100' }),
  },
  {
    route: 'PUT /accounts/{id}/failover',
    action: 'failoverChanged',
    body: () => ({ number: '2125550192' }),
  },
  { route: 'DELETE /accounts/{id}/failover', action: 'failoverChanged' },
  {
    route: 'PUT /account/failover',
    action: 'failoverChanged',
    as: asOwner,
    body: () => ({ number: '2125550193' }),
  },
  { route: 'DELETE /account/failover', action: 'failoverChanged', as: asOwner },
  {
    route: 'POST /dids/failover',
    action: 'failoverChanged',
    as: asOwner,
    body: () => ({ filter: {}, failover: { number: '2125550194' } }),
  },
  {
    route: 'POST /dids/failover',
    action: 'didsImported',
    as: asOwner,
    body: () => 'number,failover number\n5125550100,2125550195\n5125550101,\n',
  },
  {
    route: 'PUT /dids/failover',
    action: 'failoverChanged',
    body: () => ({ changes: [{ did: '5125550101', failover: { number: '2125550196' } }] }),
  },
  { route: 'POST /audit/{entry}/undo', action: 'undone', as: asOwner },
  {
    route: 'POST /gateways',
    action: 'gatewayCreated',
    body: () => ({ name: 'carrier', sources: ['192.0.2.1'] }),
    takes: (answer) => {
      at['gateway'] = z.object({ gateway: ids }).parse(answer).gateway.id;
    },
  },
  {
    route: 'PATCH /gateways/{id}',
    action: 'gatewayChanged',
    where: () => ({ id: at['gateway'] }),
    body: () => ({ priority: 7 }),
  },
  { route: 'DELETE /gateways/{id}', action: 'gatewayRemoved', where: () => ({ id: at['gateway'] }) },
  {
    route: 'POST /accounts/{id}/users',
    action: 'userInvited',
    body: () => ({ email: 'jo@example.com', role: 'owner' }),
    takes: takesUser('user'),
  },
  {
    route: 'POST /accounts/{id}/users/{user}/invitation',
    action: 'userInvitedAgain',
    takes: takesInvitation,
  },
  {
    route: 'POST /invitations/{token}',
    action: 'invitationAccepted',
    as: asNobody,
    body: () => ({ password: PASSWORD }),
  },
  {
    route: 'PATCH /accounts/{id}/users/{user}',
    action: 'userChanged',
    body: () => ({ role: 'viewer' }),
  },
  {
    route: 'POST /password-resets',
    as: asNobody,
    body: () => ({ email: 'jo@example.com' }),
  },
  {
    route: 'POST /password-resets/{token}',
    action: 'passwordReset',
    as: asNobody,
    where: () => ({ token: at['reset'] }),
    body: () => ({ password: OTHER }),
  },
  { route: 'DELETE /accounts/{id}/users/{user}', action: 'userRemoved' },
  {
    route: 'POST /users',
    action: 'userInvited',
    body: () => ({ email: 'eve@example.com', role: 'operator' }),
    takes: takesUser('user'),
  },
  { route: 'POST /users/{user}/invitation', action: 'userInvitedAgain' },
  { route: 'PATCH /users/{user}', action: 'userChanged', body: () => ({ disabled: true }) },
  { route: 'DELETE /users/{user}', action: 'userRemoved' },
  {
    route: 'POST /second-factor',
    as: asLogin,
    body: () => ({ password: PASSWORD }),
    takes: (answer) => {
      at['totp'] = z.object({ secret: z.string() }).parse(answer).secret;
    },
  },
  {
    route: 'PUT /second-factor',
    action: 'secondFactorTurnedOn',
    as: asLogin,
    body: () => ({ code: new TOTP({ secret: at['totp'] ?? '' }).generate() }),
  },
  {
    route: 'DELETE /second-factor',
    action: 'secondFactorTurnedOff',
    as: asLogin,
    body: () => ({ password: PASSWORD }),
  },
  {
    route: 'POST /password',
    action: 'passwordChanged',
    as: asLogin,
    body: () => ({ password: PASSWORD, newPassword: OTHER }),
  },
  {
    route: 'POST /session',
    action: 'loggedIn',
    as: asNobody,
    body: () => ({ email: 'ops@example.com', password: OTHER }),
  },
  {
    route: 'DELETE /sessions/{id}',
    action: 'loginEnded',
    as: asLogin,
    where: () => ({ id: at['otherLogin'] }),
  },
  { route: 'DELETE /session', action: 'loggedOut', as: asLogin },
  { route: 'PATCH /accounts/{id}', action: 'accountChanged', body: () => ({ suspended: true }) },
  { route: 'POST /accounts/{id}/close', action: 'accountClosed', body: () => ({ name: 'Alice & Co' }) },
];

/** Tried where a trunk server can be away. */
const ELSEWHERE = ['DELETE /trunk-servers/{name}'];

async function send(step: Step, headers: Readonly<Record<string, string>>) {
  const [method = '', template = ''] = step.route.split(' ');
  const where = step.where?.() ?? at;
  const path = template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => where[name] ?? 'unknown');
  const body = step.body?.();
  const csv = typeof body === 'string';
  return await api.rawMethod(
    method,
    `/api/v1${path}`,
    { ...headers, ...(body === undefined ? {} : { 'content-type': csv ? 'text/csv' : 'application/json' }) },
    body === undefined ? undefined : csv ? body : JSON.stringify(body),
  );
}

const page = z.object({
  entries: z.array(z.looseObject({ id: z.int(), action: z.string(), undo: z.unknown() })),
});

async function newest() {
  const answer = await api.raw({ method: 'GET', url: '/api/v1/audit?limit=1', headers: api.key });
  const [entry] = page.parse(answer.json()).entries;
  return { id: entry?.id ?? 0, action: entry?.action };
}

/** Whatever stands once in an answer. */
function keepSecrets(text: string): void {
  const name = '(?:password|key|link|csrfToken|secret)';
  for (const [, value = ''] of text.matchAll(new RegExp(`"${name}":"([^"]+)"`, 'g'))) {
    secrets.add(value.split('/').at(-1) ?? value);
  }
  for (const [, list = ''] of text.matchAll(/"recoveryCodes":\[([^\]]*)\]/g)) {
    for (const code of list.split(',')) secrets.add(code.replaceAll('"', ''));
  }
}

test('every route that changes something is among the steps', async () => {
  const document = (await api.raw({ method: 'GET', url: '/api/docs/json' })).json();
  const changing = operationsOf(document)
    .filter(({ method }) => method !== 'get')
    .map(({ method, path }) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`);
  expect(changing.length).toBeGreaterThan(40);
  expect(takingKeys.size).toBeGreaterThan(15);
  expect([...new Set([...STEPS.map(({ route }) => route), ...ELSEWHERE])].toSorted()).toEqual(
    changing.toSorted(),
  );
});

test.each(STEPS)('$route makes the one entry $action, and none where it is refused', async (step) => {
  if (step.route === 'POST /audit/{entry}/undo') at['entry'] = String((await newest()).id);
  if (step.route === 'DELETE /sessions/{id}') {
    const list = await api.raw({ method: 'GET', url: '/api/v1/sessions', headers: cookie });
    const { entries } = z
      .object({ entries: z.array(z.object({ id: z.string(), current: z.boolean() })) })
      .parse(list.json());
    at['otherLogin'] = entries.find(({ current }) => !current)?.id ?? '';
  }
  if (step.route === 'POST /password-resets/{token}') {
    at['reset'] = (await api.letIn('jo@example.com')).split('/').at(-1) ?? '';
  }
  const before = await newest();
  if (step.as !== asNobody) {
    expect((await send(step, {})).statusCode).toBe(401);
    expect((await send(step, reader)).statusCode).toBeGreaterThanOrEqual(400);
    expect(await newest()).toEqual(before);
  }
  const headers = step.as?.() ?? api.key;
  const once = { ...headers, 'idempotency-key': `"${STEPS.indexOf(step)}"` };
  const answer = await send(step, once);
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  const after = await newest();
  expect(after).toEqual(step.action === undefined ? before : { id: before.id + 1, action: step.action });
  keepSecrets(answer.body);
  const set = answer.headers['set-cookie'];
  if (typeof set === 'string') {
    const [pair = ''] = set.split(';');
    const told = z.object({ csrfToken: z.string() }).safeParse(answer.body === '' ? null : answer.json());
    cookie = { ...cookie, cookie: pair, ...(told.success ? { 'x-csrf-token': told.data.csrfToken } : {}) };
    const value = pair.split('=')[1] ?? '';
    if (value !== '') secrets.add(value);
  }
  step.takes?.(answer.body === '' ? null : answer.json());
  if (!takingKeys.has(step.route)) return;
  // What comes again with its key is not done again, and so not told again.
  expect((await send(step, once)).headers['idempotency-replayed']).toBe('true');
  expect(await newest()).toEqual(after);
});

test('and none of the secrets that were shown stands in the log or, but hashed or sealed, in the database', async () => {
  expect(secrets.size).toBeGreaterThan(20);
  const whole: string[] = [];
  const { id } = await newest();
  for (let entry = 1; entry <= id; entry += 1) {
    whole.push((await api.raw({ method: 'GET', url: `/api/v1/audit/${entry}`, headers: api.key })).body);
  }
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
  for (const { name } of tables) {
    whole.push(JSON.stringify(database.prepare(`select * from "${name}"`).all()));
  }
  database.close();
  const text = whole.join('\n');
  for (const secret of secrets) {
    expect(secret.length, secret).toBeGreaterThan(5);
    expect(text, secret).not.toContain(secret);
  }
});
