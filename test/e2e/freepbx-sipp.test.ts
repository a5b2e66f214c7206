import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Api } from '../../demo/api.ts';
import { openBrowser } from './browser.ts';
import { FreePbxStandIn, pressOn } from './freepbx-stand-in.ts';
import { awaitCalls, runSipp, type Sipp } from './sipp.ts';
import { registerPbx } from './sipp-register.ts';
import { hostPort, Stand } from './stand.ts';

const HOSTILE = `<img src=x onerror="document.title='broken in'"><script>document.title='broken in'</script>"'`;
const DIDS = Array.from({ length: 60 }, (_, index) => `+1512555${String(4_000 + index)}`);
const [DID = '', OTHER = ''] = DIDS;

const stand = new Stand(94);
const carrier = stand.at(10);
const keyAnswer = z.object({ key: z.string(), apiKey: z.object({ id: z.string() }) });
let gateway: Sipp;
let backup: Sipp;
let pbx: FreePbxStandIn;
let browser: Browser;
let page: Page;
let key: string;
let keys: string;
let made: z.infer<typeof keyAnswer>;
let api: Api;
let password: string;

beforeAll(async () => {
  ({ api } = await stand.start());
  await api.createGateway({ name: 'carrier', sources: [carrier.address] });
  await api.createGateway({ name: 'phones', address: hostPort(stand.at(40)) });
  gateway = await awaitCalls({ scenario: 'callee_answers', at: stand.at(40), keepMessages: true });
  backup = await awaitCalls({ scenario: 'callee_answers', at: stand.at(41), keepMessages: true });
  const created = await api.createAccount({ name: HOSTILE, dids: DIDS });
  password = created.credentials.password;
  await registerPbx(created, stand.at(60), stand.trunk1);
  keys = `/accounts/${created.account.id}/keys`;
  made = keyAnswer.parse((await api.raw('POST', keys, { name: 'PBX', access: 'failover' })).body);
  key = made.key;
  pbx = await FreePbxStandIn.start(stand.folder, stand.at(50).address);
  browser = await openBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  await open('setup');
  await field('Service URL').fill(`http://${stand.settings.http.address}:${stand.settings.http.port}`);
  await field('API key of the account').fill(key);
  await press('Save');
});

afterAll(async () => {
  await browser?.close();
  pbx?.stop();
  await gateway?.stop();
  await backup?.stop();
  await stand.end();
});

const open = (view: string) => page.goto(`${pbx.url}/config.php?display=throughline&view=${view}`);
const press = (name: string) => pressOn(page, name);
const field = (name: string) => page.getByLabel(name, { exact: true });
const notices = () => page.locator('.alert').allInnerTexts();

/** SIPp calls a DID over trunk2, where no PBX is registered, and is answered; what `callee` was called by. */
async function calledBy(callee: Sipp, did: string): Promise<string | undefined> {
  const before = callee.calledAs.length;
  const rows = [[did.slice(2)]];
  await runSipp({ scenario: 'carrier_answered', at: carrier, to: stand.trunk2, calls: 1, rows, timeout: 15 });
  return callee.calledAs.slice(before).at(-1);
}

function changeState(change: (state: Record<string, unknown>) => Record<string, unknown>): void {
  const file = join(stand.folder, 'pbx.json');
  const state = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  writeFileSync(file, JSON.stringify(change(state)));
}

test('after each change of the module, the next call of SIPp goes where the module said', async () => {
  await open('account');
  await field('Global Failover Number').fill('1 (512) 555-0150');
  await press('Update Account Settings');
  expect(await calledBy(gateway, OTHER)).toMatch(/^sip:\+15125550150@/);
  await open('dids');
  await field(DID).fill('512.555.0151');
  await press('Update DID Configuration');
  expect(await calledBy(gateway, DID)).toMatch(/^sip:\+15125550151@/);
  await open('account');
  await field('Global Failover Number').fill('');
  await field('Failover FQDN/IP').fill(hostPort(stand.at(41)));
  await press('Update Account Settings');
  expect(await calledBy(backup, OTHER)).toMatch(new RegExp(`^sip:${OTHER.slice(2)}@`));
  await press('Clear Failover');
  expect(pbx.console('set-did', DID, '5125550152')).toMatchObject({ code: 0 });
  expect(await calledBy(gateway, DID)).toMatch(/^sip:\+15125550152@/);
});

