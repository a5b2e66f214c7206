import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  axe,
  DESK,
  isWiderThanItsWindow,
  logInWithKey,
  newPage,
  open,
  openBrowser,
  PHONE,
  portalOf,
} from './browser.ts';
import { Stand } from './stand.ts';

const DIST = resolve(import.meta.dirname, '../../portal/dist');
/** Bytes, compressed as a browser gets them. */
const FIRST_PAGE = 300_000;

const stand = new Stand(91);
let browser: Browser;
let origin: string;
let account: string;

/** A page of a browser that has never been here, logged in with the operator key. */
async function loggedIn(
  options: Parameters<Browser['newContext']>[0] = {},
  as = { key: stand.service.key, first: 'Overview' },
): Promise<Page> {
  const page = await newPage(browser, options);
  await logInWithKey(page, origin, as.key, as.first);
  return page;
}

/** The selector, because this file is not compiled for a browser. */
async function focused(control: Locator): Promise<boolean> {
  return (await control.and(control.page().locator(':focus')).count()) === 1;
}

beforeAll(async () => {
  await stand.start();
  origin = portalOf(stand);
  browser = await openBrowser();
  const dids = Array.from({ length: 5_000 }, (_, index) => `+1512555${`${index}`.padStart(4, '0')}`);
  const created = await stand.service.api.raw('POST', '/accounts', { name: 'Acme', dids });
  expect(created.status).toBe(201);
  account = z.object({ account: z.object({ id: z.string() }) }).parse(created.body).account.id;
});

afterAll(async () => {
  await browser?.close();
  await stand.end();
});

