import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier } from '../../demo/agents/carrier.ts';
import { type Address, type Sighting, SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Api } from '../../demo/api.ts';
import { parseMessage } from '../../src/sip/message/parse.ts';
import { messageOf, TORTURE, type TortureCase } from '../torture/verdicts.ts';
import { hostPort, Stand } from './stand.ts';

const DID = '+15125550101';

/** An answer that does not come by then does not come, in milliseconds. */
const PATIENCE = 150;

const stand = new Stand(33);
/** Answers come to the port of the top Via, so there is a socket for each of them. */
const sockets = new Map<number, SipSocket>();
let sightings: Sighting[] = [];
let api: Api;
let carrier: Carrier;
let gateway: AnsweringAgent;

function viaPort(text: string): number {
  const message = parseMessage(text);
  switch (message.kind) {
    case 'request':
    case 'response':
      return message.via.port ?? 5060;
    case 'badRequest':
      return message.request.via.port ?? 5060;
    case 'discard':
      return 5060;
  }
}

beforeAll(async () => {
  ({ api } = await stand.start());
  for (const port of new Set([5060, ...TORTURE.map((torture) => viaPort(messageOf(torture)))])) {
    sockets.set(port, await SipSocket.open('stranger', stand.at(66, port), (seen) => sightings.push(seen)));
  }
  carrier = new Carrier(await SipSocket.open('carrier', stand.at(10)));
  gateway = new AnsweringAgent(await SipSocket.open('gateway', stand.at(40)), { kind: 'answers', after: 0 });
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  await api.createGateway({ name: 'phones', address: hostPort(stand.at(40)) });
  const { account } = await api.createAccount({ name: 'normal', dids: [DID] });
  await api.setAccountFailover(account.id, { number: '+15125550150' });
});

afterAll(async () => {
  for (const socket of sockets.values()) socket.close();
  carrier?.close();
  gateway?.close();
  await stand.end();
});

/** The statuses that come back for a message. */
async function answersTo(torture: TortureCase, to: Address): Promise<readonly number[]> {
  const text = messageOf(torture);
  sightings = [];
  sockets.get(viaPort(text))?.send(text, to);
  for (let waited = 0; waited < PATIENCE && finals().length === 0; waited += 10) await sleep(10);
  return finals();
}

function finals(): readonly number[] {
  return sightings.flatMap(({ direction, message }) =>
    direction === 'received' && message.kind === 'response' && message.status >= 200 ? [message.status] : [],
  );
}

async function expectNormalCall(trunkServer: Address): Promise<void> {
  const call = carrier.call(DID.slice(2), trunkServer);
  expect((await call.final).status).toBe(200);
  expect(await call.bye()).toBe(200);
}

describe('every message of RFC 4475 and RFC 5118, sent to the running service over UDP', () => {
  for (const torture of TORTURE) {
    test(`${torture.rfc} ${torture.section} ${torture.name}: ${torture.final ?? 'any answer'}`, async () => {
      const answers = await answersTo(torture, stand.trunk1);
      if (torture.final === 'none') {
        expect(answers).toEqual([]);
        return;
      }
      expect(answers).toHaveLength(1);
      const [status = 0] = answers;
      // A stranger is refused; what the parser has decided comes first.
      const others = typeof torture.parser === 'number' ? [] : [403, 404, 407, 481];
      if (torture.final !== undefined) expect([...torture.final, ...others]).toContain(status);
      if (torture.rfcSays === 'valid') expect(status).not.toBe(400);
    });
  }

  test('afterwards calls go their way on both trunk servers, and none has gone down', async () => {
    await expectNormalCall(stand.trunk1);
    for (const torture of TORTURE) await answersTo(torture, stand.trunk2);
    await expectNormalCall(stand.trunk2);
    const states = (await api.trunkServers()).map(({ state }) => state);
    expect(states).toEqual(['running', 'running']);
    expect(stand.service.process.hasEnded).toBe(false);
  });
});
