import { createServer } from 'node:https';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier } from '../../demo/agents/carrier.ts';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import type { CreatedAccount } from '../../demo/api.ts';
import { Trace } from '../../demo/trace.ts';
import { openBrowser } from './browser.ts';
import { FreePbxStandIn, pressOn, selfSigned } from './freepbx-stand-in.ts';
import { hostPort, Stand } from './stand.ts';

const DIDS = Array.from({ length: 60 }, (_, index) => `+1512555${String(3_000 + index)}`);
const [DID = '', OTHER = ''] = DIDS;

const stand = new Stand(93);
const trace = new Trace();
const keyAnswer = z.object({ key: z.string() });
let carrier: Carrier;
let gateway: AnsweringAgent;
let pbx: FreePbxStandIn;
let browser: Browser;
let page: Page;
let key: string;
let keyFor: (access: 'read' | 'failover' | 'write') => Promise<string>;
let url: string;
let credentials: CreatedAccount['credentials'];

beforeAll(async () => {
  const { api } = await stand.start();
  carrier = new Carrier(await SipSocket.open('carrier', stand.at(10), trace.watch));
  const socket = await SipSocket.open('gateway', stand.at(40), trace.watch);
  gateway = new AnsweringAgent(socket, { kind: 'answers', after: 0 });
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  await api.createGateway({ name: 'phones', address: hostPort(stand.at(40)) });
  const created = await api.createAccount({ name: 'Florist <b>& Sons</b>', dids: DIDS });
  credentials = created.credentials;
  keyFor = async (access) => {
    const made = await api.raw('POST', `/accounts/${created.account.id}/keys`, { name: 'PBX', access });
    return keyAnswer.parse(made.body).key;
  };
  key = await keyFor('failover');
  url = `http://${stand.settings.http.address}:${stand.settings.http.port}`;
  pbx = await FreePbxStandIn.start(stand.folder, stand.at(50).address);
  browser = await openBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(15_000);
});

afterAll(async () => {
  await browser?.close();
  pbx?.stop();
  carrier?.close();
  gateway?.close();
  await stand.end();
});

const open = (view: string) => page.goto(`${pbx.url}/config.php?display=throughline&view=${view}`);
const press = (name: string) => pressOn(page, name);
const field = (name: string) => page.getByLabel(name, { exact: true });
const notices = () => page.locator('.alert').allInnerTexts();

async function setUp(withKey: string): Promise<void> {
  await open('setup');
  await field('Service URL').fill(url);
  await field('API key of the account').fill(withKey);
  await press('Save');
}

/** The phone number that the next call for a DID reaches; '' where it reaches none. */
async function dialled(did: string): Promise<string> {
  const call = carrier.call(did.slice(2), stand.trunk2);
  const { status } = await call.final;
  if (status !== 200) return '';
  await call.bye();
  for (const { agent, message } of trace.ofCall(call.callId)) {
    if (agent === 'gateway' && message.kind === 'request' && message.method === 'INVITE') {
      return message.uri.slice('sip:'.length, message.uri.indexOf('@'));
    }
  }
  return '';
}

test('the set-up says what is wrong: the host, the key, its role', async () => {
  await open('setup');
  await field('Service URL').fill('https://no-such-host.invalid');
  await field('API key of the account').fill('x');
  await press('Test connection');
  expect(await notices()).toEqual([expect.stringContaining('host no-such-host.invalid is not known')]);
  await field('Service URL').fill('http://pbx.example.com');
  await field('API key of the account').fill('x');
  await press('Test connection');
  expect(await notices()).toEqual([expect.stringContaining('must begin with https://')]);
  await setUp(`${key.slice(0, -2)}xx`);
  expect(await notices()).toContainEqual(expect.stringContaining('does not know the API key'));
  await setUp(stand.service.key);
  expect(await notices()).toContainEqual(expect.stringContaining("The key is an operator's"));
  await setUp(key);
  expect(await notices()).toContainEqual(
    'Connected as account “Florist <b>& Sons</b>”. The key changes its failover and nothing else.',
  );
});

