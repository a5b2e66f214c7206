import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Carrier } from '../../demo/agents/carrier.ts';
import { Pbx } from '../../demo/agents/pbx.ts';
import { type Address, SipSocket } from '../../demo/agents/sip-socket.ts';
import { token } from '../../demo/agents/text.ts';
import type { Api, CreatedAccount } from '../../demo/api.ts';
import { Trace } from '../../demo/trace.ts';
import { openBrowser } from './browser.ts';
import { FreePbxStandIn, pressOn } from './freepbx-stand-in.ts';
import { Stand } from './stand.ts';

/** More than the module shows on one page, and than the API gives in one answer. */
const MANY = 2_000;
const DIDS = Array.from({ length: MANY }, (_, index) => `+1512556${String(1_000 + index)}`);
const [DID = ''] = DIDS;

const stand = new Stand(97);
const trace = new Trace();
const keyAnswer = z.object({ key: z.string() });
/** What FreePBX keeps of a PJSIP trunk, by its keywords. */
const trunkSettings = z.object({
  sip_server: z.string(),
  sip_server_port: z.coerce.number(),
  match: z.string(),
  username: z.string(),
  secret: z.string(),
  contact_user: z.string(),
  expiration: z.coerce.number(),
  transport: z.string(),
});
const kept = z.object({
  pjsip: z.record(z.string(), trunkSettings),
  incoming: z
    .union([z.record(z.string(), z.object({ extension: z.string() })), z.array(z.never())])
    .optional(),
});

let api: Api;
let pbx: FreePbxStandIn;
let browser: Browser;
let page: Page;
let created: CreatedAccount;

beforeAll(async () => {
  ({ api } = await stand.start());
  created = await api.createAccount({ name: 'Many', dids: DIDS });
  const made = await api.raw('POST', `/accounts/${created.account.id}/keys`, {
    name: 'PBX',
    access: 'failover',
  });
  pbx = await FreePbxStandIn.start(stand.folder, stand.at(50).address);
  browser = await openBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  await open('setup');
  await field('Service URL').fill(`http://${stand.settings.http.address}:${stand.settings.http.port}`);
  await field('API key of the account').fill(keyAnswer.parse(made.body).key);
  await press('Save');
});

afterAll(async () => {
  await browser?.close();
  pbx?.stop();
  await stand.end();
});

const open = (view: string, rest = '') =>
  page.goto(`${pbx.url}/config.php?display=throughline&view=${view}${rest}`);
const press = (name: string) => pressOn(page, name);
const field = (name: string) => page.getByLabel(name, { exact: true });
const notices = () => page.locator('.alert').allInnerTexts();
const state = () => kept.parse(JSON.parse(pbx.state));

function changeState(change: (state: Record<string, unknown>) => Record<string, unknown>): void {
  const file = join(stand.folder, 'pbx.json');
  const before = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  writeFileSync(file, JSON.stringify(change(before)));
}

async function showPlan(routes: boolean): Promise<readonly string[]> {
  await open('trunks');
  if (routes) {
    await page.getByRole('checkbox').check();
    await field('Destination').fill('from-did-direct,100,1');
  }
  await press('Show what would change');
  return page.locator('#tl-plan > li').allInnerTexts();
}

async function doIt(): Promise<readonly string[]> {
  await field('SIP password (empty: as it is in the trunk)').fill(created.credentials.password);
  await press('Do it');
  return notices();
}

/** What a PBX asks that keeps a trunk's address alive: OPTIONS to the address of the trunk's AOR. */
async function options(
  agent: Pbx,
  { sip_server, sip_server_port, username }: z.output<typeof trunkSettings>,
) {
  const server: Address = { address: sip_server, port: sip_server_port };
  const uri = `sip:${username}@${sip_server}:${sip_server_port}`;
  const answered = await agent.agent.request(
    server,
    (via) => [
      `OPTIONS ${uri} SIP/2.0`,
      `Via: ${via}`,
      'Max-Forwards: 70',
      `From: <sip:${username}@${agent.agent.socket.hostPort}>;tag=${token()}`,
      `To: <${uri}>`,
      `Call-ID: ${token()}`,
      'CSeq: 1 OPTIONS',
    ],
    3_000,
  );
  return answered?.status;
}

