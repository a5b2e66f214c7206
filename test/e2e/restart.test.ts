import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier } from '../../demo/agents/carrier.ts';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Api } from '../../demo/api.ts';
import { hostPort, Stand } from './stand.ts';

const PBXS = 30;

const stand = new Stand(37, { digestAlgorithms: ['SHA-256'] });
const pbxs: Pbx[] = [];
let api: Api;
let carrier: Carrier;

const did = (index: number): string => `+151255502${String(index).padStart(2, '0')}`;

beforeAll(async () => {
  ({ api } = await stand.start());
  carrier = new Carrier(await SipSocket.open('carrier', stand.at(10)));
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  for (let index = 0; index < PBXS; index += 1) {
    const { credentials } = await api.createAccount({ name: `customer ${index}`, dids: [did(index)] });
    const socket = await SipSocket.open('PBX', stand.at(100 + index));
    pbxs.push(new Pbx(socket, credentials, { kind: 'answers', after: 0 }));
  }
});

afterAll(async () => {
  for (const pbx of pbxs) pbx.close();
  carrier?.close();
  await stand.end();
});

/** The host:port of every Contact that a trunk server has bound. */
async function boundAt(name: string): Promise<readonly string[]> {
  const registrations = await api.registrations();
  const bindings = registrations.flatMap(({ trunkServers }) =>
    trunkServers.flatMap((at) => (at.trunkServer === name ? at.bindings : [])),
  );
  return bindings.map(({ contact }) => /@([\d.:]+)/.exec(contact)?.[1] ?? contact).sort();
}

test('kill -9 right after the last REGISTER was confirmed: every binding is there, and calls reach it', async () => {
  const statuses = await Promise.all(pbxs.map((pbx) => pbx.register(stand.trunk1)));
  await stand.service.process.kill();
  expect(new Set(statuses)).toEqual(new Set([200]));
  ({ api } = await stand.start());
  expect(await boundAt('trunk1')).toEqual(pbxs.map(({ agent }) => agent.socket.hostPort).sort());
  for (const [index, pbx] of pbxs.entries()) {
    const call = carrier.call(did(index).slice(2), stand.trunk1);
    expect((await call.final).status).toBe(200);
    expect(await call.bye()).toBe(200);
    expect(pbx.agent.called).toHaveLength(1);
  }
});

test('kill -9 right after a PBX unregistered: its binding does not come back', async () => {
  const [pbx] = pbxs;
  const status = await pbx?.register(stand.trunk1, 0);
  await stand.service.process.kill();
  expect(status).toBe(200);
  ({ api } = await stand.start());
  expect(await boundAt('trunk1')).toHaveLength(PBXS - 1);
});

test('established calls survive a restart: BYE passes from either side afterwards', async () => {
  const endedByCaller = carrier.call(did(1).slice(2), stand.trunk1);
  const endedByPbx = carrier.call(did(2).slice(2), stand.trunk1);
  expect((await endedByCaller.final).status).toBe(200);
  expect((await endedByPbx.final).status).toBe(200);
  await stand.service.process.kill();
  ({ api } = await stand.start());
  expect(await endedByCaller.bye()).toBe(200);
  expect(await pbxs[2]?.agent.hangUp()).toBe(200);
  expect(endedByPbx.hungUp).toBe(true);
});

test('an orderly stop answers with code 0 and keeps every binding, too', async () => {
  const ending = await stand.service.process.stop();
  expect({ code: ending.code, signal: ending.signal }).toEqual({ code: 0, signal: null });
  ({ api } = await stand.start());
  expect(await boundAt('trunk1')).toHaveLength(PBXS - 1);
});

test('the settings are there after kill -9, as soon as the API has confirmed them', async () => {
  const gateway = new AnsweringAgent(await SipSocket.open('gateway', stand.at(40)), {
    kind: 'answers',
    after: 0,
  });
  try {
    const { account } = await api.createAccount({ name: 'late', dids: ['+15125550300'] });
    await api.createGateway({ name: 'phones', address: hostPort(stand.at(40)) });
    const path = `/accounts/${account.id}/failover`;
    const answer = await api.raw('PUT', path, { number: '+15125550150' });
    await stand.service.process.kill();
    expect(answer.status).toBe(200);
    ({ api } = await stand.start());
    const call = carrier.call('5125550300', stand.trunk2);
    expect((await call.final).status).toBe(200);
    expect(await call.bye()).toBe(200);
    expect(gateway.called).toHaveLength(1);
  } finally {
    gateway.close();
  }
});
