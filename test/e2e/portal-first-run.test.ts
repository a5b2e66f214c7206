import { expect, onTestFinished, test } from 'vitest';
import { Carrier } from '../../demo/agents/carrier.ts';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import { logInWithKey, newPage, openBrowser, portalOf } from './browser.ts';
import { Stand } from './stand.ts';

test('an operator comes from nothing to the first delivered call on one page', async () => {
  const stand = new Stand(96);
  const { key } = await stand.start();
  onTestFinished(() => stand.end());
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  const page = await newPage(browser);
  await logInWithKey(page, portalOf(stand), key, 'Set up');

  const gateway = page.getByRole('region', { name: '1. A gateway' });
  await gateway.getByLabel('Name').fill('carrier');
  await gateway.getByLabel('Its calls come from').fill(stand.at(10).address);
  await gateway.getByRole('button', { name: 'Add gateway' }).click();
  await gateway.getByText('done', { exact: true }).waitFor();

  const account = page.getByRole('region', { name: '2. An account' });
  await account.getByLabel('Name').fill('Acme');
  await account.getByLabel('DIDs').fill('512-555-0101');
  await account.getByRole('button', { name: 'Create account' }).click();
  await account.getByText('This password is shown only now.').waitFor();
  await account.getByText('done', { exact: true }).waitFor();

  // As a person copies it.
  const settings = (await account.getByRole('region', { name: 'FreePBX' }).textContent()) ?? '';
  const username = /Username: (\S+)/.exec(settings)?.[1] ?? '';
  const password = /Secret: (\S+)/.exec(settings)?.[1] ?? '';
  const socket = await SipSocket.open('PBX', stand.at(100));
  const pbx = new Pbx(socket, { username, password }, { kind: 'answers', after: 0 });
  onTestFinished(() => pbx.close());
  for (const server of [stand.trunk1, stand.trunk2]) expect(await pbx.register(server)).toBe(200);
  await page.getByRole('region', { name: '3. Register' }).getByText('done', { exact: true }).waitFor();

  const carrier = new Carrier(await SipSocket.open('carrier', stand.at(10)));
  onTestFinished(() => carrier.close());
  const call = carrier.call('5125550101', stand.trunk1);
  expect((await call.final).status).toBe(200);
  expect(await call.bye()).toBe(200);
  await page.getByText('The first call to (512) 555-0101 was delivered.').waitFor();
});