test('2,000 DIDs are 10 pages, found by a search, changed by page and by the command', async () => {
  await open('dids');
  expect(await page.locator('tbody tr').count()).toBe(200);
  expect(await page.locator('a[href*="page="]').count()).toBe(10);
  await open('dids', '&page=9');
  await press('Tick all of this page');
  await field('Number for the ticked DIDs (empty: global)').fill('512-555-0160');
  await press('Fill in ticked');
  await press('Update DID Configuration');
  expect(await notices()).toEqual(['200 DIDs were updated.']);
  const pulled = pbx.console('pull').said.trim().split('\n');
  expect(pulled).toHaveLength(MANY);
  expect(pulled.filter((line) => line.endsWith('\t+15125550160\tglobal'))).toHaveLength(200);
  await open('dids', `&search=${DIDS[1_234]?.slice(2)}`);
  expect(await page.locator('tbody tr').count()).toBe(1);
  expect(pbx.console('set-did', DIDS[1_234] ?? '', '5125550161')).toMatchObject({ code: 0 });
  expect(pbx.console('set-did', DIDS[1_234] ?? '', '(512) 555-0161')).toEqual({
    code: 0,
    said: 'nothing to change\n',
  });
});

test('what another changed, added and removed since the page was opened is not overwritten and not lost', async () => {
  const [, second = '', third = '', fourth = ''] = DIDS;
  await open('dids');
  await field(second).fill('5125550171');
  await field(third).fill('5125550172');
  await field(fourth).fill('5125550173');
  await api.setDidFailover(second, { number: '+15125550199', backup: 'pbx2.example.com' });
  await api.setDidFailover(fourth, { backup: 'pbx3.example.com' });
  await api.addDids(created.account.id, ['+15125579999']);
  const gone = await api.raw('DELETE', `/accounts/${created.account.id}/dids/${encodeURIComponent(third)}`);
  await press('Update DID Configuration');
  expect({ gone: gone.status, notices: await notices() }).toEqual({
    gone: 200,
    notices: ['1 DID was updated.', expect.stringContaining('2 DIDs were refused')],
  });
  expect(await page.locator('td .text-danger').allInnerTexts()).toEqual([
    'Meanwhile this was changed to 5125550199. Update again to replace that.',
    expect.stringContaining('no longer on the account'),
  ]);
  expect(await field(second).inputValue()).toBe('5125550171');
  await press('Update DID Configuration');
  const pulled = pbx.console('pull').said.trim().split('\n');
  expect(pulled).toContain(`${second}\t+15125550171\tpbx2.example.com`);
  expect(pulled).toContain(`${fourth}\t+15125550173\tpbx3.example.com`);
  expect(pulled).toContain('+15125579999\tglobal\tglobal');
  expect(pulled.join('\n')).not.toContain(third);
});

test('two administrators with the same page: the later one sees what the earlier one did', async () => {
  const other = await browser.newPage();
  await other.goto(`${pbx.url}/config.php?display=throughline&view=account`);
  await open('account');
  await field('Global Failover Number').fill('5125550181');
  await press('Update Account Settings');
  await other.getByLabel('Global Failover Number', { exact: true }).fill('5125550182');
  await other
    .getByLabel('Failover FQDN/IP', { exact: true })
    .fill('[2606:4700:4700::1111]:5070;transport=tcp');
  await pressOn(other, 'Update Account Settings');
  expect(await other.locator('.text-danger').allInnerTexts()).toEqual([
    'Meanwhile this was changed to 5125550181. Update again to replace that.',
  ]);
  expect(pbx.console('status').said).toContain('failover number: +15125550181\n');
  await pressOn(other, 'Update Account Settings');
  expect(pbx.console('status').said).toContain('failover number: +15125550182\n');
  await press('Clear Failover');
  expect(await notices()).toContainEqual(expect.stringContaining('Nothing was cleared'));
  expect(await field('Failover FQDN/IP').inputValue()).toBe('[2606:4700:4700::1111]:5070;transport=tcp');
  await field('Failover FQDN/IP').fill('');
  await press('Update Account Settings');
  expect(pbx.console('status').said).toMatch(/number: \+15125550182\nfailover FQDN\/IP: none/);
  await press('Clear Failover');
  expect(pbx.console('status').said).toMatch(/number: none\nfailover FQDN\/IP: none/);
  await other.close();
});

test('a PBX that does what the trunks say registers with both and takes the call of the inbound route', async () => {
  await showPlan(false);
  await doIt();
  const trunks = Object.values(state().pjsip);
  expect(trunks).toHaveLength(2);
  const carrier = new Carrier(await SipSocket.open('carrier', stand.at(10), trace.watch));
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  const socket = await SipSocket.open('PBX', stand.at(60), trace.watch);
  const [{ username = '', secret: password = '' } = {}] = trunks;
  const registering = new Pbx(socket, { username, password }, { kind: 'answers', after: 0 });
  for (const trunk of trunks) {
    expect([trunk.contact_user, trunk.match]).toEqual([username, trunk.sip_server]);
    const server: Address = { address: trunk.sip_server, port: trunk.sip_server_port };
    expect(await registering.register(server, trunk.expiration)).toBe(200);
    expect(await options(registering, trunk)).toBe(200);
  }
  await open('account');
  expect(await notices()).toEqual([]);
  for (const server of [stand.trunk1, stand.trunk2]) {
    const call = carrier.call(DID.slice(2), server);
    expect((await call.final).status).toBe(200);
    await call.bye();
  }
  // The DID that inbound routes are known by, and the parameter by which Asterisk knows the trunk.
  const uri = `sip:${DID.slice(2)}@${socket.hostPort};line=demo`;
  expect(registering.agent.called).toEqual([uri, uri]);
  expect(pbx.console('status')).toMatchObject({ code: 0 });
  registering.close();
  carrier.close();
});

