// Pictures of each page of the portal, light and dark, desk and phone, in screenshots/, which is not committed.
// Those of the documents lie in docs/pictures/: copy them there by hand when the pages have changed.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { startService } from '../demo/service.ts';

const INTO = resolve(import.meta.dirname, '../screenshots');
const HTTP = { address: '127.97.0.1', port: 8080 };
const SIZES = { desk: { width: 1000, height: 700 }, phone: { width: 390, height: 844 } };

const folder = mkdtempSync(join(tmpdir(), 'throughline-screenshots-'));
mkdirSync(INTO, { recursive: true });
const service = await startService({
  folder,
  http: HTTP,
  trunkServers: [
    { name: 'trunk1', address: '127.97.0.1', port: 5060 },
    { name: 'trunk2', address: '127.97.0.2', port: 5060 },
  ],
});
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const { api, key } = service;
  await api.createGateway({ name: 'carrier', sources: ['192.0.2.0/24'], address: '192.0.2.1:5060' });
  const dids = Array.from({ length: 200 }, (_, index) => `+1512555${`${index}`.padStart(4, '0')}`);
  const { account } = await api.createAccount({ name: 'Acme', dids });
  await api.setAccountFailover(account.id, { number: '+13035550123' });
  await api.setDidFailover('+15125550002', { number: '+13035550177' });
  const own = `/accounts/${account.id}`;
  const pages = {
    start: '/start',
    accounts: '/accounts',
    gateways: '/gateways',
    'trunk-servers': '/trunk-servers',
    'my-account': `${own}/settings`,
    registration: `${own}/registration`,
    dids: `${own}/dids`,
    plan: `${own}/dids/+15125550002`,
    calls: `${own}/calls`,
    keys: `${own}/keys`,
  };
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const origin = `http://${HTTP.address}:${HTTP.port}`;
      await page.goto(origin);
      await page.getByRole('button', { name: 'Log in with an API key' }).click();
      await page.getByLabel('Operator key or API key').fill(key);
      await page.getByRole('button', { name: 'Log in', exact: true }).click();
      await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(origin + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
        await page.screenshot({ path: join(INTO, `${name}-${colorScheme}-${size}.png`) });
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await service.process.stop();
  rmSync(folder, { recursive: true, force: true });
}
