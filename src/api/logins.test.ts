import { TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PASSWORD = 'a horse of another colour';
const OTHER = 'quite another password';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A browser: keeps the cookie, and sends the CSRF token as the portal does. */
class PlayedBrowser {
  cookie = '';
  csrf = '';
  setCookie = '';

  async ask(method: Method, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const answer = await api.raw({
      method,
      url: `/api/v1${path}`,
      headers: {
        ...(this.cookie === '' ? {} : { cookie: `other=1; ${this.cookie}` }),
        ...(this.csrf === '' ? {} : { 'x-csrf-token': this.csrf }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const set = answer.headers['set-cookie'];
    if (typeof set === 'string') {
      this.setCookie = set;
      this.cookie = set.split(';')[0] ?? '';
    }
    const told = answer.body === '' ? null : answer.json();
    const session = z.object({ csrfToken: z.string() }).safeParse(told);
    if (session.success) this.csrf = session.data.csrfToken;
    return { status: answer.statusCode, body: told };
  }

  logIn(email: string, password: string, code?: string) {
    return this.ask('POST', '/session', { email, password, ...(code === undefined ? {} : { code }) });
  }
}

let api: ApiUnderTest;
let account: string;

beforeEach(async () => {
  api = await apiUnderTest();
  account = await newAccount('Alice');
});
afterEach(async () => {
  expect(api.bugs).toEqual([]);
  await api.close();
});

async function newAccount(name: string): Promise<string> {
  const made = await api.ask('POST', '/accounts', { name });
  return z.object({ account: z.object({ id: z.string() }) }).parse(made.body).account.id;
}

const invited = z.object({
  user: z.object({ id: z.string() }),
  invitation: z.object({ link: z.string(), mailed: z.boolean() }),
});

function tokenIn(link: string): string {
  return link.split('/').at(-1) ?? '';
}

/** Someone who has taken the invitation and logged in. */
async function person(email: string, role: 'owner' | 'viewer', of = account): Promise<PlayedBrowser> {
  const { invitation } = invited.parse(
    (await api.ask('POST', `/accounts/${of}/users`, { email, role })).body,
  );
  const browser = new PlayedBrowser();
  const path = `/invitations/${tokenIn(invitation.link)}`;
  expect(await browser.ask('POST', path, { password: PASSWORD })).toEqual({ status: 204, body: null });
  expect((await browser.logIn(email, PASSWORD)).status).toBe(200);
  return browser;
}

function codeOf(secret: string): string {
  return new TOTP({ secret }).generate({ timestamp: Date.now() + api.later });
}

describe('the first start', () => {
  test('gives a link that makes the first operator, once', async () => {
    const offered = await api.logins.offerSetup();
    const link = offered.ok ? (offered.value?.link ?? '') : '';
    expect(link).toMatch(/^http:\/\/portal\.example\/setup\/[\w-]{43}$/);
    const browser = new PlayedBrowser();
    const made = await browser.ask('POST', `/setup/${tokenIn(link)}`, {
      email: 'Ops@Example.com',
      password: PASSWORD,
    });
    expect(made).toMatchObject({
      status: 200,
      body: { user: { email: 'ops@example.com', role: 'operator', secondFactor: false }, account: null },
    });
    expect((await browser.ask('GET', '/accounts')).status).toBe(200);
    const again = await browser.ask('POST', `/setup/${tokenIn(link)}`, {
      email: 'evil@example.com',
      password: PASSWORD,
    });
    expect(again.status).toBe(404);
    expect(await api.logins.offerSetup()).toEqual({ ok: true, value: undefined });
  });

  test('gives one that ends after a week', async () => {
    const offered = await api.logins.offerSetup();
    const link = offered.ok ? (offered.value?.link ?? '') : '';
    api.later = 7 * 24 * HOUR + 1;
    const answer = await new PlayedBrowser().ask('POST', `/setup/${tokenIn(link)}`, {
      email: 'ops@example.com',
      password: PASSWORD,
    });
    expect(answer.status).toBe(404);
  });
});

describe('an invited owner', () => {
  test('sets a password, logs in, and sees the own account alone', async () => {
    const other = await newAccount('Bob');
    const owner = await person('jo@example.com', 'owner');
    expect(await owner.ask('GET', '/session')).toMatchObject({
      status: 200,
      body: { user: { email: 'jo@example.com', role: 'owner' }, account: { id: account, name: 'Alice' } },
    });
    expect(await owner.ask('GET', '/account')).toMatchObject({ status: 200, body: { id: account } });
    expect((await owner.ask('GET', `/accounts/${other}`)).status).toBe(404);
    expect((await owner.ask('GET', '/accounts')).status).toBe(403);
    const changed = await owner.ask('PUT', '/account/failover', { number: '+12125550199' });
    expect(changed.status).toBe(200);
  });

  test('gets a cookie that no script reads and no other site sends', async () => {
    const owner = await person('jo@example.com', 'owner');
    expect(owner.setCookie).toMatch(
      /^throughline_login=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
    );
  });

  test('changes nothing without the CSRF token', async () => {
    const owner = await person('jo@example.com', 'owner');
    for (const csrf of ['', 'wrong']) {
      owner.csrf = csrf;
      const refused = await owner.ask('DELETE', '/account/failover');
      expect(refused).toMatchObject({
        status: 403,
        body: { detail: expect.stringContaining('x-csrf-token') },
      });
    }
  });

  test('invites others to the own account, not operators, and not into another account', async () => {
    const owner = await person('jo@example.com', 'owner');
    const other = await newAccount('Bob');
    const made = await owner.ask('POST', '/users', { email: 'al@example.com', role: 'viewer' });
    expect(made).toMatchObject({
      status: 201,
      body: { user: { invited: true }, invitation: { mailed: false } },
    });
    expect((await owner.ask('POST', '/users', { email: 'x@example.com', role: 'operator' })).status).toBe(
      422,
    );
    const there = { email: 'y@example.com', role: 'owner' };
    expect((await owner.ask('POST', `/accounts/${other}/users`, there)).status).toBe(404);
    expect((await owner.ask('POST', '/users', { email: 'JO@example.com', role: 'owner' })).status).toBe(409);
    const list = await owner.ask('GET', '/users');
    expect(list).toMatchObject({
      body: { entries: [{ email: 'al@example.com' }, { email: 'jo@example.com' }] },
    });
  });

  test('keeps a person out, who is logged out at once', async () => {
    const owner = await person('jo@example.com', 'owner');
    const viewer = await person('al@example.com', 'viewer');
    expect((await viewer.ask('DELETE', '/account/failover')).status).toBe(403);
    const me = z.object({ user: z.object({ id: z.string() }) });
    const viewerId = me.parse((await viewer.ask('GET', '/session')).body).user.id;
    const ownId = me.parse((await owner.ask('GET', '/session')).body).user.id;
    expect((await owner.ask('PATCH', `/users/${viewerId}`, { disabled: true })).status).toBe(200);
    expect((await viewer.ask('GET', '/account')).status).toBe(401);
    expect((await viewer.logIn('al@example.com', PASSWORD)).status).toBe(401);
    expect((await owner.ask('DELETE', `/users/${ownId}`)).status).toBe(409);
    expect((await owner.ask('DELETE', `/users/${viewerId}`)).status).toBe(204);
  });

  test('is invited again with a new link, which voids the one before, until there is a password', async () => {
    const users = `/accounts/${account}/users`;
    const first = invited.parse(
      (await api.ask('POST', users, { email: 'jo@example.com', role: 'owner' })).body,
    );
    const again = await api.ask('POST', `${users}/${first.user.id}/invitation`);
    expect(again).toMatchObject({
      status: 200,
      body: { user: { email: 'jo@example.com', invited: true }, invitation: { mailed: false } },
    });
    const browser = new PlayedBrowser();
    const accept = (link: string) =>
      browser.ask('POST', `/invitations/${tokenIn(link)}`, { password: PASSWORD });
    expect((await accept(first.invitation.link)).status).toBe(404);
    expect((await accept(invited.parse(again.body).invitation.link)).status).toBe(204);
    const late = await api.ask('POST', `${users}/${first.user.id}/invitation`);
    expect(late).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('password already') },
    });
  });

  test('may not take a password that is short or common', async () => {
    const { invitation } = invited.parse(
      (await api.ask('POST', `/accounts/${account}/users`, { email: 'jo@example.com', role: 'owner' })).body,
    );
    const path = `/invitations/${tokenIn(invitation.link)}`;
    const browser = new PlayedBrowser();
    expect(await browser.ask('GET', path)).toEqual({
      status: 200,
      body: { email: 'jo@example.com', role: 'owner' },
    });
    for (const password of ['short', 'Password1234', 'aaaaaaaaaaaa', 'jo@example.com']) {
      expect(await browser.ask('POST', path, { password })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'password' }] },
      });
    }
    expect((await browser.ask('POST', path, { password: PASSWORD })).status).toBe(204);
    expect((await browser.ask('POST', path, { password: OTHER })).status).toBe(404);
  });
});