test('routes for 2,000 DIDs are made but where there are some, and taken back; pressed twice, one change is', async () => {
  changeState((before) => ({
    ...before,
    incoming: {
      own: { extension: DID.slice(2), cidnum: '', destination: 'ivr-1,s,1' },
      eleven: { extension: DIDS[10]?.slice(1), cidnum: '', destination: 'ivr-2,s,1' },
      pattern: { extension: '_5125562XXX', cidnum: '', destination: 'ivr-3,s,1' },
    },
  }));
  // 999 more of 1000 to 1999 without a pattern, less one removed, one in eleven digits that is only told.
  const plan = await showPlan(true);
  expect(plan.filter((line) => line.startsWith('An inbound route for'))).toHaveLength(998);
  expect(plan).toContainEqual(
    expect.stringContaining(
      `an inbound route for ${DIDS[10]?.slice(1)}, but calls come for ${DIDS[10]?.slice(2)}`,
    ),
  );
  expect(await doIt()).toEqual([expect.stringContaining('998 changes were made')]);
  expect(Object.keys(state().incoming ?? {})).toHaveLength(1_001);
  // The same button on two pages, as when somebody presses it twice.
  const other = await browser.newPage();
  await other.goto(page.url());
  await press('Take the last change back');
  expect(Object.keys(state().incoming ?? {})).toHaveLength(3);
  await pressOn(other, 'Take the last change back');
  expect(await other.locator('.alert').allInnerTexts()).toEqual([
    expect.stringContaining('nothing was taken back'),
  ]);
  expect(Object.values(state().pjsip)).toHaveLength(2);
  await pressOn(other, 'Take the last change back');
  expect(JSON.parse(pbx.state)).toMatchObject({ trunks: [], pjsip: [] });
  await other.close();
});

test('trunks use the transport that FreePBX has, and are not made where it has none', async () => {
  const udp = { type: 'transport', protocol: 'udp', bind: '192.0.2.7:5060' };
  changeState((before) => ({ ...before, transports: { '192.0.2.7-tls': { ...udp, protocol: 'tls' } } }));
  expect(await showPlan(false)).toEqual([]);
  expect(await notices()).toEqual([expect.stringContaining('no PJSIP transport over UDP')]);
  changeState((before) => ({ ...before, transports: { '192.0.2.7-udp': udp, '198.51.100.7-udp': udp } }));
  await open('trunks');
  await field('PJSIP transport').selectOption('198.51.100.7-udp');
  await press('Show what would change');
  await doIt();
  expect(Object.values(state().pjsip).map(({ transport }) => transport)).toEqual(
    Array.from({ length: 2 }, () => '198.51.100.7-udp'),
  );
  expect(await showPlan(false)).toEqual([]);
  expect(await page.locator('#throughline').innerText()).toContain('Nothing: all is as it should be.');
});

test('two administrators who make trunks at once do not make them twice', async () => {
  await open('trunks');
  await press('Take the last change back');
  changeState((before) => ({ ...before, slownessInMicroseconds: 700_000 }));
  // PHP's own server takes one request after another, so each of them has one.
  const second = await FreePbxStandIn.start(stand.folder, stand.at(51).address);
  const other = await browser.newPage();
  for (const [one, { url }] of [[page, pbx] as const, [other, second] as const]) {
    await one.goto(`${url}/config.php?display=throughline&view=trunks`);
    await pressOn(one, 'Show what would change');
    await one
      .getByLabel('SIP password (empty: as it is in the trunk)', { exact: true })
      .fill(created.credentials.password);
  }
  await Promise.all([page, other].map((one) => pressOn(one, 'Do it')));
  const told = await Promise.all([page, other].map((one) => one.locator('.alert').innerText()));
  expect(told.toSorted()).toEqual([
    expect.stringContaining('2 changes were made'),
    expect.stringContaining('Nothing is left to be done'),
  ]);
  expect(Object.values(state().pjsip)).toHaveLength(2);
  await other.close();
  second.stop();
});
