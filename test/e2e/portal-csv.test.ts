import { readFileSync } from 'node:fs';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Carrier } from '../../demo/agents/carrier.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import {
  axe,
  isWiderThanItsWindow,
  logInWithKey,
  newPage,
  open,
  openBrowser,
  PHONE,
  portalOf,
} from './browser.ts';
import { Stand } from './stand.ts';

const stand = new Stand(123);
let browser: Browser;
let origin: string;
let account: string;

async function loggedIn(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const page = await newPage(browser, options);
  await logInWithKey(page, origin, stand.service.key, 'Overview');
  return page;
}

async function choose(page: Page, text: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({
    name: 'dids.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text),
  });
}

/** What the button saved, and under which name. */
async function saved(page: Page): Promise<{ name: string; text: string }> {
  const began: Promise<Download> = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV' }).click();
  const download = await began;
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

/** The next change is done, and its answer lost on the way. */
async function loseNextAnswer(page: Page): Promise<void> {
  let lost = false;
  await page.route('**/api/v1/**', async (route) => {
    if (lost || route.request().method() !== 'POST') {
      await route.continue();
      return;
    }
    lost = true;
    await route.fetch();
    await route.abort();
  });
}

beforeAll(async () => {
  await stand.start();
  origin = portalOf(stand);
  browser = await openBrowser();
  const created = await stand.service.api.raw('POST', '/accounts', {
    name: 'Acme',
    didRange: { from: '5125550100', to: '5125550109' },
  });
  account = z.object({ account: z.object({ id: z.string() }) }).parse(created.body).account.id;
});

afterAll(async () => {
  await browser?.close();
  await stand.end();
});

test('a file is exported, changed, looked at, and brought in, and is live', async () => {
  const page = await loggedIn();
  await open(page, `${origin}/accounts/${account}/dids`, 'DIDs');
  const file = await saved(page);
  expect(file.name).toBe('dids.csv');
  expect(file.text.split('\r\n')).toHaveLength(12);
  await page.getByRole('button', { name: 'Import CSV' }).click();
  const drawer = page.getByRole('dialog', { name: 'Import CSV' });
  const changed = file.text
    .replace('5125550101,PBX,,', '5125550101,PBX,303-555-0123,')
    .replace('5125550102,PBX,,', '5125550102,PBX,911,');
  await choose(page, changed);
  await drawer.getByText('1 will change, 8 stay as they are, 1 refused.').waitFor();
  const refused = drawer.getByRole('table', { name: 'Refused' });
  expect(await refused.getByRole('row').nth(1).innerText()).toMatch(
    /^4\s+failover number\s+911 is an emergency/,
  );
  expect(await drawer.getByRole('button', { name: 'Change 1 DID' }).isDisabled()).toBe(true);
  expect(await axe(page)).toEqual([]);
  // Corrected in the spreadsheet, and chosen again.
  await choose(page, changed.replace(',911,', ',(303) 555-0124,'));
  await drawer.getByText('2 will change, 8 stay as they are, 0 refused.').waitFor();
  const changes = drawer.getByRole('table', { name: 'What will change' });
  expect(await changes.getByRole('row').nth(1).innerText()).toMatch(
    /^3\s+\(512\) 555-0101\s+nothing\s+\+13035550123$/,
  );
  await loseNextAnswer(page);
  await drawer.getByRole('button', { name: 'Change 2 DIDs' }).click();
  await drawer.getByRole('alert').waitFor();
  // Another try gets the first answer, and not that somebody has changed them since.
  await drawer.getByRole('button', { name: 'Change 2 DIDs' }).click();
  await page.getByText(/Active on trunk1 and trunk2, \d\.\d s/).waitFor();
  await page.getByRole('cell', { name: '(303) 555-0124 own' }).waitFor();
  const again = await saved(page);
  expect(again.text).toContain('5125550102,PBX,3035550124,,3035550124,\r\n');
  await page.context().close();
});

test('what somebody else changed after the preview is not overwritten unseen', async () => {
  const page = await loggedIn();
  await open(page, `${origin}/accounts/${account}/dids`, 'DIDs');
  await page.getByRole('button', { name: 'Import CSV' }).click();
  const drawer = page.getByRole('dialog', { name: 'Import CSV' });
  await choose(page, '\uFEFFDID;Failover Number\r\n5125550104;3035550150\r\n');
  const change = drawer.getByRole('button', { name: 'Change 1 DID' });
  await change.waitFor();
  await stand.service.api.setDidFailover('+15125550104', { number: '+13035550199' });
  await change.click();
  await drawer.getByRole('alert').getByText('It was changed since you read it').waitFor();
  await drawer.getByRole('button', { name: 'Look again' }).click();
  await drawer.getByRole('cell', { name: '+13035550199' }).waitFor();
  await change.click();
  await page.getByText(/Active on trunk1/).waitFor();
  await page.context().close();
});

test('a file that is none is refused in words, by the keyboard and on a phone, light and dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await loggedIn({ viewport: PHONE, colorScheme });
    await open(page, `${origin}/accounts/${account}/dids`, 'DIDs');
    await page.getByRole('button', { name: 'Import CSV' }).focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: 'Import CSV' });
    await drawer.waitFor();
    await choose(page, 'nuber\n5125550100\n');
    await drawer.getByRole('alert').getByText('"nuber" is no column').waitFor();
    await choose(page, 'number,backup\n5125550105,10.0.0.1\n5125550106,pbx2.example.com\n');
    await drawer.getByText('1 will change, 0 stay as they are, 1 refused.').waitFor();
    expect(await axe(page)).toEqual([]);
    expect(await isWiderThanItsWindow(page)).toBe(false);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await page.context().close();
  }
});

