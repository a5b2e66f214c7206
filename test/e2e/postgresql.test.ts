import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier, type CarrierCall } from '../../demo/agents/carrier.ts';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Call } from '../../demo/api.ts';
import type { Service } from '../../demo/service.ts';
import { Trace } from '../../demo/trace.ts';
import { failoverChanged } from '../../src/api/schemas/failover.ts';
import { PostgresProcess } from '../support/postgres-process.ts';
import { recordsOf } from './records.ts';
import { hostPort, Stand } from './stand.ts';

const DID = '+15125550101';
const REGISTERED_DID = '+15125550102';
const ELSEWHERE_DID = '+15125550103';
const FIRST = '+15125550150';
const SECOND = '+15125550151';

/** Between two calls, in milliseconds. */
const CALL_EVERY = 25;

let postgres: PostgresProcess;
/** Two processes on one database, with two trunk servers each. */
let one: Stand;
let other: Stand;
let carrier: Carrier;
let gateway: AnsweringAgent;
let pbx: Pbx;
let account = '';
const trace = new Trace();

function stand(net: number, names: readonly [string, string]): Stand {
  const at = (host: number) => ({ address: `127.${net}.0.${host}`, port: 5060 });
  return new Stand(net, {
    database: postgres.url,
    metrics: { address: `127.${net}.0.1`, port: 9464 },
    trunkServers: names.map((name, index) => ({ name, ...at(index + 1) })),
  });
}

beforeAll(async () => {
  postgres = await PostgresProcess.make();
  one = stand(61, ['trunk1', 'trunk2']);
  other = stand(62, ['trunk3', 'trunk4']);
  const { api } = await one.start();
  await other.start();
  carrier = new Carrier(await SipSocket.open('carrier', one.at(10), trace.watch));
  gateway = new AnsweringAgent(await SipSocket.open('gateway', one.at(40), trace.watch), {
    kind: 'answers',
    after: 0,
  });
  await api.createGateway({ name: 'carrier', sources: [one.at(10).address] });
  await api.createGateway({ name: 'phones', address: hostPort(one.at(40)) });
  const delivery = { legCap: 10_000 };
  const created = await api.createAccount({ name: 'unregistered', dids: [DID], delivery });
  account = created.account.id;
  await api.setAccountFailover(account, { number: FIRST });
  const registered = await api.createAccount({ name: 'registered', dids: [REGISTERED_DID] });
  pbx = new Pbx(await SipSocket.open('PBX', one.at(100)), registered.credentials, {
    kind: 'answers',
    after: 0,
  });
});

afterAll(async () => {
  carrier?.close();
  gateway?.close();
  pbx?.close();
  await one?.end();
  await other?.end();
  await postgres?.remove();
});

function dialled({ callId }: CarrierCall): string {
  for (const { agent, message } of trace.ofCall(callId)) {
    if (agent === 'gateway' && message.kind === 'request' && message.method === 'INVITE') {
      return message.uri.slice('sip:'.length, message.uri.indexOf('@'));
    }
  }
  return '';
}

test('a change in one process routes calls in the other within 1 s', async () => {
  await sleep(1_000);
  const before = carrier.call(DID.slice(2), other.trunk1);
  expect((await before.final).status).toBe(200);
  expect(dialled(before)).toBe(FIRST);
  before.bye();
  await one.service.api.setAccountFailover(account, { number: SECOND });
  const changedAt = performance.now();
  let last = FIRST;
  while (last !== SECOND && performance.now() - changedAt < 5_000) {
    const call = carrier.call(DID.slice(2), other.trunk1);
    expect((await call.final).status).toBe(200);
    last = dialled(call);
    call.bye();
    await sleep(20);
  }
  expect(performance.now() - changedAt).toBeLessThan(1_000);
});

test('either process speaks of the trunk servers of both', async () => {
  const seen = async ({ api }: Service) =>
    (await api.trunkServers()).map(({ name, state }) => `${name} ${state}`);
  const all = ['trunk1 running', 'trunk2 running', 'trunk3 running', 'trunk4 running'];
  await expect.poll(() => seen(one.service), { timeout: 5_000 }).toEqual(all);
  await expect.poll(() => seen(other.service), { timeout: 5_000 }).toEqual(all);
  const { revision } = await one.service.api.setAccountFailover(account, { number: FIRST });
  const answer = await other.service.api.raw('GET', `/revisions/${revision}`);
  expect(answer.body).toMatchObject({ active: true, trunkServers: all.map(() => ({ routingBy: revision })) });
  const plan = await other.service.api.raw('GET', `/dids/${encodeURIComponent(DID)}/plan`);
  expect(plan.body).toMatchObject({ trunkServers: all.map(() => ({ failure: null, revision })) });
});

