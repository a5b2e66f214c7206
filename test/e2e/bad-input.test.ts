import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier } from '../../demo/agents/carrier.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import { messageText, newBranch, token } from '../../demo/agents/text.ts';
import type { Api } from '../../demo/api.ts';
import { hostPort, Stand } from './stand.ts';

const DID = '+15125550101';
const NUMBER = '+15125550150';

const stand = new Stand(38);
let api: Api;
let account: string;
let carrier: Carrier;
let gateway: AnsweringAgent;
let stranger: Carrier;
let raw: Socket;

beforeAll(async () => {
  ({ api } = await stand.start());
  carrier = new Carrier(await SipSocket.open('carrier', stand.at(10)));
  stranger = new Carrier(await SipSocket.open('stranger', stand.at(66)));
  gateway = new AnsweringAgent(await SipSocket.open('gateway', stand.at(40)), { kind: 'answers', after: 0 });
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  await api.createGateway({ name: 'phones', address: hostPort(stand.at(40)) });
  const created = await api.createAccount({ name: 'normal', dids: [DID] });
  account = created.account.id;
  await api.setAccountFailover(account, { number: NUMBER });
  raw = createSocket('udp4').bind(5080, stand.at(10).address);
  await once(raw, 'listening');
});

afterAll(async () => {
  raw?.close();
  carrier?.close();
  stranger?.close();
  gateway?.close();
  await stand.end();
});

/** A call goes its way through each trunk server. */
async function expectNormalCalls(): Promise<void> {
  for (const trunkServer of [stand.trunk1, stand.trunk2]) {
    const call = carrier.call(DID.slice(2), trunkServer);
    expect((await call.final).status).toBe(200);
    expect(await call.bye()).toBe(200);
  }
  expect(stand.service.process.hasEnded).toBe(false);
}

describe('calls that are none of ours', () => {
  test('an unknown DID: 404', async () => {
    const call = carrier.call('5125550999', stand.trunk1);
    expect((await call.final).status).toBe(404);
  });

  test('from an address that is no gateway: 403, whatever the number', async () => {
    for (const number of [DID.slice(2), '5125550999', NUMBER]) {
      const call = stranger.call(number, stand.trunk1);
      expect((await call.final).status).toBe(403);
    }
    expect(gateway.called).toEqual([]);
  });

  test.each(['INVITE', 'BYE', 'MESSAGE', 'UPDATE', 'ACK'])(
    'a stranger cannot have a %s sent on with a Route or a To tag of his own',
    async (method) => {
      const { address, port } = gateway.socket;
      const target = hostPort(gateway.socket);
      const socket = await SipSocket.open('forger', stand.at(67));
      const reached: string[] = [];
      const victim = await SipSocket.open('victim', stand.at(41));
      victim.onMessage = (message) => reached.push(message.text);
      try {
        for (const [uri, route] of [
          [`sip:x@${hostPort(stand.at(41))}`, `<sip:${hostPort(stand.trunk1)};lr>`],
          [`sip:x@${target}`, `<sip:${hostPort(stand.trunk1)};lr>, <sip:${hostPort(stand.at(41))};lr>`],
          [`sip:x@${hostPort(stand.trunk1)}`, `<sip:${hostPort(stand.at(41))};lr>`],
        ] as const) {
          const lines = [
            `${method} ${uri} SIP/2.0`,
            `Via: SIP/2.0/UDP ${socket.hostPort};branch=${newBranch()}`,
            `Route: ${route}`,
            'Max-Forwards: 70',
            `From: <sip:mallory@${address}:${port}>;tag=${token()}`,
            `To: <sip:x@${address}>;tag=${token()}`,
            `Call-ID: ${token()}`,
            `CSeq: 1 ${method}`,
          ];
          socket.send(messageText(lines), stand.trunk1);
        }
        await sleep(700);
        expect(reached).toEqual([]);
        expect(gateway.called).toEqual([]);
      } finally {
        socket.close();
        victim.close();
      }
    },
  );
});

