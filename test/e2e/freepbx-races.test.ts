import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Api, CreatedAccount } from '../../demo/api.ts';
import { openBrowser } from './browser.ts';
import { FreePbxStandIn, pressOn } from './freepbx-stand-in.ts';
import { Stand } from './stand.ts';

/**
 * Stands between the module and the service: lets somebody else change something after the module has looked and before
 * what it changes arrives, and loses answers.
 */
class Between {
  /** Done once, before the next change is handed on. */
  meanwhile: (() => Promise<unknown>) | undefined;
  losesNextChange = false;
  /** The changes that were handed on. */
  readonly changes: {
    readonly key: string | undefined;
    readonly status: number;
    readonly replayed: boolean;
  }[] = [];
  readonly #server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const changes = request.method === 'PUT' || request.method === 'DELETE';
      if (changes) {
        const { meanwhile } = this;
        this.meanwhile = undefined;
        await meanwhile?.();
      }
      const { host, connection, 'content-length': length, ...headers } = request.headers;
      const answer = await fetch(`${this.#service}${request.url}`, {
        method: request.method ?? '',
        headers: z.record(z.string(), z.string()).parse(headers),
        ...(body === '' ? {} : { body }),
      });
      const said = await answer.text();
      if (changes) {
        const key = z.string().optional().parse(headers['idempotency-key']);
        const replayed = answer.headers.get('idempotency-replayed') === 'true';
        this.changes.push({ key, status: answer.status, replayed });
      }
      if (changes && this.losesNextChange) {
        this.losesNextChange = false;
        response.destroy();
        return;
      }
      const tag = answer.headers.get('etag');
      response.writeHead(answer.status, tag === null ? {} : { etag: tag }).end(said);
    })();
  });
  readonly #service: string;

  constructor(service: string) {
    this.#service = service;
  }

  async open(address: string): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(8080, address, resolve));
    return `http://${address}:8080`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const [DID, OTHER] = ['+15125567001', '+15125567002'] as const;
const stand = new Stand(124);
const between = new Between(`http://${stand.settings.http.address}:${stand.settings.http.port}`);
let api: Api;
let pbx: FreePbxStandIn;
let browser: Browser;
let page: Page;
let account: CreatedAccount['account'];

beforeAll(async () => {
  ({ api } = await stand.start());
  ({ account } = await api.createAccount({ name: 'Florist', dids: [DID, OTHER] }));
  const made = await api.raw('POST', `/accounts/${account.id}/keys`, { name: 'PBX', access: 'failover' });
  pbx = await FreePbxStandIn.start(stand.folder, stand.at(50).address);
  browser = await openBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  await open('setup');
  await field('Service URL').fill(await between.open(stand.at(51).address));
  await field('API key of the account').fill(z.object({ key: z.string() }).parse(made.body).key);
  await press('Save');
});

afterAll(async () => {
  await browser?.close();
  pbx?.stop();
  await between.close();
  await stand.end();
});

const open = (view: string) => page.goto(`${pbx.url}/config.php?display=throughline&view=${view}`);
const press = (name: string) => pressOn(page, name);
const field = (name: string) => page.getByLabel(name, { exact: true });
const notices = () => page.locator('.alert').allInnerTexts();
const problems = () => page.locator('.text-danger').allInnerTexts();
const status = async () => (await pbx.consoleAside('status')).said;
const pulled = async () => (await pbx.consoleAside('pull')).said.trim().split('\n');

test('what another administrator saves after the module has looked is not overwritten, but shown', async () => {
  await open('account');
  await field('Global Failover Number').fill('5125550182');
  between.meanwhile = () => api.setAccountFailover(account.id, { number: '5125550181' });
  await press('Update Account Settings');
  expect(await problems()).toEqual([
    'Meanwhile this was changed to 5125550181. Update again to replace that.',
  ]);
  expect(await field('Global Failover Number').inputValue()).toBe('5125550182');
  expect(await status()).toContain('failover number: +15125550181\n');
  await press('Update Account Settings');
  expect(await status()).toContain('failover number: +15125550182\n');
});

test('what another administrator adds to it is kept, and not cleared unseen', async () => {
  await open('account');
  await field('Global Failover Number').fill('5125550183');
  const theirs = { number: '5125550182', backup: 'pbx2.example.com' };
  between.meanwhile = () => api.setAccountFailover(account.id, theirs);
  await press('Update Account Settings');
  expect(await notices()).toContainEqual('The account settings were updated.');
  expect(await status()).toMatch(/number: \+15125550183\nfailover FQDN\/IP: pbx2\.example\.com/);
  between.meanwhile = () => api.setAccountFailover(account.id, { number: '5125550184' });
  await press('Clear Failover');
  expect(await notices()).toContainEqual(expect.stringContaining('Nothing was cleared'));
  expect(await field('Global Failover Number').inputValue()).toBe('5125550184');
  await press('Clear Failover');
  expect(await status()).toMatch(/number: none\nfailover FQDN\/IP: none/);
});

test('of two DIDs, the one that another administrator changes at that moment is shown, the other saved', async () => {
  await open('dids');
  await field(DID).fill('5125550171');
  await field(OTHER).fill('5125550172');
  between.meanwhile = () => api.setDidFailover(DID, { number: '5125550199', backup: 'pbx2.example.com' });
  await press('Update DID Configuration');
  expect(await notices()).toEqual(['1 DID was updated.', expect.stringContaining('1 DID was refused')]);
  expect(await problems()).toEqual([
    'Meanwhile this was changed to 5125550199. Update again to replace that.',
  ]);
  expect(await pulled()).toEqual([
    `${DID}\t+15125550199\tpbx2.example.com`,
    `${OTHER}\t+15125550172\tglobal`,
  ]);
  await press('Update DID Configuration');
  expect(await pulled()).toContain(`${DID}\t+15125550171\tpbx2.example.com`);
});

test('scripts are told, change nothing, and end with a code of their own', async () => {
  between.meanwhile = () => api.setAccountFailover(account.id, { number: '5125550185' });
  expect(await pbx.consoleAside('set-global', '5125550186')).toMatchObject({
    code: 4,
    said: expect.stringContaining('Somebody else changed the same at this moment. Nothing was changed'),
  });
  expect(await status()).toContain('failover number: +15125550185\n');
  between.meanwhile = () => api.setDidFailover(DID, { number: '5125550187' });
  expect(await pbx.consoleAside('set-did', DID, 'global')).toEqual({
    code: 4,
    said: 'Somebody else changed this at the same moment, to 5125550187. Nothing was changed; try again.\n',
  });
  expect(await pbx.consoleAside('set-did', DID, 'global')).toMatchObject({ code: 0 });
});

test('an update whose answer is lost is made once, and its answer is had', async () => {
  await open('dids');
  await field(OTHER).fill('5125550173');
  between.changes.length = 0;
  between.losesNextChange = true;
  await press('Update DID Configuration');
  expect(await notices()).toEqual(['1 DID was updated.']);
  expect(await page.locator('#tl-active li').count()).toBe(2);
  const key = expect.stringMatching(/^"[0-9a-f]{32}"$/);
  expect(between.changes).toEqual([
    { key, status: 200, replayed: false },
    { key, status: 200, replayed: true },
  ]);
  const log = await api.raw('GET', `/audit?target=${encodeURIComponent(OTHER)}&action=failoverChanged`);
  // The one before is that of the test with two DIDs.
  expect(z.object({ entries: z.array(z.unknown()) }).parse(log.body).entries).toHaveLength(2);
});
