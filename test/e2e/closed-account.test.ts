import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Carrier } from '../../demo/agents/carrier.ts';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Api } from '../../demo/api.ts';
import { hostPort, Stand } from './stand.ts';

const DID = '+15125550101';

const stand = new Stand(72);
let api: Api;
let carrier: Carrier;
const pbxs: Pbx[] = [];

beforeAll(async () => {
  ({ api } = await stand.start());
  carrier = new Carrier(await SipSocket.open('carrier', stand.at(10)));
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
});

afterAll(async () => {
  carrier?.close();
  for (const pbx of pbxs) pbx.close();
  await stand.end();
});

/** An account with the DID, and its PBX registered with both trunk servers. */
async function customer(name: string, host: number) {
  const { account, credentials } = await api.createAccount({ name, dids: [DID] });
  const pbx = new Pbx(await SipSocket.open(name, stand.at(host)), credentials, { kind: 'answers', after: 0 });
  pbxs.push(pbx);
  for (const trunkServer of [stand.trunk1, stand.trunk2]) {
    expect(await pbx.register(trunkServer)).toBe(200);
  }
  return { account, pbx };
}

/** Waits until a change over the API is active on every trunk server, which is within 1 s or an error. */
async function change(method: string, path: string, body: unknown): Promise<void> {
  const answer = await api.raw(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  await api.active(z.object({ revision: z.int() }).parse(answer.body).revision);
}

test('a closed account: calls and registrations end within 1 s, the call that is up does not, and its DID is free', async () => {
  const { account, pbx } = await customer('Leaving', 20);
  const up = carrier.call(DID.slice(2), stand.trunk1);
  expect((await up.final).status).toBe(200);

  await change('PATCH', `/accounts/${account.id}`, { suspended: true });
  await change('POST', `/accounts/${account.id}/close`, { name: 'Leaving' });
  for (const trunkServer of [stand.trunk1, stand.trunk2]) {
    expect((await carrier.call(DID.slice(2), trunkServer).final).status).toBe(404);
    // As for any user name that nobody has: the answer does not tell that there was one.
    expect(await pbx.register(trunkServer)).toBe(401);
  }
  expect(await api.registrations()).toEqual([]);
  expect(pbx.agent.called).toHaveLength(1);
  expect(await up.bye()).toBe(200);

  const next = await customer('Coming', 21);
  for (const trunkServer of [stand.trunk1, stand.trunk2]) {
    const call = carrier.call(DID.slice(2), trunkServer);
    expect((await call.final).status).toBe(200);
    expect(await call.bye()).toBe(200);
  }
  expect(next.pbx.agent.called.map((uri) => uri.slice(uri.indexOf('@') + 1))).toEqual(
    Array(2).fill(`${hostPort(stand.at(21))};line=demo`),
  );
  expect(pbx.agent.called).toHaveLength(1);
});
