import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier } from '../../demo/agents/carrier.ts';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import { goByLink, logInWithKey, newPage, openBrowser, portalOf } from './browser.ts';
import { hostPort, Stand } from './stand.ts';

const DID = '+15125550101';
const stand = new Stand(95);
let browser: Browser;
let page: Page;
let account: string;
let carrier: Carrier;
let gateway: AnsweringAgent;
let pbx: Pbx;

async function call(): Promise<void> {
  const made = carrier.call(DID.slice(2), stand.trunk1);
  expect((await made.final).status).toBe(200);
  expect(await made.bye()).toBe(200);
}

beforeAll(async () => {
  const { api, key } = await stand.start();
  carrier = new Carrier(await SipSocket.open('carrier', stand.at(10)));
  const phones = await SipSocket.open('gateway', stand.at(40));
  gateway = new AnsweringAgent(phones, { kind: 'answers', after: 0 });
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  await api.createGateway({ name: 'phones', address: hostPort(stand.at(40)) });
  const created = await api.createAccount({ name: 'Acme', dids: [DID] });
  account = created.account.id;
  const socket = await SipSocket.open('PBX', stand.at(100));
  pbx = new Pbx(socket, created.credentials, { kind: 'answers', after: 0 });
  browser = await openBrowser();
  page = await newPage(browser);
  const origin = portalOf(stand);
  await logInWithKey(page, `${origin}/accounts/${account}/registration`, key, 'Registration');
});

afterAll(async () => {
  await browser?.close();
  carrier?.close();
  gateway?.close();
  pbx?.close();
  await stand.end();
});

test('a PBX that registers is seen without a reload, and the call that reaches it', async () => {
  await page.getByText('No PBX is registered.').waitFor();
  expect(await pbx.register(stand.trunk1)).toBe(200);
  await page.getByText('not with trunk2').first().waitFor();
  expect(await pbx.register(stand.trunk2)).toBe(200);
  await page.getByText('Registered with every trunk server').waitFor();
  await goByLink(page, 'Calls');
  await page.getByText('There are no calls yet.').waitFor();
  await call();
  await page.getByRole('cell', { name: 'Answered (200)' }).waitFor();
  expect(gateway.called).toEqual([]);
});

test('what is wrong is said while typing, in the words of the API', async () => {
  await goByLink(page, 'My Account');
  await page.getByLabel('Failover Number').fill('911');
  await page.getByText(/emergency/i).waitFor();
  expect(await page.getByLabel('Failover Number').getAttribute('aria-invalid')).toBe('true');
});

test('another person’s change is shown beside what is being typed, and neither is lost', async () => {
  await page.getByLabel('Failover Number').fill('303555');
  await stand.service.api.setAccountFailover(account, { number: '+13035550111' });
  await page.getByText('Somebody else has changed these settings').waitFor();
  await page.getByText('What is set now: +13035550111').waitFor();
  expect(await page.getByLabel('Failover Number').inputValue()).toBe('303555');
  await page.getByRole('button', { name: 'Show what is set now' }).click();
  expect(await page.getByLabel('Failover Number').inputValue()).toBe('+13035550111');
});

test('when the PBX goes, the page and the next call change; the call is shown as saved by failover', async () => {
  await page.getByLabel('Failover Number').fill('3035550122');
  await page.getByRole('button', { name: 'Update', exact: true }).click();
  await page.getByText(/Active on trunk1 and trunk2, \d\.\d s/).waitFor();
  await goByLink(page, 'Registration');
  await page.getByText('Registered with every trunk server').waitFor();
  for (const server of [stand.trunk1, stand.trunk2]) expect(await pbx.register(server, 0)).toBe(200);
  await page.getByText('No PBX is registered.').waitFor();
  await goByLink(page, 'Calls');
  await call();
  await page.getByRole('cell', { name: 'Saved by failover' }).waitFor();
  expect(gateway.called).toHaveLength(1);
  await page
    .getByRole('button')
    .filter({ hasText: /\d:\d\d/ })
    .first()
    .click();
  await page.getByRole('img', { name: 'SIP ladder' }).waitFor();
});

test('which outcomes count as unreachable is chosen on My Account', async () => {
  await page.keyboard.press('Escape');
  await goByLink(page, 'My Account');
  await page.getByLabel('Also after these SIP codes').fill('486');
  await page.getByLabel('No response at all, in seconds').fill('99');
  await page.getByRole('button', { name: 'Save these rules' }).click();
  await page.getByText(/noResponse: /).waitFor();
  expect(await page.getByLabel('Also after these SIP codes').inputValue()).toBe('486');
  await page.getByLabel('No response at all, in seconds').fill('2');
  await page.getByRole('button', { name: 'Save these rules' }).click();
  const { api } = stand.service;
  await expect
    .poll(async () => (await api.raw('GET', `/accounts/${account}`)).body)
    .toMatchObject({ delivery: { triggers: { add: [486] }, timings: { noResponse: 2_000 } } });
});
