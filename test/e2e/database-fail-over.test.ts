import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier, type CarrierCall } from '../../demo/agents/carrier.ts';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Api } from '../../demo/api.ts';
import { changed } from '../endurance/two-processes.ts';
import { MovableAddress } from '../support/movable-address.ts';
import { PostgresProcess } from '../support/postgres-process.ts';
import { recordsOf } from './records.ts';
import { hostPort, Stand } from './stand.ts';

const DID = '+15125550101';
const CHANGED_DID = '+15125550102';
const NUMBER = '+15125550150';
const CALL_EVERY = 25;

const path = `/dids/${encodeURIComponent(CHANGED_DID)}/failover`;
const numberOf = (change: number): string => `+1512557${String(change).padStart(4, '0')}`;

let primary: PostgresProcess;
let standby: PostgresProcess | undefined;
let address: MovableAddress;
let one: Stand;
let other: Stand;
let carrier: Carrier;
let gateway: AnsweringAgent;
let pbx: Pbx;

function stand(net: number, name: string, port: number): Stand {
  return new Stand(net, {
    database: `postgres://throughline@127.0.0.1:${port}/postgres`,
    trunkServers: [{ name, address: `127.${net}.0.1`, port: 5060 }],
  });
}

beforeAll(async () => {
  primary = await PostgresProcess.make();
  address = await MovableAddress.open(primary.port);
  one = stand(68, 'trunk1', address.port);
  other = stand(69, 'trunk2', address.port);
  const { api } = await one.start();
  await other.start();
  carrier = new Carrier(await SipSocket.open('carrier', one.at(10)));
  gateway = new AnsweringAgent(await SipSocket.open('gateway', one.at(40)), { kind: 'answers', after: 0 });
  await api.createGateway({ name: 'carrier', sources: [one.at(10).address] });
  await api.createGateway({ name: 'phones', address: hostPort(one.at(40)) });
  const delivery = { legCap: 10_000 };
  const { account, credentials } = await api.createAccount({
    name: 'steady',
    dids: [DID, CHANGED_DID],
    delivery,
  });
  await api.setAccountFailover(account.id, { number: NUMBER });
  pbx = new Pbx(await SipSocket.open('PBX', one.at(100)), credentials, { kind: 'answers', after: 0 });
});

afterAll(async () => {
  carrier?.close();
  gateway?.close();
  pbx?.close();
  await one?.end();
  await other?.end();
  await address?.close();
  await standby?.remove();
  await primary?.remove();
});

test('the primary is lost and a synchronous standby takes over: nothing that was confirmed is lost', async () => {
  standby = await primary.standby();
  const { api } = one.service;
  expect(await pbx.register(one.trunk1)).toBe(200);
  const calls: CarrierCall[] = [];
  const flow = setInterval(() => {
    const call = carrier.call(DID.slice(2), calls.length % 2 === 0 ? one.trunk1 : other.trunk1);
    calls.push(call);
    void call.final.then(() => call.bye());
  }, CALL_EVERY);
  let changing = true;
  let acknowledged = -1;
  let underWay = 0;
  const refused = new Set<number>();
  const changes = (async () => {
    for (; changing; underWay += 1) {
      const answer = await api.raw('PUT', path, { number: numberOf(underWay) });
      if (answer.status === 200) acknowledged = underWay;
      else refused.add(answer.status);
      await sleep(10);
    }
  })();
  await sleep(1_500);
  await primary.kill();
  await sleep(1_000);
  await standby.promote();
  address.moveTo(standby.port);
  await expect.poll(async () => (await api.raw('GET', '/accounts')).status, { timeout: 10_000 }).toBe(200);
  changing = false;
  await changes;
  const found = JSON.stringify((await api.raw('GET', path)).body);
  expect([...refused]).toEqual([503]);
  expect(acknowledged).toBeGreaterThan(10);
  // What was answered with an error may have been made all the same, as over any connection that breaks.
  const possible = [...Array(underWay + 1).keys()].slice(acknowledged).map(numberOf);
  expect(possible.some((number) => found.includes(number))).toBe(true);

  await sleep(1_000);
  clearInterval(flow);
  const statuses = await Promise.all(calls.map(async ({ final }) => (await final).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(calls.length).toBeGreaterThan(100);
  const records = await recordsOf(api, `did=${encodeURIComponent(DID)}`, (all) => all.length >= calls.length);
  expect(records.map(({ sipCallId }) => sipCallId).toSorted()).toEqual(
    calls.map(({ callId }) => callId).toSorted(),
  );
  const bindings = (await api.registrations()).flatMap(({ trunkServers }) =>
    trunkServers.flatMap((at) => at.bindings),
  );
  expect(bindings).toHaveLength(1);
});

test('after it, changes of one process are told to the other as before', async () => {
  const revision = await changed(one.service, 'PUT', path, { number: NUMBER });
  await other.service.api.active(revision);
  const answer = await other.service.api.raw('GET', `/revisions/${revision}`);
  expect(answer.body).toMatchObject({ active: true, trunkServers: [{ lags: false }, { lags: false }] });
});

test('a copy that pg_dump makes while the service runs brings everything back in another database', async () => {
  if (standby === undefined) throw new Error('only after the first test');
  const database = await standby.copy('restored');
  const restored = new Stand(70, {
    database,
    trunkServers: [{ name: 'trunk1', address: '127.70.0.1', port: 5060 }],
  });
  try {
    const { api } = await restored.start();
    const all = async (from: Api) => [
      await from.raw('GET', '/accounts'),
      await from.raw('GET', path),
      (await from.registrations()).flatMap(({ trunkServers }) =>
        trunkServers.flatMap((at) => at.bindings.map(({ contact }) => contact)),
      ),
      (await from.calls('')).length,
    ];
    expect(await all(api)).toEqual(await all(one.service.api));
  } finally {
    await restored.end();
  }
});