describe('log in', () => {
  test('answers alike to a wrong password and to an e-mail that nobody has', async () => {
    await person('jo@example.com', 'owner');
    const wrong = await new PlayedBrowser().logIn('jo@example.com', OTHER);
    expect(wrong).toMatchObject({ status: 401, body: { reason: 'password' } });
    expect(await new PlayedBrowser().logIn('nobody@example.com', OTHER)).toEqual(wrong);
  });

  test('is refused for a while after five failures, also with the right password', async () => {
    await person('jo@example.com', 'owner');
    for (let n = 0; n < 5; n += 1) await new PlayedBrowser().logIn('jo@example.com', OTHER);
    const refused = await new PlayedBrowser().logIn('jo@example.com', PASSWORD);
    expect(refused).toMatchObject({ status: 429, body: { code: 'tooManyTries' } });
    api.later = 15 * MINUTE;
    expect((await new PlayedBrowser().logIn('jo@example.com', PASSWORD)).status).toBe(200);
  });

  test('is refused to an address that tries many e-mails', async () => {
    for (let n = 0; n < 20; n += 1) {
      expect((await new PlayedBrowser().logIn(`n${n}@example.com`, OTHER)).status).toBe(401);
    }
    expect((await new PlayedBrowser().logIn('n20@example.com', OTHER)).status).toBe(429);
  }, 30_000);

  test('makes the token of before void, and ends after 12 hours without use', async () => {
    const browser = await person('jo@example.com', 'owner');
    const before = browser.cookie;
    expect((await browser.logIn('jo@example.com', PASSWORD)).status).toBe(200);
    expect(browser.cookie).not.toBe(before);
    const thief = new PlayedBrowser();
    thief.cookie = before;
    expect((await thief.ask('GET', '/session')).status).toBe(401);
    api.later = 11 * HOUR;
    expect((await browser.ask('GET', '/session')).status).toBe(200);
    api.later = 22 * HOUR;
    expect((await browser.ask('GET', '/session')).status).toBe(200);
    api.later = 34 * HOUR;
    expect((await browser.ask('GET', '/session')).status).toBe(401);
  });

  test('shows where the person is logged in, and ends one of them', async () => {
    const one = await person('jo@example.com', 'owner');
    const two = new PlayedBrowser();
    await two.logIn('jo@example.com', PASSWORD);
    const list = z.object({ entries: z.array(z.object({ id: z.string(), current: z.boolean() })) });
    const { entries } = list.parse((await one.ask('GET', '/sessions')).body);
    expect(entries).toHaveLength(2);
    const other = entries.find(({ current }) => !current)?.id ?? '';
    const stranger = await person('al@example.com', 'owner');
    expect((await stranger.ask('DELETE', `/sessions/${other}`)).status).toBe(404);
    expect((await one.ask('DELETE', `/sessions/${other}`)).status).toBe(204);
    expect((await two.ask('GET', '/session')).status).toBe(401);
    expect((await one.ask('DELETE', '/session')).status).toBe(204);
    expect(one.cookie).toBe('throughline_login=');
    expect((await one.ask('GET', '/session')).status).toBe(401);
  });
});