test('the export of DIDs and calls has what the filters let through, and no formula of a caller', async () => {
  const { api } = stand.service;
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  const carrier = new Carrier(await SipSocket.open('carrier', stand.at(10)));
  for (const did of ['5125550108', '5125550109']) {
    const call = carrier.call(did, stand.trunk1, '=1+1');
    expect((await call.final).status).toBe(480);
  }
  carrier.close();
  const page = await loggedIn();
  await open(page, `${origin}/accounts/${account}/dids`, 'DIDs');
  await page.getByLabel('Search by number').fill('0108');
  await page.getByText('1 of 10 DIDs').waitFor();
  expect((await saved(page)).text.split('\r\n')).toHaveLength(3);
  await open(page, `${origin}/accounts/${account}/calls`, 'Calls');
  await page.getByText('(512) 555-0109').waitFor();
  const all = await saved(page);
  expect(all.name).toBe('calls.csv');
  expect(all.text.split('\r\n')).toHaveLength(4);
  await page.getByLabel('DID').fill('512 555 0109');
  await page.getByText('(512) 555-0108').waitFor({ state: 'detached' });
  const one = (await saved(page)).text;
  expect(one.split('\r\n')).toHaveLength(3);
  expect(one).toMatch(/\r\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,5125550109,'=1\+1,failed,no,,480,/);
  await page.getByLabel('Outcome').selectOption('saved');
  await page.getByText('No call matches the filter.').waitFor();
  expect((await saved(page)).text.split('\r\n')).toHaveLength(2);
  await page.context().close();
});

test('an operator adds DIDs from a file once nothing stands against it', async () => {
  const page = await loggedIn();
  await open(page, `${origin}/accounts`, 'Accounts');
  await page.getByRole('button', { name: 'Add DIDs: Acme' }).click();
  const drawer = page.getByRole('dialog');
  const lines = 'number,failover number\n5125550120,3035550123\n5125550100,\n';
  await choose(page, lines);
  await drawer.getByText('2 numbers in the file, 1 refused.').waitFor();
  const refused = drawer.getByRole('table', { name: 'Refused' });
  expect(await refused.getByRole('row').nth(1).innerText()).toMatch(/^3\s+number\s/);
  expect(await drawer.getByRole('button', { name: 'Add 2 DIDs' }).isDisabled()).toBe(true);
  expect(await axe(page)).toEqual([]);
  await choose(page, lines.replace('5125550100', '5125550121'));
  await drawer.getByText('2 numbers in the file, 0 refused.').waitFor();
  await loseNextAnswer(page);
  await drawer.getByRole('button', { name: 'Add 2 DIDs' }).click();
  await drawer.getByRole('alert').waitFor();
  // Another try gets the first answer, and not that the numbers are there already.
  await drawer.getByRole('button', { name: 'Add 2 DIDs' }).click();
  await drawer.getByText('2 DIDs were added.').waitFor();
  await page.getByText(/Active on trunk1 and trunk2/).waitFor();
  const { body } = await stand.service.api.raw('GET', '/dids/5125550120');
  expect(body).toMatchObject({ failover: { number: '+13035550123' } });
  await page.context().close();
});

test('an operator gives a range of numbers to a new account', async () => {
  const page = await loggedIn();
  await page.goto(`${origin}/accounts`);
  await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Create account' }).first().click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').fill('Ranged');
  await drawer.getByText('Range', { exact: true }).click();
  await drawer.getByLabel('First number').fill('512-555-0200');
  await drawer.getByLabel('Last number').fill('512-555-0100');
  await drawer.getByRole('button', { name: 'Create account' }).click();
  await drawer.getByRole('alert').getByText('does not come after').waitFor();
  await drawer.getByLabel('Last number').fill('512-555-0299');
  expect(await axe(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Create account' }).click();
  await drawer.getByText('This password is shown only now.').waitFor();
  const { body } = await stand.service.api.raw('GET', '/dids?search=51255502&limit=1');
  expect(body).toMatchObject({ total: 100 });
  await page.context().close();
});