test('a key that may only read changes nothing and says so; one that may do more is warned of', async () => {
  await setUp(await keyFor('read'));
  expect(await notices()).toContainEqual(expect.stringContaining('the key may only read'));
  await open('account');
  await field('Global Failover Number').fill('5125550150');
  await press('Update Account Settings');
  expect(await notices()).toContainEqual(expect.stringContaining('The API key may not do this'));
  expect(await field('Global Failover Number').inputValue()).toBe('5125550150');
  await open('dids');
  await field(DID).fill('5125550150');
  await press('Update DID Configuration');
  expect(await notices()).toEqual([expect.stringContaining('The API key may not do this')]);
  expect(await field(DID).inputValue()).toBe('5125550150');
  expect(pbx.console('set-global', '5125550150')).toMatchObject({
    code: 1,
    said: expect.stringContaining('may not do this'),
  });
  expect(pbx.console('status').said).toContain('global failover number: none');
  await setUp(await keyFor('write'));
  expect(await notices()).toContainEqual(expect.stringContaining('may do more than this module needs'));
  await setUp(key);
});

test('a certificate that nobody vouches for is refused before the key is sent', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer(selfSigned(`IP:${stand.at(51).address}`), (request, response) => {
    asked.push(request.headers.authorization);
    response.end('{}');
  });
  const { address } = stand.at(51);
  await new Promise<void>((resolve) => server.listen(8443, address, resolve));
  await open('setup');
  await field('Service URL').fill(`https://${address}:8443`);
  await field('API key of the account').fill(key);
  await press('Test connection');
  expect(await notices()).toEqual([expect.stringContaining(`certificate of ${address} cannot be trusted`)]);
  expect(asked).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
});

test('the key does not go to another place than it was entered for', async () => {
  await open('setup');
  await field('Service URL').fill('http://127.0.0.1:9');
  await press('Save');
  expect(await notices()).toEqual([expect.stringContaining('enter the API key for it, too')]);
});

test('the global number is set, active on each trunk server, and the next call goes there; cleared, no more', async () => {
  await open('account');
  expect(await notices()).toEqual([expect.stringContaining('No PBX is registered.')]);
  await field('Global Failover Number').fill(' (512) 555-0150 ');
  await press('Update Account Settings');
  expect(await page.locator('#tl-active li').allInnerTexts()).toEqual([
    expect.stringMatching(/^trunk1: active since 20/),
    expect.stringMatching(/^trunk2: active since 20/),
  ]);
  expect(await field('Global Failover Number').inputValue()).toBe('5125550150');
  expect(await dialled(DID)).toBe('+15125550150');
  await field('Failover FQDN/IP').fill('http://wrong');
  await press('Update Account Settings');
  expect(await field('Failover FQDN/IP').inputValue()).toBe('http://wrong');
  expect((await notices())[0]).toContain('Nothing was changed.');
  expect(await dialled(DID)).toBe('+15125550150');
  await press('Clear Failover');
  expect(await field('Global Failover Number').inputValue()).toBe('');
  expect(await dialled(DID)).toBe('');
});

test('of 50 DIDs changed at once, one is refused and stays with its reason; the others are saved', async () => {
  await open('dids');
  for (const did of DIDS.slice(0, 50)) await field(`tick ${did}`).check();
  await field('Number for the ticked DIDs (empty: global)').fill('512-555-0160');
  await press('Fill in ticked');
  await field(DID).fill('512-555-0161');
  await field(OTHER).fill('911');
  await press('Update DID Configuration');
  expect(await notices()).toEqual(['49 DIDs were updated.', expect.stringContaining('1 DID was refused')]);
  expect(await field(OTHER).inputValue()).toBe('911');
  expect(await page.locator('td .text-danger').count()).toBe(1);
  expect(await page.locator('#tl-active li').allInnerTexts()).toHaveLength(2);
  expect(await dialled(DID)).toBe('+15125550161');
  expect(await dialled(DIDS[49] ?? '')).toBe('+15125550160');
  expect(await dialled(OTHER)).toBe('');
  expect(await dialled(DIDS[50] ?? '')).toBe('');
  await field(OTHER).fill('512-555-5555 ext 9');
  await press('Update DID Configuration');
  expect(await field(OTHER).inputValue()).toBe('512-555-5555 ext 9');
  await field(OTHER).fill('5125550162');
  await press('Update DID Configuration');
  expect(await notices()).toEqual(['1 DID was updated.']);
  expect(await dialled(OTHER)).toBe('+15125550162');
});

test('scripts do the same', async () => {
  expect(pbx.console('set-did', DID.slice(2), '5125550170')).toMatchObject({ code: 0 });
  expect(pbx.console('pull').said.split('\n')).toContain(`${DID}\t+15125550170\tglobal`);
  expect(pbx.console('set-did', '2125550100', 'global')).toMatchObject({ code: 1 });
  expect(pbx.console('set-global', '5125550171')).toMatchObject({ code: 0 });
  expect(pbx.console('set-did', DID, 'global')).toMatchObject({ code: 0 });
  expect(await dialled(DID)).toBe('+15125550171');
  expect(pbx.console('set-global', '911')).toMatchObject({ code: 2 });
  const status = pbx.console('status');
  expect(status).toMatchObject({ code: 3, said: expect.stringContaining('number: +15125550171') });
  expect(pbx.console('set-global', 'none')).toMatchObject({ code: 0 });
  expect(pbx.console('what')).toMatchObject({ code: 2, said: expect.stringContaining('Usage') });
});

