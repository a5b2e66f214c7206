import { TOTP } from 'otpauth';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import { goByLink, newPage, openBrowser, portalOf } from './browser.ts';
import { Stand } from './stand.ts';

const EMAIL = 'jo@example.com';
const PASSWORD = 'correct horse battery staple';
/** A name and a user agent as somebody would choose them who wants scripts to run in the portal. */
const HOSTILE = '<img src=x onerror="document.title=1">';

const stand = new Stand(99);
let browser: Browser;
let origin: string;
let account: string;
let other: string;
let pbx: Pbx;
let context: BrowserContext;
let page: Page;

const invited = z.object({ invitation: z.object({ link: z.string() }) });

async function impatient(): Promise<Page> {
  const fresh = await newPage(browser);
  fresh.context().setDefaultTimeout(10_000);
  return fresh;
}

async function logIn(at: Page, code?: string): Promise<void> {
  await at.goto(origin);
  await at.getByLabel('Email').fill(EMAIL);
  await at.getByLabel(/^Password/).fill(PASSWORD);
  await at.getByRole('button', { name: 'Log in', exact: true }).click();
  if (code !== undefined) await giveCode(at, code);
  await at.getByRole('heading', { name: 'My Account', level: 1 }).waitFor();
}

async function giveCode(at: Page, code: string): Promise<void> {
  await at.getByLabel('Code of your authenticator app').fill(code);
  await at.getByRole('button', { name: 'Log in', exact: true }).click();
}

async function logOut(at: Page): Promise<void> {
  await at.getByRole('button', { name: 'Log out', exact: true }).first().click();
  await at.getByRole('heading', { name: 'Log in', level: 1 }).waitFor();
}

beforeAll(async () => {
  const { api } = await stand.start();
  origin = portalOf(stand);
  const made = await api.createAccount({ name: HOSTILE, dids: ['+15125550101'] });
  account = made.account.id;
  other = (await api.createAccount({ name: 'Northside', dids: ['+15125550102'] })).account.id;
  const socket = await SipSocket.open('PBX', stand.at(100));
  pbx = new Pbx(socket, made.credentials, { kind: 'answers', after: 0 }, HOSTILE);
  browser = await openBrowser();
  page = await impatient();
  context = page.context();
});

afterAll(async () => {
  await browser?.close();
  pbx?.close();
  await stand.end();
});

test('an invitation leads to a password, and the password to the own account alone', async () => {
  const { api } = stand.service;
  const answer = await api.raw('POST', `/accounts/${account}/users`, { email: EMAIL, role: 'owner' });
  await page.goto(invited.parse(answer.body).invitation.link);
  await page.getByText('For jo@example.com, who will be Owner.').waitFor();
  await page.getByLabel(/^Password/).fill('short');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel(/^Password/).fill(PASSWORD);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Done. You can log in now.').waitFor();
  await logIn(page);
  for (const part of ['settings', 'dids/+15125550102', 'calls', 'users']) {
    await page.goto(`${origin}/accounts/${other}/${part}`);
    await page.getByRole('heading', { name: 'There is no such page.', level: 1 }).waitFor();
    expect(await page.getByText('Northside').count()).toBe(0);
  }
  expect((await page.request.get(`${origin}/api/v1/accounts/${other}`)).status()).toBe(404);
});

test('names and user agents of strangers are shown as text', async () => {
  expect(await pbx.register(stand.trunk1)).toBe(200);
  await page.goto(`${origin}/accounts/${account}/registration`);
  await page.getByRole('cell', { name: HOSTILE }).waitFor();
  await goByLink(page, 'My Account');
  await page.getByText(HOSTILE).waitFor();
  expect(await page.title()).toBe('My Account · Throughline');
  expect(await page.locator('img').count()).toBe(0);
});

let secret = '';
const codes: string[] = [];
const codeIn = (seconds: number) =>
  new TOTP({ secret }).generate({ timestamp: Date.now() + seconds * 1_000 });

test('the second factor is turned on with a picture or its secret, and shows recovery codes once', async () => {
  await goByLink(page, 'Sign-in security');
  await page.getByLabel('Your password, to be sure that it is you').fill(PASSWORD);
  await page.getByRole('button', { name: 'Turn on the second factor' }).click();
  await page.getByRole('img', { name: 'QR code' }).waitFor();
  secret = ((await page.locator('code').first().textContent()) ?? '').replaceAll(' ', '');
  const code = page.getByLabel('Code of the app');
  await expect.poll(() => code.and(page.locator(':focus')).count()).toBe(1);
  await code.fill('000000');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('alert').waitFor();
  await code.fill(codeIn(0));
  await page.getByRole('button', { name: 'Confirm' }).click();
  const shown = page.getByRole('region', { name: 'Keep these recovery codes' });
  codes.push(...((await shown.textContent()) ?? '').split('\n').filter((line) => line !== ''));
  expect(codes).toHaveLength(10);
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('On', { exact: true }).waitFor();
});

