import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { FreePbxStandIn, pressOn, selfSigned } from './freepbx-stand-in.ts';

const RIGHT = '127.125.0.1';
const WRONG = '127.125.0.2';
const folder = mkdtempSync(join(tmpdir(), 'throughline-freepbx-'));
const servers: Server[] = [];
const asked: (string | undefined)[] = [];
let pbx: FreePbxStandIn;
let browser: Browser;
let page: Page;

/** Both have a certificate for the first. */
beforeAll(async () => {
  const certificate = selfSigned(`IP:${RIGHT}`);
  const authorities = join(folder, 'authorities.pem');
  writeFileSync(authorities, certificate.cert);
  for (const address of [RIGHT, WRONG]) {
    const server = createServer(certificate, (request, response) => {
      asked.push(request.headers.authorization);
      if (request.url === '/elsewhere/api/v1/account') {
        response.writeHead(302, { location: `https://${RIGHT}:8443/api/v1/account` });
      } else {
        response.writeHead(200, { 'content-type': 'application/json' });
      }
      response.end(request.url?.endsWith('/account') ? '{"name":"Florist"}' : '{"entries":[]}');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(8443, address, resolve));
  }
  pbx = await FreePbxStandIn.start(folder, '127.125.0.50', authorities);
  browser = await openBrowser();
  page = await browser.newPage();
});

afterAll(async () => {
  await browser?.close();
  pbx?.stop();
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

async function tryConnection(url: string): Promise<readonly string[]> {
  asked.length = 0;
  await page.goto(`${pbx.url}/config.php?display=throughline&view=setup`);
  await page.getByLabel('Service URL').fill(url);
  await page.getByLabel('API key of the account').fill('tl_secret');
  await pressOn(page, 'Test connection');
  return page.locator('.alert').allInnerTexts();
}

test('a certificate of somebody who is trusted, for this host, is taken', async () => {
  expect(await tryConnection(`https://${RIGHT}:8443`)).toEqual([
    expect.stringContaining('Connected as account “Florist”'),
  ]);
  expect(asked[0]).toBe('Bearer tl_secret');
});

test('a certificate for another host is refused before the key is sent', async () => {
  expect(await tryConnection(`https://${WRONG}:8443`)).toEqual([
    expect.stringContaining(`The certificate of ${WRONG} cannot be trusted`),
  ]);
  expect(asked).toEqual([]);
});

test('the key does not follow a redirect', async () => {
  expect(await tryConnection(`https://${RIGHT}:8443/elsewhere`)).toEqual([
    expect.stringContaining('is not Throughline (HTTP status 302)'),
  ]);
  expect(asked).toHaveLength(1);
});

test('where nothing listens, that is said', async () => {
  expect(await tryConnection(`https://${RIGHT}:8444`)).toEqual([
    expect.stringContaining(`${RIGHT} cannot be reached`),
  ]);
});