test('of all DIDs that are ticked, only what was changed is saved', async () => {
  await open('dids');
  await press('Tick all of this page');
  expect(await page.locator('input[type=checkbox]:checked').count()).toBe(60);
  await field(OTHER).fill('5125550153');
  const before = pbx.console('pull').said;
  await press('Update DID Configuration');
  expect(await notices()).toEqual(['1 DID was updated.']);
  const after = pbx.console('pull').said.split('\n');
  expect(after.filter((line) => !before.includes(line))).toEqual([`${OTHER}\t+15125550153\tglobal`]);
  await press('Update DID Configuration');
  expect(await notices()).toEqual([expect.stringContaining('nothing was sent')]);
});

test('an account with a hostile name breaks into no page and no terminal', async () => {
  for (const view of ['setup', 'account', 'dids', 'trunks']) {
    await open(view);
    expect(await page.title()).toBe('PBX');
    expect(await page.locator('#throughline img, #throughline script').count()).toBe(0);
  }
  await open('account');
  expect(await page.locator('#throughline h2').first().innerText()).toBe(HOSTILE);
  expect(pbx.console('status').said).toContain(`account: ${HOSTILE}`);
});

test('only the difference that was shown is made', async () => {
  await open('trunks');
  await press('Show what would change');
  expect(await page.locator('#tl-plan li').count()).toBe(2);
  await press('Do it');
  expect(await notices()).toEqual([expect.stringContaining('Enter the SIP password')]);
  await page.getByRole('checkbox').check();
  await field('Destination').fill('from-did-direct,100,1');
  await field('SIP password (empty: as it is in the trunk)').fill(password);
  await press('Do it');
  expect(await notices()).toEqual([expect.stringContaining('not what was shown before')]);
  expect(await page.locator('#tl-plan li').count()).toBe(62);
  expect(pbx.state).not.toContain('throughline-trunk1');
});

test('FreePBX failing is told, without the password and without a backtrace', async () => {
  changeState((state) => ({ ...state, asteriskIsDown: true }));
  await open('trunks');
  await press('Show what would change');
  expect(await notices()).toEqual([expect.stringContaining('Is Asterisk running?')]);
  expect(await page.content()).not.toMatch(/Stack trace|#0 /);
  changeState(({ asteriskIsDown, ...state }) => state);
});

test('something that nobody expected is told without the key', async () => {
  await open('setup');
  changeState((state) => ({ ...state, databaseIsDown: true }));
  await field('API key of the account').fill(key);
  await press('Save');
  expect(await notices()).toEqual([expect.stringContaining('This went wrong: PDOException')]);
  expect(await page.content()).not.toContain(key);
  expect(pbx.console('status')).toMatchObject({ code: 1, said: expect.stringContaining('PDOException') });
  changeState(({ databaseIsDown, ...state }) => state);
  expect(pbx.output).not.toContain(key);
});

test('once the key is revoked, each page and the command say so, and what was entered stays', async () => {
  await open('dids');
  await field(DID).fill('5125550190');
  expect((await api.raw('DELETE', `${keys}/${made.apiKey.id}`)).status).toBe(200);
  await press('Update DID Configuration');
  expect(await notices()).toEqual([expect.stringContaining('revoked')]);
  expect(await field(DID).inputValue()).toBe('5125550190');
  for (const view of ['account', 'dids', 'trunks']) {
    await open(view);
    expect(await notices()).toEqual([expect.stringContaining('revoked')]);
  }
  expect(pbx.console('set-did', DID, '5125550190')).toMatchObject({
    code: 1,
    said: expect.stringContaining('revoked'),
  });
});