test('a new password ends the other logins and changes the cookie', async () => {
  const one = await person('jo@example.com', 'owner');
  const two = new PlayedBrowser();
  await two.logIn('jo@example.com', PASSWORD);
  const before = one.cookie;
  const wrong = await one.ask('POST', '/password', { password: OTHER, newPassword: OTHER });
  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ field: 'password' }] } });
  expect((await one.ask('POST', '/password', { password: PASSWORD, newPassword: OTHER })).status).toBe(204);
  expect(one.cookie).not.toBe(before);
  expect((await one.ask('DELETE', '/account/failover')).status).toBe(200);
  expect((await two.ask('GET', '/session')).status).toBe(401);
  expect((await two.logIn('jo@example.com', OTHER)).status).toBe(200);
});

test('a second factor asks for a code, takes each once, and takes recovery codes instead', async () => {
  const one = await person('jo@example.com', 'owner');
  expect((await one.ask('POST', '/second-factor', { password: OTHER })).status).toBe(422);
  const proposed = z
    .object({ secret: z.string(), otpauthUri: z.string() })
    .parse((await one.ask('POST', '/second-factor', { password: PASSWORD })).body);
  expect(proposed.otpauthUri).toMatch(/^otpauth:\/\/totp\/Throughline:jo%40example\.com\?/);
  expect((await one.ask('PUT', '/second-factor', { code: '12345' })).status).toBe(422);
  const first = codeOf(proposed.secret);
  const before = one.cookie;
  const on = await one.ask('PUT', '/second-factor', { code: first });
  const { recoveryCodes } = z.object({ recoveryCodes: z.array(z.string()).length(10) }).parse(on.body);
  expect(one.cookie).not.toBe(before);

  const two = new PlayedBrowser();
  expect(await two.logIn('jo@example.com', PASSWORD)).toMatchObject({
    status: 401,
    body: { reason: 'codeNeeded' },
  });
  expect(await two.logIn('jo@example.com', PASSWORD, first)).toMatchObject({
    status: 401,
    body: { reason: 'code' },
  });
  api.later = MINUTE;
  expect((await two.logIn('jo@example.com', PASSWORD, codeOf(proposed.secret))).status).toBe(200);
  const recovery = recoveryCodes[3] ?? '';
  expect((await two.logIn('jo@example.com', PASSWORD, recovery.toUpperCase())).status).toBe(200);
  expect((await two.logIn('jo@example.com', PASSWORD, recovery)).status).toBe(401);
  expect((await two.ask('DELETE', '/second-factor', { password: PASSWORD })).status).toBe(204);
  expect((await new PlayedBrowser().logIn('jo@example.com', PASSWORD)).status).toBe(200);
});

