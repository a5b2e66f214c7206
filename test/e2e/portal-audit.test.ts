import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { axe, logInWithKey, newPage, open, openBrowser, PHONE, portalOf } from './browser.ts';
import { Stand } from './stand.ts';

const DID = '5125550142';

const stand = new Stand(88);
let browser: Browser;
let origin: string;
let account: string;

async function loggedIn(key: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const page = await newPage(browser, options);
  await logInWithKey(page, origin, key, key === stand.service.key ? 'Overview' : 'My Account');
  return page;
}

async function set(number: string): Promise<void> {
  const put = await stand.service.api.raw('PUT', `/dids/${DID}/failover`, { number });
  expect(put.status).toBe(200);
}

beforeAll(async () => {
  await stand.start();
  origin = portalOf(stand);
  browser = await openBrowser();
  const created = await stand.service.api.raw('POST', '/accounts', { name: 'Acme', dids: [DID] });
  account = z.object({ account: z.object({ id: z.string() }) }).parse(created.body).account.id;
  await set('3035550111');
  await set('3035550122');
});

afterAll(async () => {
  await browser?.close();
  await stand.end();
});

describe('The audit log in a browser', () => {
  test('shows an owner from what to what, undoes a change after saying what comes back, and a conflict', async () => {
    const made = await stand.service.api.raw('POST', `/accounts/${account}/keys`, { name: 'portal' });
    const { key } = z.object({ key: z.string() }).parse(made.body);
    const page = await loggedIn(key);
    await open(page, `${origin}/accounts/${account}/audit`, 'Audit log');
    const row = page.getByRole('row').filter({ hasText: '+13035550111 → number +13035550122' });
    await row.getByText('An operator').first().waitFor();
    await row.getByRole('button', { name: /^Undo entry/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('failover: number +13035550122 → number +13035550111').waitFor();
    await dialog.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText(/Active on trunk1 and trunk2/).waitFor();
    await row.getByText(/undone by entry/).waitFor();
    const first = page.getByRole('row').filter({ hasText: 'failover: none → number +13035550111' });
    const open0 = first.getByRole('button', { name: /^Undo entry/ });
    await open0.waitFor();
    await set('3035550133');
    await open0.click();
    await dialog.getByRole('button', { name: 'Undo', exact: true }).click();
    await dialog.getByText(/is number \+13035550133 now, and this change made it/).waitFor();
    await page.context().close();
  });

  test('is found by what was done, and an operator sees who', async () => {
    const page = await loggedIn(stand.service.key);
    await open(page, `${origin}/audit`, 'Audit log');
    await page.getByLabel('What was done').selectOption('API key made');
    await page.getByText('The operator key made the API key portal.').waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByLabel('DID or id of what was changed').fill('9995550100');
    await page.getByText('No entry fits what you look for.').waitFor();
    await page.context().close();
  });

  test('axe finds nothing, light and dark, and it is no wider than a phone', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await loggedIn(stand.service.key, { colorScheme, viewport: PHONE });
      await open(page, `${origin}/audit`, 'Audit log');
      await page.getByRole('row').nth(2).waitFor();
      expect(await axe(page)).toEqual([]);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBeLessThanOrEqual(PHONE.width);
      await page.context().close();
    }
  });
});

test('an account is closed once it is suspended and its name is typed', async () => {
  const page = await loggedIn(stand.service.key);
  await open(page, `${origin}/accounts`, 'Accounts');
  expect(await page.getByRole('button', { name: 'Close Acme' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Suspend Acme' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('button', { name: 'Close Acme' }).click();
  const dialog = page.getByRole('dialog');
  const close = dialog.getByRole('button', { name: 'Close', exact: true }).last();
  expect(await close.isDisabled()).toBe(true);
  await dialog.getByLabel('Type Acme to close it').fill('Acme');
  await close.click();
  await page
    .getByText(/Active on trunk1 and trunk2/)
    .first()
    .waitFor();
  await expect
    .poll(() => page.getByRole('button', { name: 'Open Acme as its owner sees it' }).count())
    .toBe(0);
  const answer = await stand.service.api.raw('GET', `/accounts/${account}`);
  expect(answer.status).toBe(404);
  await page.context().close();
});
