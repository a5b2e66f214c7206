import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier } from '../../demo/agents/carrier.ts';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Api } from '../../demo/api.ts';
import { describeAttempt } from '../../demo/attempts.ts';
import { Trace } from '../../demo/trace.ts';
import { onlyRecord } from './records.ts';
import { hostPort, Stand } from './stand.ts';

const NUMBER = '+15125550150';

const stand = new Stand(36);
const trace = new Trace();
let api: Api;
let carrier: Carrier;
let gateway: AnsweringAgent;

beforeAll(async () => {
  ({ api } = await stand.start());
  carrier = new Carrier(await SipSocket.open('carrier', stand.at(10), trace.watch));
  gateway = new AnsweringAgent(await SipSocket.open('gateway', stand.at(40), trace.watch), {
    kind: 'answers',
    after: 0,
  });
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  await api.createGateway({ name: 'phones', address: hostPort(stand.at(40)) });
});

afterAll(async () => {
  carrier?.close();
  gateway?.close();
  await stand.end();
});

/** Calls, hangs up after the answer, and returns how long the INVITE took from the carrier to the gateway, in ms. */
async function callOnce(did: string): Promise<number> {
  const call = carrier.call(did.slice(2), stand.trunk1);
  expect((await call.final).status).toBe(200);
  expect(await call.bye()).toBe(200);
  const sightings = trace.ofCall(call.callId);
  const arrived = sightings.find(({ agent, direction }) => agent === 'gateway' && direction === 'received');
  return (arrived?.at ?? Number.NaN) - (sightings[0]?.at ?? Number.NaN);
}

test('an unregistered PBX: the number is called within 20 ms', async () => {
  const did = '+15125550101';
  const created = await api.createAccount({ name: 'unregistered', dids: [did] });
  await api.setAccountFailover(created.account.id, { number: NUMBER });
  const taken: number[] = [];
  for (let calls = 0; calls < 20; calls += 1) taken.push(await callOnce(did));
  taken.sort((a, b) => a - b);
  // The median: a single call may meet a machine that is busy with something else.
  expect(taken[10]).toBeLessThan(20);
});

test('a silent PBX: the number is ringing 4 s after the INVITE', async () => {
  const did = '+15125550102';
  const created = await api.createAccount({ name: 'silent', dids: [did] });
  await api.setAccountFailover(created.account.id, { number: NUMBER });
  const socket = await SipSocket.open('PBX', stand.at(20), trace.watch);
  const pbx = new Pbx(socket, created.credentials, { kind: 'answers', after: 0 });
  try {
    expect(await pbx.register(stand.trunk1)).toBe(200);
    pbx.agent.behaviour = { kind: 'silent' };
    const call = carrier.call(did.slice(2), stand.trunk1);
    expect((await call.final).status).toBe(200);
    expect(call.ringingAfter).toBeGreaterThan(3_700);
    expect(call.ringingAfter).toBeLessThan(4_300);
    expect(await call.bye()).toBe(200);
    const invites = trace
      .ofCall(call.callId)
      .filter(({ agent, message }) => agent === 'PBX' && message.kind === 'request');
    // RFC 3261 17.1.1.2: Timer A doubles from T1.
    const first = invites[0]?.at ?? 0;
    const after = invites.map(({ at }) => Math.round((at - first) / 100) / 10);
    expect(after).toEqual([0, 0.5, 1.5, 3.5]);
  } finally {
    pbx.close();
  }
});

test('a backup PBX whose process is gone (ICMP): the number rings without the wait for a response', async () => {
  const did = '+15125550103';
  const created = await api.createAccount({ name: 'gone', dids: [did] });
  await api.setAccountFailover(created.account.id, { backup: hostPort(stand.at(30)), number: NUMBER });
  const call = carrier.call(did.slice(2), stand.trunk1);
  expect((await call.final).status).toBe(200);
  expect(call.ringingAfter).toBeLessThan(1_000);
  expect(await call.bye()).toBe(200);
  const { attempts } = await onlyRecord(api, did);
  expect(attempts.map(describeAttempt)).toEqual([
    'registered: skipped notRegistered',
    'backup of account: unreachable icmp',
    'number of account: answered',
  ]);
});