test('then a log-in needs a code of the app, or a recovery code, each of which works once', async () => {
  await logOut(page);
  await logIn(page, codeIn(30));
  await logOut(page);
  for (const [index, right] of [true, false].entries()) {
    await page.goto(origin);
    await page.getByLabel('Email').fill(EMAIL);
    await page.getByLabel(/^Password/).fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('button', { name: 'Use a recovery code instead' }).click();
    await page.getByLabel('Recovery code').fill(codes[0] ?? '');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    if (right) await page.getByRole('heading', { name: 'My Account', level: 1 }).waitFor();
    else await page.getByRole('alert').waitFor();
    if (index === 0) await logOut(page);
  }
});

test('a forgotten password is answered alike, whoever asks', async () => {
  await page.goto(origin);
  await page.getByRole('button', { name: 'Forgotten your password?' }).click();
  await page.getByLabel('Email').fill('nobody@example.com');
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByText('If there is a login with this address, a mail is on its way.').waitFor();
});

test('a login that was ended elsewhere is asked for on top of the page, and what was typed stays', async () => {
  const elsewhere = await impatient();
  await page.goto(origin);
  await page.getByLabel('Email').fill(EMAIL);
  await page.getByLabel(/^Password/).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('button', { name: 'Use a recovery code instead' }).click();
  await page.getByLabel('Recovery code').fill(codes[1] ?? '');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('heading', { name: 'My Account', level: 1 }).waitFor();
  await page.getByLabel('Failover Number').fill('3035550144');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Update', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Email').fill(EMAIL);
  await dialog.getByLabel(/^Password/).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Log in', exact: true }).click();
  await dialog.getByRole('button', { name: 'Use a recovery code instead' }).click();
  await dialog.getByLabel('Recovery code').fill(codes[2] ?? '');
  await dialog.getByRole('button', { name: 'Log in', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await page.getByLabel('Failover Number').inputValue()).toBe('3035550144');
  await page.getByRole('button', { name: 'Update', exact: true }).click();
  await page.getByText(/Active on trunk1 and trunk2, \d\.\d s/).waitFor();
  await elsewhere.context().close();
});

test('an owner ends a login of the own, and invites, disables and removes others', async () => {
  await goByLink(page, 'Sign-in security');
  const sessions = page.getByRole('table', { name: 'Where you are logged in' });
  await sessions
    .getByRole('button', { name: /^Log out / })
    .first()
    .waitFor();
  const before = await sessions.getByRole('row').count();
  await sessions
    .getByRole('button', { name: /^Log out / })
    .first()
    .click();
  await expect.poll(() => sessions.getByRole('row').count()).toBe(before - 1);
  await goByLink(page, 'Users');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Email').fill('al@example.com');
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
  await dialog.getByText('Pass this link on to al@example.com.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('cell', { name: 'Invited' }).waitFor();
  await page.getByRole('button', { name: 'Send again to al@example.com' }).click();
  await page.getByText('Pass this link on to al@example.com.').waitFor();
  await page.getByRole('button', { name: 'Disable al@example.com' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
  await page.getByRole('cell', { name: 'Disabled' }).waitFor();
  await page.getByRole('button', { name: 'Remove al@example.com' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect.poll(() => page.getByRole('cell', { name: 'al@example.com' }).count()).toBe(0);
});

test('a viewer sees every setting, and no button that changes one', async () => {
  const { api } = stand.service;
  await api.setAccountFailover(account, { number: '+13035550123' });
  const invitation = await api.raw('POST', `/accounts/${account}/users`, {
    email: 'looks@example.com',
    role: 'viewer',
  });
  const viewer = await impatient();
  await viewer.goto(invited.parse(invitation.body).invitation.link);
  await viewer.getByLabel(/^Password/).fill(PASSWORD);
  await viewer.getByRole('button', { name: 'Go on' }).click();
  await viewer.getByText('Done. You can log in now.').waitFor();
  await viewer.goto(origin);
  await viewer.getByLabel('Email').fill('looks@example.com');
  await viewer.getByLabel(/^Password/).fill(PASSWORD);
  await viewer.getByRole('button', { name: 'Log in', exact: true }).click();
  await viewer.getByRole('heading', { name: 'My Account', level: 1 }).waitFor();
  expect(await viewer.getByLabel('Failover Number').inputValue()).toBe('+13035550123');
  const changes =
    /^(Update|Clear|Save|Make|Mass|Import|Configure|Select|Invite|Send|Disable|Remove|Revoke|Undo)/;
  for (const [link, shown] of [
    ['My Account', 'Failover Number'],
    ['DIDs', '(512) 555-0101'],
    ['Users', 'looks@example.com'],
    ['API keys', 'API keys'],
    ['Audit log', 'accepted the invitation and set a password.'],
  ] as const) {
    await goByLink(viewer, link);
    await viewer.getByText(shown).first().waitFor();
    expect(await viewer.getByRole('button', { name: changes }).count(), link).toBe(0);
  }
  await viewer.context().close();
});