test('trunks and routes are shown first, made, found whole, and taken back', async () => {
  const trunks = z.object({
    pjsip: z.record(z.string(), z.record(z.string(), z.string())),
    incoming: z.record(z.string(), z.unknown()).optional(),
  });
  await open('trunks');
  await field('SIP password (empty: as it is in the trunk)').fill(credentials.password);
  await page.getByRole('checkbox').check();
  await field('Destination').fill('from-did-direct,100,1');
  await press('Show what would change');
  expect(await page.locator('#tl-plan li').count()).toBe(62);
  expect(trunks.safeParse(JSON.parse(pbx.state)).success).toBe(false);
  await field('SIP password (empty: as it is in the trunk)').fill(credentials.password);
  await press('Do it');
  expect(await notices()).toEqual(['62 changes were made. Apply Config makes them effective.']);
  const made = trunks.parse(JSON.parse(pbx.state));
  expect(Object.values(made.pjsip)).toMatchObject([
    {
      trunk_name: 'throughline-trunk1',
      sip_server: stand.trunk1.address,
      secret: credentials.password,
      codecs: 'ulaw,alaw',
    },
    {
      trunk_name: 'throughline-trunk2',
      match: stand.trunk2.address,
      registration: 'send',
      pjsip_line: 'true',
    },
  ]);
  expect(JSON.stringify(made.pjsip)).not.toContain('destination');
  expect(Object.keys(made.incoming ?? {})).toContain(`${DID.slice(2)}/`);
  await press('Show what would change');
  expect(await page.locator('#throughline').innerText()).toContain('Nothing: all is as it should be.');
  await press('Take the last change back');
  // PHP writes what is empty as a list.
  expect(JSON.parse(pbx.state)).toMatchObject({ trunks: [], pjsip: [], incoming: [] });
});

test('a form that another site sends changes nothing', async () => {
  await open('account');
  await page
    .locator('input[name=token]')
    .first()
    .evaluate((input) => input.setAttribute('value', 'forged'));
  await field('Global Failover Number').fill('5125550199');
  await press('Update Account Settings');
  expect((await notices())[0]).toContain('Nothing was changed');
  expect(await field('Global Failover Number').inputValue()).toBe('5125550199');
  expect(await dialled(DIDS[55] ?? '')).toBe('');
});

test('while the service is down, that is said, and what was entered is not lost', async () => {
  await open('dids');
  await field(DID).fill('5125550180');
  await stand.service.process.stop();
  await press('Update DID Configuration');
  expect(await notices()).toEqual([expect.stringContaining('cannot be reached')]);
  expect(await field(DID).inputValue()).toBe('5125550180');
  expect(pbx.console('status')).toMatchObject({
    code: 1,
    said: expect.stringContaining('cannot be reached'),
  });
  await stand.start();
  await press('Update DID Configuration');
  expect(await notices()).toEqual(['1 DID was updated.']);
  expect(await dialled(DID)).toBe('+15125550180');
});

test('a PBX that registers with only one trunk server is warned of', async () => {
  const socket = await SipSocket.open('PBX', stand.at(60), trace.watch);
  const registering = new Pbx(socket, credentials, { kind: 'answers', after: 0 });
  expect(await registering.register(stand.trunk1)).toBe(200);
  await open('account');
  expect(await page.locator('caption + tbody tr').allInnerTexts()).toEqual([
    expect.stringMatching(/^trunk1\s+registered from UDP /),
    expect.stringMatching(/^trunk2\s+not registered$/),
  ]);
  expect(await notices()).toEqual([expect.stringContaining('registered with trunk1, but not with trunk2')]);
  expect(await registering.register(stand.trunk1, 0)).toBe(200);
  registering.close();
});

test('no page and no log showed the key, and nothing went wrong in PHP', async () => {
  for (const view of ['setup', 'account', 'dids', 'trunks']) {
    await open(view);
    expect(await page.content()).not.toContain(key);
  }
  expect(pbx.output).not.toContain(key);
  expect(pbx.output).not.toContain(credentials.password);
  expect(pbx.output).not.toMatch(/Warning|Notice|Deprecated|Fatal|ErrorException/);
});