test('the metrics of a process count its calls and name no customer', async () => {
  const call = carrier.call(DID.slice(2), one.trunk1);
  expect((await call.final).status).toBe(200);
  const page = async () => await (await fetch(`http://${one.trunk1.address}:9464/metrics`)).text();
  await expect
    .poll(page, { timeout: 5_000 })
    .toMatch(/^throughline_calls_total\{trunk_server="trunk1",outcome="answered"\} [1-9]/m);
  const text = await page();
  expect(text).toContain('throughline_database_reachable 1\n');
  expect(text).toContain('throughline_trunk_server_state{trunk_server="trunk4",state="running"} 1\n');
  for (const secret of [DID, DID.slice(2), FIRST, account, 'unregistered'])
    expect(text).not.toContain(secret);
  call.bye();
});

test('a process that does not answer is away for the other, and back when it does', async () => {
  const state = async () =>
    (await one.service.api.trunkServers()).find(({ name }) => name === 'trunk3')?.state;
  process.kill(other.service.process.pid, 'SIGSTOP');
  try {
    await expect.poll(state, { timeout: 10_000 }).toBe('away');
    const { revision } = await changedWhileAway();
    const told = async () => (await one.service.api.raw('GET', `/revisions/${revision}`)).body;
    await expect.poll(told).toMatchObject({
      active: false,
      trunkServers: [
        { trunkServer: 'trunk1', routingBy: revision },
        {},
        { routingBy: null, since: null },
        {},
      ],
    });
    const refused = await one.service.api.raw('DELETE', '/trunk-servers/trunk1');
    expect(refused.status).toBe(409);
  } finally {
    process.kill(other.service.process.pid, 'SIGCONT');
  }
  await expect.poll(state, { timeout: 10_000 }).toBe('running');
});

async function changedWhileAway(): Promise<{ revision: number }> {
  const { body } = await one.service.api.raw('PUT', `/accounts/${account}/failover`, { number: FIRST });
  return failoverChanged.parse(body);
}

test('a call that comes to one process is handed to the PBX that is registered with the other', async () => {
  const { api } = one.service;
  const { credentials } = await api.createAccount({ name: 'elsewhere', dids: [ELSEWHERE_DID] });
  const elsewhere = new Pbx(await SipSocket.open('PBX', one.at(101)), credentials, {
    kind: 'answers',
    after: 0,
  });
  try {
    expect(await elsewhere.register(other.trunk2)).toBe(200);
    const call = carrier.call(ELSEWHERE_DID.slice(2), one.trunk1);
    expect((await call.final).status).toBe(200);
    expect(await call.bye()).toBe(200);
    expect(elsewhere.agent.called).toHaveLength(1);
    const warned = async () =>
      (await api.registrations()).find(({ username }) => username === credentials.username)?.warning?.text;
    await expect
      .poll(warned, { timeout: 5_000 })
      .toBe('The PBX is registered with trunk4, but not with trunk1, trunk2 and trunk3.');
  } finally {
    elsewhere.close();
  }
});

test('while the database is away calls and registrations go on, and every record arrives once', async () => {
  const { api } = one.service;
  const calls: CarrierCall[] = [];
  const flow = setInterval(() => {
    const call = carrier.call(DID.slice(2), one.trunk1);
    calls.push(call);
    void call.final.then(() => call.bye());
  }, CALL_EVERY);
  await sleep(1_000);
  await postgres.stop();
  await sleep(1_000);
  expect(await pbx.register(one.trunk1)).toBe(200);
  const refused = await api.raw('POST', '/accounts', { name: 'half done' });
  expect(refused).toMatchObject({ status: 503, body: { code: 'storeUnavailable' } });
  // How the database is reached is nothing for strangers.
  expect(JSON.stringify(refused.body)).toContain('ECONNREFUSED');
  const { http } = one.settings;
  const stranger = await fetch(`http://${http.address}:${http.port}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'jo@example.com', password: 'x' }),
  });
  expect(stranger.status).toBe(503);
  expect(await stranger.text()).not.toMatch(/ECONNREFUSED|127\./);
  await sleep(2_000);
  await postgres.start();
  await sleep(1_000);
  clearInterval(flow);
  const statuses = await Promise.all(calls.map(async ({ final }) => (await final).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(calls.length).toBeGreaterThan(100);
  const placed = new Set(calls.map(({ callId }) => callId));
  const ours = (found: readonly Call[]) => found.filter(({ sipCallId }) => placed.has(sipCallId));
  const records = ours(await recordsOf(api, '', (found) => ours(found).length >= calls.length));
  expect(records).toHaveLength(calls.length);
  expect(new Set(records.map(({ sipCallId }) => sipCallId)).size).toBe(calls.length);
  const bindings = (await api.registrations()).flatMap(({ trunkServers }) =>
    trunkServers.flatMap((at) => at.bindings),
  );
  expect(bindings).toHaveLength(2);
  expect(JSON.stringify(await api.raw('GET', '/accounts'))).not.toContain('half done');
  const registered = carrier.call(REGISTERED_DID.slice(2), one.trunk1);
  expect((await registered.final).status).toBe(200);
  registered.bye();
});