describe('with a mail server', () => {
  beforeEach(async () => {
    await api.close();
    api = await apiUnderTest({ mail: true, publicUrl: 'https://portal.example' });
    account = await newAccount('Alice');
  });

  test('a forgotten password is set anew by a link of a mail, and nobody learns who has a login', async () => {
    const browser = await person('jo@example.com', 'owner');
    expect(browser.setCookie).toMatch(/^__Host-throughline_login=.*; Secure$/);
    expect(api.mails.map(({ to }) => to)).toEqual(['jo@example.com']);
    const known = await browser.ask('POST', '/password-resets', { email: 'Jo@example.com' });
    const unknown = await browser.ask('POST', '/password-resets', { email: 'no@example.com' });
    expect(known).toEqual({ status: 202, body: null });
    expect(unknown).toEqual(known);
    await api.logins.settled();
    expect(api.mails).toHaveLength(2);
    const link = /https:\/\/portal\.example\/password-resets\/\S+/.exec(api.mails[1]?.text ?? '')?.[0] ?? '';
    const path = `/password-resets/${tokenIn(link)}`;
    expect((await browser.ask('POST', path, { password: OTHER })).status).toBe(204);
    expect((await browser.ask('POST', path, { password: PASSWORD })).status).toBe(404);
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    expect((await browser.logIn('jo@example.com', OTHER)).status).toBe(200);
  });

  test('a login is not taken from a cookie that a neighbour of the host could have set', async () => {
    const browser = await person('jo@example.com', 'owner');
    const [, token] = browser.cookie.split('=');
    const tossed = new PlayedBrowser();
    tossed.cookie = `throughline_login=${token}`;
    expect((await tossed.ask('GET', '/session')).status).toBe(401);
    tossed.cookie = `throughline_login=${'x'.repeat(43)}; ${browser.cookie}`;
    expect((await tossed.ask('GET', '/session')).status).toBe(200);
  });

  test('asking again does not void the link that is on its way; the first use voids all', async () => {
    const browser = await person('jo@example.com', 'owner');
    const links: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      await browser.ask('POST', '/password-resets', { email: 'jo@example.com' });
      await api.logins.settled();
      links.push(/\/password-resets\/(\S+)/.exec(api.mails.at(-1)?.text ?? '')?.[1] ?? '');
    }
    const reset = (link = '') => browser.ask('POST', `/password-resets/${link}`, { password: OTHER });
    expect((await reset(links[0])).status).toBe(204);
    expect((await reset(links[1])).status).toBe(404);
  });
});

test('an invitation that was never used is void once the person came in another way', async () => {
  const { invitation } = invited.parse(
    (await api.ask('POST', `/accounts/${account}/users`, { email: 'jo@example.com', role: 'owner' })).body,
  );
  const reset = await api.letIn('jo@example.com');
  const browser = new PlayedBrowser();
  const path = `/password-resets/${tokenIn(reset)}`;
  expect((await browser.ask('POST', path, { password: PASSWORD })).status).toBe(204);
  const late = await browser.ask('POST', `/invitations/${tokenIn(invitation.link)}`, { password: OTHER });
  expect(late.status).toBe(404);
  expect((await browser.logIn('jo@example.com', PASSWORD)).status).toBe(200);
});

const auditList = z.object({
  entries: z.array(
    z.object({
      action: z.string(),
      summary: z.string(),
      actor: z.object({ kind: z.string(), name: z.string().nullable(), address: z.string().nullable() }),
    }),
  ),
});

