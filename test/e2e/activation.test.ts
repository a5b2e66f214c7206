import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier, type CarrierCall } from '../../demo/agents/carrier.ts';
import { type Address, SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Api } from '../../demo/api.ts';
import { Trace } from '../../demo/trace.ts';
import { hostPort, Stand } from './stand.ts';

const DID = '+15125550101';
/** One for each change, so that a call tells by which of them it was routed. */
const NUMBERS = ['+15125550150', '+15125550151', '+15125550152', '+15125550153', '+15125550154'];

/** Between two calls at one trunk server, and between two changes of the settings, in milliseconds. */
const CALL_EVERY = 25;
const CHANGE_EVERY = 1_500;

const stand = new Stand(35);
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

interface Placed {
  readonly at: number;
  readonly trunkServer: string;
  readonly call: CarrierCall;
}

/** The number that a call was sent to. */
function dialled({ callId }: CarrierCall): string {
  for (const { agent, message } of trace.ofCall(callId)) {
    if (agent === 'gateway' && message.kind === 'request' && message.method === 'INVITE') {
      return message.uri.slice('sip:'.length, message.uri.indexOf('@'));
    }
  }
  return '';
}

test('changed settings route the next call within 1 s on both trunk servers while calls flow', async () => {
  const delivery = { legCap: 10_000 };
  const { account } = await api.createAccount({ name: 'changing', dids: [DID], delivery });
  const placed: Placed[] = [];
  const flow = (name: string, trunkServer: Address) =>
    setInterval(() => {
      const call = carrier.call(DID.slice(2), trunkServer);
      placed.push({ at: performance.now(), trunkServer: name, call });
      void call.final.then(() => call.bye());
    }, CALL_EVERY);
  const flows: NodeJS.Timeout[] = [];
  /** When each of the numbers was set. */
  const setAt: number[] = [];
  try {
    for (const number of NUMBERS) {
      setAt.push(performance.now());
      await api.setAccountFailover(account.id, { number });
      if (flows.length === 0) flows.push(flow('trunk1', stand.trunk1), flow('trunk2', stand.trunk2));
      await sleep(CHANGE_EVERY);
    }
  } finally {
    for (const each of flows) clearInterval(each);
  }

  const statuses = await Promise.all(placed.map(async ({ call }) => (await call.final).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  for (const name of ['trunk1', 'trunk2']) {
    const calls = placed.filter(({ trunkServer }) => trunkServer === name);
    expect(calls.length).toBeGreaterThan(100);
    expect(new Set(calls.map(({ call }) => dialled(call)))).toEqual(new Set(NUMBERS));
    /** How long after a change a call still went by the settings before it, in milliseconds. */
    const lateness = calls.map(({ at, call }) => {
      const replacedAt = setAt[NUMBERS.indexOf(dialled(call)) + 1];
      return replacedAt === undefined ? 0 : at - replacedAt;
    });
    expect(Math.max(...lateness)).toBeLessThan(1_000);
  }
});
