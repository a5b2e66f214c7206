import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { logInWithKey, newPage, openBrowser, portalOf } from './browser.ts';
import { Stand } from './stand.ts';

const DID = '+15125550101';
const stand = new Stand(98);
let browser: Browser;
let page: Page;
let account: string;
let origin: string;

/** Whatever the page reads at this path stays as it has it: it hears of nobody else's changes. */
async function hearNothing(path: RegExp): Promise<void> {
  await page.route(path, (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
}

beforeAll(async () => {
  const { api, key } = await stand.start();
  account = (await api.createAccount({ name: 'Acme', dids: [DID] })).account.id;
  browser = await openBrowser();
  page = await newPage(browser);
  origin = portalOf(stand);
  await logInWithKey(page, `${origin}/accounts/${account}/settings`, key, 'My Account');
});

afterAll(async () => {
  await browser?.close();
  await stand.end();
});

async function failoverNow(): Promise<unknown> {
  const { body } = await stand.service.api.raw('GET', `/accounts/${account}/failover`);
  return z.object({ failover: z.unknown() }).parse(body).failover;
}

test('an update of settings that another person changed unseen is not made; both are shown, and the person decides', async () => {
  await page.getByLabel('Failover Number').fill('3035550100');
  await page.getByRole('button', { name: 'Update', exact: true }).click();
  await page
    .getByText(/Active on trunk1/)
    .first()
    .waitFor();
  await hearNothing(/\/api\/v1\/accounts\/[^/]+(\/failover)?$/);
  await stand.service.api.setAccountFailover(account, { number: '+13035550111' });
  await page.getByLabel('Failover Number').fill('3035550122');
  await page.getByRole('button', { name: 'Update', exact: true }).click();
  await page.getByText('Somebody else has changed these settings').waitFor();
  await page.getByText('What is set now: +13035550111').waitFor();
  await page.getByText('What you typed: 3035550122').waitFor();
  expect(await failoverNow()).toMatchObject({ number: '+13035550111' });
  // Who has seen both and updates again, means it.
  await page.getByRole('button', { name: 'Update', exact: true }).click();
  await expect.poll(failoverNow).toMatchObject({ number: '+13035550122' });
  await page.unrouteAll();
});

test('the rules of what counts as unreachable, too, keep what was typed beside what another person set', async () => {
  await page.reload();
  await page.getByLabel('No response at all, in seconds').fill('3');
  await stand.service.api.changeAccount(account, { delivery: { timings: { noResponse: 5_000 } } });
  await page.getByText('Somebody else has changed these settings').waitFor();
  await page.getByText('What is set now: No response at all, in seconds: 5').waitFor();
  expect(await page.getByLabel('No response at all, in seconds').inputValue()).toBe('3');
  await page.getByRole('button', { name: 'Show what is set now' }).click();
  expect(await page.getByLabel('No response at all, in seconds').inputValue()).toBe('5');
  await page.getByLabel('No response at all, in seconds').fill('3');
  await page.getByRole('button', { name: 'Save these rules' }).click();
  await expect
    .poll(async () => (await stand.service.api.raw('GET', `/accounts/${account}`)).body)
    .toMatchObject({ delivery: { timings: { noResponse: 3_000 } } });
});

test('a mass operation does what was shown, or shows anew what would change', async () => {
  await page.goto(`${origin}/accounts/${account}/dids`);
  await page.getByLabel('Select all that match').check();
  await page.getByRole('button', { name: 'Mass Operations Failover' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Failover Number').fill('3035550133');
  await drawer.getByRole('button', { name: 'See what will change' }).click();
  await drawer.getByText('1 will change, 0').waitFor();
  await stand.service.api.setDidFailover(DID, { number: '+13035550133' });
  await drawer.getByRole('button', { name: 'Update Failover' }).click();
  await drawer.getByText(/It was changed since you read it/).waitFor();
  await drawer.getByText('0 will change, 1').waitFor();
  await drawer.getByRole('button', { name: 'Update Failover' }).click();
  await page
    .getByText(/Active on trunk1/)
    .first()
    .waitFor();
});

test('an account whose answer was lost is made once, and a second try shows its password', async () => {
  await page.goto(`${origin}/accounts`);
  await page.getByRole('button', { name: 'Create account' }).first().click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').fill('Lost');
  let answers = 0;
  await page.route(/\/api\/v1\/accounts$/, async (route) => {
    if (route.request().method() !== 'POST') return await route.continue();
    const response = await route.fetch();
    answers += 1;
    return answers === 1 ? await route.abort() : await route.fulfill({ response });
  });
  await drawer.getByRole('button', { name: 'Create account' }).click();
  await drawer.getByText('The service cannot be reached.').waitFor();
  await drawer.getByRole('button', { name: 'Create account' }).click();
  await drawer.getByText('The account was created').waitFor();
  expect(answers).toBe(2);
  const { body } = await stand.service.api.raw('GET', '/accounts?limit=1000');
  const { entries } = z.object({ entries: z.array(z.object({ name: z.string() })) }).parse(body);
  expect(entries.filter(({ name }) => name === 'Lost')).toHaveLength(1);
});