describe('the audit log', () => {
  async function told(browser?: PlayedBrowser): Promise<z.output<typeof auditList>['entries']> {
    await api.logins.settled();
    const { body } =
      browser === undefined ? await api.ask('GET', '/audit') : await browser.ask('GET', '/audit');
    return auditList.parse(body).entries;
  }

  test('tells of everything that people do about their way in, and holds none of their secrets', async () => {
    const jo = await person('jo@example.com', 'owner');
    const begun = await jo.ask('POST', '/second-factor', { password: PASSWORD });
    const { secret } = z.object({ secret: z.string() }).parse(begun.body);
    const { body } = await jo.ask('PUT', '/second-factor', { code: codeOf(secret) });
    const codes = z.object({ recoveryCodes: z.array(z.string()) }).parse(body).recoveryCodes;
    await jo.ask('DELETE', '/second-factor', { password: PASSWORD });
    await jo.ask('POST', '/password', { password: PASSWORD, newPassword: OTHER });
    const elsewhere = new PlayedBrowser();
    await elsewhere.logIn('jo@example.com', OTHER);
    const sessions = z.object({ entries: z.array(z.object({ id: z.string(), current: z.boolean() })) });
    const list = sessions.parse((await jo.ask('GET', '/sessions')).body).entries;
    await jo.ask('DELETE', `/sessions/${list.find(({ current }) => !current)?.id ?? ''}`);
    const entries = await told(jo);
    expect(entries.map(({ action }) => action)).toEqual([
      'loginEnded',
      'loggedIn',
      'passwordChanged',
      'secondFactorTurnedOff',
      'secondFactorTurnedOn',
      'loggedIn',
      'invitationAccepted',
      'userInvited',
      'accountCreated',
    ]);
    expect(entries[2]).toMatchObject({
      summary: 'jo@example.com changed the own password.',
      actor: { kind: 'login', name: 'jo@example.com', address: '127.0.0.1' },
    });
    const whole = JSON.stringify((await api.ask('GET', '/audit')).body);
    for (const hidden of [PASSWORD, OTHER, secret, ...codes]) expect(whole).not.toContain(hidden);
    await jo.ask('DELETE', '/session');
    expect((await told())[0]).toMatchObject({ action: 'loggedOut' });
  });

  test('tells of log-ins that failed for somebody of ours, and keeps no e-mail address that belongs to nobody', async () => {
    const jo = await person('jo@example.com', 'owner');
    await new PlayedBrowser().logIn('jo@example.com', 'wrong');
    await new PlayedBrowser().logIn('my secret password by mistake', 'wrong');
    const [failed, before] = await told(jo);
    expect(failed).toMatchObject({
      action: 'logInFailed',
      summary: 'Somebody tried to log in as the user jo@example.com with a wrong password or code.',
      actor: { kind: 'unknown', name: null, address: '127.0.0.1' },
    });
    expect(before).toMatchObject({ action: 'loggedIn' });
    expect(JSON.stringify(await told())).not.toContain('mistake');
  });

  test('is not for people of other accounts, and only read by viewers', async () => {
    const viewer = await person('vi@example.com', 'viewer');
    const other = await person('bob@example.com', 'owner', await newAccount('Bob'));
    await api.ask('PUT', `/accounts/${account}/failover`, { number: '3105550111' });
    const ids = z.object({ entries: z.array(z.object({ id: z.int() })) });
    const id = ids.parse((await viewer.ask('GET', '/audit?action=failoverChanged')).body).entries[0]?.id ?? 0;
    expect(await viewer.ask('GET', `/audit/${id}`)).toMatchObject({
      status: 200,
      body: {
        summary: 'An operator changed the failover settings of the account Alice.',
        actor: { operator: true, address: null },
        changes: [{ text: 'failover: none → number +13105550111', before: { failover: null } }],
        undo: { possible: true },
      },
    });
    expect((await viewer.ask('POST', `/audit/${id}/undo`)).status).toBe(403);
    expect((await other.ask('GET', `/audit/${id}`)).status).toBe(404);
    expect((await other.ask('POST', `/audit/${id}/undo`)).status).toBe(404);
    const owner = await person('jo@example.com', 'owner');
    expect(await owner.ask('POST', `/audit/${id}/undo`)).toMatchObject({
      status: 200,
      body: { undid: id, count: 1 },
    });
    expect(await owner.ask('POST', `/audit/${id}/undo`)).toMatchObject({
      status: 409,
      body: {
        code: 'conflict',
        errors: [
          {
            field: 'account.failover',
            message: expect.stringContaining(
              'The failover of Alice is none now, and this change made it number',
            ),
          },
        ],
      },
    });
  });
});
