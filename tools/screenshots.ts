// Pictures of each page of the portal, light and dark, desk and phone, in screenshots/, which is not committed, and how
// long each page took until it could be used. Those of the documents lie in docs/pictures/: copy them there by hand
// when the pages have changed. `npm run screenshots -- light desk` takes those alone.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { AnsweringAgent } from '../demo/agents/answering-agent.ts';
import { Carrier } from '../demo/agents/carrier.ts';
import { Pbx } from '../demo/agents/pbx.ts';
import { type Address, SipSocket } from '../demo/agents/sip-socket.ts';
import { type Service, startService } from '../demo/service.ts';

const INTO = resolve(import.meta.dirname, '../screenshots');
const NET = '127.97.0';
const at = (host: number): Address => ({ address: `${NET}.${host}`, port: 5060 });
const HTTP = { address: `${NET}.1`, port: 8080 };
const ORIGIN = `http://${HTTP.address}:${HTTP.port}`;
const SIZES = { desk: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } } as const;
const DIDS = 200;
const [onlyScheme, onlySize] = process.argv.slice(2);

/** A page, and what is clicked there before the picture is taken. */
interface Picture {
  readonly path: string;
  readonly click?: string;
}

/** A service with a carrier, PBXs, calls that were saved and one that was not. */
async function populate({ api }: Service): Promise<Record<string, Picture>> {
  const carrier = new Carrier(await SipSocket.open('carrier', at(10)));
  const phones = new AnsweringAgent(await SipSocket.open('phones', at(40)), { kind: 'answers', after: 300 });
  await api.createGateway({
    name: 'carrier-east',
    sources: [at(10).address],
    address: `${at(40).address}:5060`,
  });
  await api.createGateway({
    name: 'carrier-west',
    sources: ['192.0.2.0/24'],
    address: 'sip.west.example',
    priority: 20,
  });
  const dids = Array.from({ length: DIDS }, (_, index) => `+1512555${`${index}`.padStart(4, '0')}`);
  const acme = await api.createAccount({ name: 'Acme Dental Group', dids });
  const bakery = await api.createAccount({ name: 'Example Bakery', dids: ['+15125559000'] });
  const closed = await api.createAccount({ name: 'Northside Realty', dids: ['+15125559100'] });
  await api.changeAccount(closed.account.id, { suspended: true });
  const { id } = acme.account;
  await api.setAccountFailover(id, { number: '+13035550123', backup: 'pbx2.example.com' });
  await api.setDidFailover('+15125550002', { number: '+13035550177' });
  await api.raw('POST', `/accounts/${id}/users`, { email: 'jo@acme.example', role: 'owner' });
  await api.raw('POST', `/accounts/${id}/users`, { email: 'al@acme.example', role: 'viewer' });
  await api.raw('POST', `/accounts/${id}/keys`, { name: 'FreePBX', access: 'failover' });
  await api.raw('POST', '/users', { email: 'ops@example.com', role: 'operator' });
  const pbx = new Pbx(await SipSocket.open('PBX', at(100)), acme.credentials, {
    kind: 'answers',
    after: 400,
  });
  const oven = new Pbx(await SipSocket.open('oven', at(101)), bakery.credentials, {
    kind: 'answers',
    after: 400,
  });
  const call = async (did: string, trunkServer: Address): Promise<void> => {
    const made = carrier.call(did, trunkServer, '+15125550199');
    if ((await made.final).status !== 200) return;
    await new Promise((wait) => setTimeout(wait, 600));
    await made.bye();
  };
  for (const server of [at(1), at(2)]) await pbx.register(server);
  await call('5125550000', at(1));
  await call('5125550001', at(2));
  await call('5125559000', at(1));
  await pbx.register(at(1), 0);
  await call('5125550002', at(1));
  await oven.register(at(2));
  // Handed over from trunk1 to trunk2.
  await call('5125559000', at(1));
  for (const agent of [carrier, phones, pbx, oven]) agent.close();
  const own = `/accounts/${id}`;
  return {
    overview: { path: '/overview' },
    start: { path: '/start' },
    accounts: { path: '/accounts' },
    'all-dids': { path: '/dids' },
    'all-calls': { path: '/calls' },
    gateways: { path: '/gateways' },
    'trunk-servers': { path: '/trunk-servers' },
    policy: { path: '/policy' },
    'whole-audit': { path: '/audit' },
    operators: { path: '/users' },
    'operator-keys': { path: '/keys' },
    security: { path: '/security' },
    'my-account': { path: `${own}/settings` },
    registration: { path: `${own}/registration` },
    dids: { path: `${own}/dids` },
    configure: { path: `${own}/dids`, click: 'Configure +15125550002' },
    plan: { path: `${own}/dids/+15125550002` },
    calls: { path: `${own}/calls` },
    ladder: { path: `/accounts/${bakery.account.id}/calls`, click: ':' },
    audit: { path: `${own}/audit` },
    users: { path: `${own}/users` },
    keys: { path: `${own}/keys` },
  };
}

/** A person who logs in: some pages are for people alone. */
async function logIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto(ORIGIN);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
}

async function take(page: Page, { path, click }: Picture, file: string): Promise<number> {
  const began = performance.now();
  await page.goto(ORIGIN + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
  const took = performance.now() - began;
  await page.getByText('Live', { exact: true }).waitFor();
  if (click !== undefined) {
    await page.getByRole('button', { name: click }).first().click();
    await page.getByRole('dialog').waitFor();
  }
  await page.screenshot({ path: join(INTO, file) });
  return took;
}

async function takeAll(
  browser: Browser,
  pictures: Record<string, Picture>,
  login: readonly [string, string],
) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      if ((onlyScheme ?? colorScheme) !== colorScheme || (onlySize ?? size) !== size) continue;
      const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(ORIGIN);
      await page.getByRole('heading', { name: 'Log in', level: 1 }).waitFor();
      await page.screenshot({ path: join(INTO, `log-in-${colorScheme}-${size}.png`) });
      await logIn(page, ...login);
      for (const [name, picture] of Object.entries(pictures)) {
        const took = await take(page, picture, `${name}-${colorScheme}-${size}.png`);
        console.log(`${name} ${colorScheme} ${size}: usable after ${took.toFixed(0)} ms`);
      }
      await context.close();
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'throughline-screenshots-'));
mkdirSync(INTO, { recursive: true });
const service = await startService({
  folder,
  http: HTTP,
  trunkServers: [
    { name: 'trunk1', ...at(1) },
    { name: 'trunk2', ...at(2) },
  ],
  more: { policy: { allowedCountries: ['CA'], blockedPrefixes: ['+1876'] } },
});
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const login = ['operator@example.com', 'correct horse battery staple'] as const;
  let setup: string | undefined;
  while (setup === undefined) {
    await new Promise((wait) => setTimeout(wait, 50));
    setup = /http\S+\/setup\/(\S+)/.exec(service.process.output)?.[1];
  }
  await fetch(`${ORIGIN}/api/v1/setup/${setup}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: login[0], password: login[1] }),
  });
  await takeAll(browser, await populate(service), login);
} finally {
  await browser.close();
  await service.process.stop();
  rmSync(folder, { recursive: true, force: true });
}