describe('datagrams that are no SIP', () => {
  /** xorshift32: the same datagrams in every run. */
  function randomFrom(seed: number): () => number {
    let state = seed;
    return () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state;
    };
  }

  test('3,000 random and mutated ones: the service goes on', async () => {
    const random = randomFrom(20_261_123);
    const good = Buffer.from(
      messageText([
        `INVITE sip:${DID.slice(2)}@${hostPort(stand.trunk1)} SIP/2.0`,
        `Via: SIP/2.0/UDP ${stand.at(10).address}:5080;branch=z9hG4bKfuzz;rport`,
        'Max-Forwards: 70',
        `From: "A" <sip:+15125550199@${stand.at(10).address}>;tag=1`,
        `To: <sip:${DID.slice(2)}@${hostPort(stand.trunk1)}>`,
        'Call-ID: fuzz',
        'CSeq: 1 INVITE',
        `Contact: <sip:a@${stand.at(10).address}:5080>`,
        'Record-Route: <sip:10.0.0.1;lr>',
        'Diversion: <sip:1@10.0.0.1>;reason=busy',
        'Privacy: id',
      ]),
      'latin1',
    );
    for (let sent = 0; sent < 3_000; sent += 1) {
      const datagram = sent % 3 === 0 ? Buffer.alloc(random() % 1_400) : Buffer.from(good);
      const changes = sent % 3 === 0 ? datagram.length : 1 + (random() % 4);
      for (let change = 0; change < changes; change += 1)
        datagram[random() % datagram.length] = random() & 0xff;
      const length = sent % 3 === 1 ? random() % datagram.length : datagram.length;
      raw.send(datagram.subarray(0, length), stand.trunk1.port, stand.trunk1.address);
      if (sent % 50 === 0) await sleep(5);
    }
    await sleep(300);
    await expectNormalCalls();
    // The 1,000 random ones at least; health is reported once in a second.
    const discarded = async () => (await api.trunkServers())[0]?.health?.discarded;
    await expect.poll(discarded, { timeout: 3_000 }).toBeGreaterThanOrEqual(1_000);
  });

  test('the largest datagram, and an empty one', async () => {
    raw.send(Buffer.alloc(65_507, 0x41), stand.trunk1.port, stand.trunk1.address);
    raw.send(Buffer.alloc(0), stand.trunk1.port, stand.trunk1.address);
    await sleep(100);
    await expectNormalCalls();
  });
});

describe('wrong settings over the API are refused with what would be right, and nothing changes', () => {
  const failover = (): string => `/accounts/${account}/failover`;

  test.each([
    ['an emergency number', { number: '911' }],
    ['a number that is none', { number: '+1512555' }],
    ['a premium-rate number', { number: '+19005550150' }],
    ['a country that is not allowed', { number: '+442079460000' }],
    ['a DID of this service: a loop', { number: DID }],
    ['neither backup nor number', {}],
    ['a backup that is no address', { backup: 'not an address' }],
    ['a backup with a wrong port', { backup: '192.0.2.1:99999' }],
    ['a private backup', { backup: '10.1.2.3' }],
    ['cloud metadata as backup', { backup: '169.254.169.254' }],
    ['a key that is none', { nubmer: NUMBER }],
    ['a number as number', { number: 15_125_550_150 }],
  ])('%s', async (_, body) => {
    const before = await api.raw('GET', failover());
    const { body: problem, status } = await api.raw('PUT', failover(), body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(problem).toMatchObject({ status, detail: expect.stringMatching(/\S{3,} \S+/) });
    expect(await api.raw('GET', failover())).toEqual(before);
  });

  test.each([
    ['POST', '/accounts', { name: '' }, 400],
    ['POST', '/accounts', { name: 'x', dids: [DID] }, 409],
    ['POST', '/accounts', { name: 'x', dids: ['+15125550188', '1'] }, 400],
    ['PATCH', '/accounts/nobody', { name: 'x' }, 404],
    ['PUT', `/dids/${encodeURIComponent('+15125550998')}/failover`, { number: NUMBER }, 404],
    ['POST', '/gateways', { name: 'x', sources: ['192.0.2.0/99'] }, 400],
    ['POST', '/gateways', { name: 'x', address: 'a b' }, 400],
    ['GET', '/calls?limit=0', undefined, 400],
    ['GET', '/calls/nobody', undefined, 404],
    ['GET', '/revisions/999999', undefined, 404],
    ['GET', '/nowhere', undefined, 404],
  ])('%s %s %j: %i', async (method, path, body, expected) => {
    const { body: problem, status } = await api.raw(method, path, body);
    expect({ status, problem }).toMatchObject({ status: expect.any(Number), problem: { status } });
    // 400 and 422 both say that the request is wrong.
    expect(status === 422 ? 400 : status).toBe(expected);
  });

  test('all or nothing: one wrong DID in a mass operation changes none', async () => {
    const dids = [DID, '+15125550997'];
    const { status } = await api.raw('POST', '/dids/failover', { dids, failover: { number: NUMBER } });
    expect(status).toBeGreaterThanOrEqual(400);
    const { body } = await api.raw('GET', `/dids/${encodeURIComponent(DID)}`);
    expect(body).toMatchObject({ failover: null });
  });

  test('without the key, and with a wrong one: 401', async () => {
    const { http } = stand.settings;
    const url = `http://${http.address}:${http.port}/api/v1/accounts`;
    expect((await fetch(url)).status).toBe(401);
    const headers = { authorization: 'Bearer 0123456789012345678901234567' };
    expect((await fetch(url, { headers })).status).toBe(401);
  });

  test('afterwards calls go their way', expectNormalCalls);
});