describe('The portal in a browser', () => {
  test('sends less than 300 kB of script for the first page, whichever it is', async () => {
    for (const [part, heading] of [
      ['settings', 'My Account'],
      ['dids', 'DIDs'],
    ] as const) {
      const page = await loggedIn();
      const scripts = new Set<string>();
      page.on('request', (request) => {
        if (request.resourceType() === 'script') scripts.add(new URL(request.url()).pathname);
      });
      await open(page, `${origin}/accounts/${account}/${part}`, heading);
      await expect.poll(() => page.getByRole('status', { name: 'Loading' }).count()).toBe(0);
      const sizes = [...scripts].map((file) => gzipSync(readFileSync(join(DIST, file))).length);
      expect(sizes.length).toBeGreaterThan(3);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_PAGE);
      await page.context().close();
    }
  });

  test('sets and clears the global failover, and says when it is active', async () => {
    const page = await loggedIn();
    await open(page, `${origin}/accounts/${account}/settings`, 'My Account');
    await page.getByLabel('Failover Number').fill('12');
    await page.getByRole('button', { name: 'Update', exact: true }).click();
    await page
      .getByText(/must be|not a/)
      .first()
      .waitFor();
    expect(await page.getByLabel('Failover Number').inputValue()).toBe('12');
    await page.getByLabel('Failover Number').fill('(303) 555-0123');
    await page.getByRole('button', { name: 'Update', exact: true }).click();
    await page.getByText(/Active on trunk1 and trunk2, \d\.\d s/).waitFor();
    await page.getByRole('img', { name: 'The way of a call: Your PBX, then (303) 555-0123' }).waitFor();
    await page.getByRole('button', { name: 'Clear Failover' }).click();
    await page.getByText('No failover:').waitFor();
    await page.context().close();
  });

  test('shows an owner the own account, and of another one nothing', async () => {
    const made = await stand.service.api.raw('POST', `/accounts/${account}/keys`, {
      name: 'portal',
    });
    const { key } = z.object({ key: z.string() }).parse(made.body);
    const page = await loggedIn({}, { key, first: 'My Account' });
    await page.getByText('Acme').first().waitFor();
    expect(await page.getByRole('link', { name: 'Gateways' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Make a new SIP password' }).click();
    await page.getByText('This password is shown only now.').waitFor();
    await open(page, `${origin}/accounts/acc_another/settings`, 'There is no such page.');
    await page.context().close();
  });

  test('configures one DID of 5,000 with the keyboard alone', async () => {
    const page = await loggedIn();
    await open(page, `${origin}/accounts/${account}/dids`, 'DIDs');
    await page.getByLabel('Search by number').focus();
    await page.keyboard.type('5550042');
    await page.getByText('1 of 5,000 DIDs').waitFor();
    const configure = page.getByRole('button', { name: 'Configure +15125550042' });
    for (let tabs = 0; tabs < 20; tabs += 1) {
      await page.keyboard.press('Tab');
      if (await focused(configure)) break;
    }
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('Failover Number').focus();
    await page.keyboard.type('3035550199');
    await page.keyboard.press('Enter');
    await page.getByText(/Active on trunk1/).waitFor();
    await page.getByRole('cell', { name: '(303) 555-0199 own' }).waitFor();
    // Closing the drawer gives the focus back to where it came from.
    await expect.poll(() => focused(configure)).toBe(true);
    await page.keyboard.press('Enter');
    const clear = drawer.getByRole('button', { name: 'Clear Failover' });
    await clear.waitFor();
    for (let tabs = 0; tabs < 10 && !(await focused(clear)); tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('cell', { name: '(303) 555-0199 own' }).waitFor({ state: 'detached' });
    // After a navigation the heading has the focus, so that reading goes on there.
    const registration = page.getByRole('link', { name: 'Registration', exact: true });
    await registration.focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => focused(page.getByRole('heading', { name: 'Registration', level: 1 })))
      .toBe(true);
    expect(await page.title()).toBe('Registration · Throughline');
    await page.context().close();
  });

  test('changes 5,000 DIDs at once after showing what will change', async () => {
    const page = await loggedIn();
    await open(page, `${origin}/accounts/${account}/dids`, 'DIDs');
    await page.getByLabel('Select all that match').check();
    await page.getByRole('button', { name: 'Mass Operations Failover' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('Failover Number').fill('3035550177');
    expect(await drawer.getByRole('button', { name: 'Update Failover' }).isDisabled()).toBe(true);
    await drawer.getByRole('button', { name: 'See what will change' }).click();
    await drawer.getByText('5,000 will change').waitFor();
    await drawer.getByRole('button', { name: 'Update Failover' }).click();
    await page.getByText(/Active on trunk1/).waitFor();
    await page.getByRole('cell', { name: '(303) 555-0177 own' }).first().waitFor();
    await page.context().close();
  });

  test('on a phone the navigation opens by its button, and failover is set; dark stays dark', async () => {
    const page = await loggedIn({ viewport: PHONE, hasTouch: true });
    await open(page, `${origin}/accounts/${account}/calls`, 'Calls');
    await page.getByRole('button', { name: 'Navigation' }).tap();
    await page.getByRole('link', { name: 'My Account' }).tap();
    await page.getByRole('heading', { name: 'My Account', level: 1 }).waitFor();
    await page.getByLabel('Failover Number').fill('3035550166');
    await page.getByRole('button', { name: 'Update', exact: true }).tap();
    await page.getByText('to the number (303) 555-0166').waitFor();
    const html = page.locator('html');
    expect(await html.getAttribute('data-mantine-color-scheme')).toBe('light');
    await page.getByRole('button', { name: 'Switch between light and dark' }).tap();
    await page.reload();
    await page.getByText('to the number (303) 555-0166').waitFor();
    expect(await html.getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.getByRole('button', { name: 'Clear Failover' }).tap();
    await page.getByText('No failover:').waitFor();
    await page.context().close();
  });

  test('axe finds nothing on any page, light and dark, and none is wider than a phone', async () => {
    const page = await loggedIn({ viewport: DESK });
    const pages = [
      ['/overview', 'Overview'],
      ['/accounts', 'Accounts'],
      ['/dids', 'All DIDs'],
      ['/gateways', 'Gateways'],
      ['/trunk-servers', 'Trunk servers'],
      ['/policy', 'Policy'],
      ['/users', 'Operators'],
      ['/security', 'Sign-in security'],
      ['/calls', 'All calls'],
      ['/keys', 'API keys'],
      ['/audit', 'Audit log'],
      ['/start', 'Set up'],
      [`/accounts/${account}/settings`, 'My Account'],
      [`/accounts/${account}/registration`, 'Registration'],
      [`/accounts/${account}/dids`, 'DIDs'],
      [`/accounts/${account}/dids/+15125550000`, 'What happens now?'],
      [`/accounts/${account}/calls`, 'Calls'],
      [`/accounts/${account}/users`, 'Users'],
      [`/accounts/${account}/keys`, 'API keys'],
      [`/accounts/${account}/audit`, 'Audit log'],
    ];
    const wrong: string[] = [];
    for (const [path = '', heading = ''] of pages) {
      // Opened as on a phone: what a window does that shrinks is another matter.
      await page.setViewportSize(PHONE);
      await open(page, `${origin}${path}`, heading);
      await expect.poll(() => page.getByRole('status', { name: 'Loading' }).count()).toBe(0);
      const sideways = await isWiderThanItsWindow(page);
      if (sideways === true) wrong.push(`${path} is wider than a phone`);
      await page.setViewportSize(DESK);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        wrong.push(...(await axe(page)).map((found) => `${path} ${colorScheme} ${found}`));
      }
    }
    expect(wrong).toEqual([]);
    await page.context().close();
  });

  test('dialogs: axe finds nothing in them, the focus begins in their first field, stays in them and goes back', async () => {
    const page = await loggedIn();
    const dialogs = [
      ['/accounts', 'Accounts', 'Create account', 'Name'],
      ['/accounts', 'Accounts', 'Add DIDs: Acme', 'DIDs, one a line'],
      ['/accounts', 'Accounts', 'Suspend Acme', undefined],
      ['/gateways', 'Gateways', 'Add gateway', 'Name'],
      [`/accounts/${account}/dids`, 'DIDs', 'Configure +15125550001', 'Failover Number'],
      [`/accounts/${account}/users`, 'Users', 'Invite', 'Email'],
    ] as const;
    for (const [path, heading, name, first] of dialogs) {
      await open(page, `${origin}${path}`, heading);
      const button = page.getByRole('button', { name, exact: true });
      await button.press('Enter');
      const dialog = page.getByRole('dialog');
      const begins =
        first === undefined
          ? dialog.getByRole('button', { name: 'Cancel' })
          : dialog.getByRole('textbox', { name: first });
      await expect.poll(() => focused(begins), { message: name }).toBe(true);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await axe(page), `${name}, ${colorScheme}`).toEqual([]);
      }
      for (let tabs = 0; tabs < 20; tabs += 1) await page.keyboard.press('Tab');
      expect(await dialog.locator(':focus').count(), name).toBe(1);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await expect.poll(() => focused(button), { message: name }).toBe(true);
    }
    await page.context().close();
  });

  test('a name of one word that is longer than a phone is wide makes no page wider than it', async () => {
    const name = `<img src=x onerror=alert(1)>${'W'.repeat(70)}`;
    await stand.service.api.createAccount({ name, dids: ['+15125560001'] });
    const page = await loggedIn({ viewport: PHONE });
    for (const [path, heading] of [
      ['/overview', 'Overview'],
      ['/accounts', 'Accounts'],
    ] as const) {
      await open(page, `${origin}${path}`, heading);
      await page.getByText('onerror=alert(1)').first().waitFor();
      expect(await isWiderThanItsWindow(page), path).toBe(false);
    }
    const cell = page.getByRole('cell', { name: /onerror/ }).first();
    expect((await cell.boundingBox())?.width).toBeLessThan(400);
    await page.getByRole('button', { name: `Suspend ${name}` }).click();
    const title = await page.getByRole('heading', { name: `Suspend ${name}?` }).boundingBox();
    expect((title?.x ?? 0) + (title?.width ?? 0)).toBeLessThan(PHONE.width);
    await page.context().close();
  });
});
