import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier } from '../../demo/agents/carrier.ts';
import { type Address, SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Api } from '../../demo/api.ts';
import { parseMessage } from '../../src/sip/message/parse.ts';
import type { Via } from '../../src/sip/message/via.ts';
import { messageOf, TORTURE, type TortureCase } from '../torture/verdicts.ts';
import { hostPort, Stand } from './stand.ts';
import { Stranger } from './stranger.ts';

const DID = '+15125550101';

/** An answer that does not come by then does not come, in milliseconds. */
const PATIENCE = 150;

const stand = new Stand(33);
let api: Api;
let carrier: Carrier;
let gateway: AnsweringAgent;

beforeAll(async () => {
  ({ api } = await stand.start());
  carrier = new Carrier(await SipSocket.open('carrier', stand.at(10)));
  gateway = new AnsweringAgent(await SipSocket.open('gateway', stand.at(40)), { kind: 'answers', after: 0 });
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  await api.createGateway({ name: 'phones', address: hostPort(stand.at(40)) });
  const { account } = await api.createAccount({ name: 'normal', dids: [DID] });
  await api.setAccountFailover(account.id, { number: '+15125550150' });
});

afterAll(async () => {
  carrier?.close();
  gateway?.close();
  await stand.end();
});

/** The top Via as far as it can be read. */
function topVia(text: string): Via | undefined {
  const message = parseMessage(text);
  switch (message.kind) {
    case 'request':
    case 'response':
      return message.via;
    case 'badRequest':
      return message.request.via;
    case 'discard':
      return undefined;
  }
}

/**
 * The message, with another branch of the same length where one before it has the same: it would be taken for
 * a retransmission of that one (RFC 3261 17.2.3), and the RFCs use some branches in several messages.
 */
function asOwnTransaction(torture: TortureCase): string {
  const text = messageOf(torture);
  const branch = topVia(text)?.branch;
  const index = TORTURE.indexOf(torture);
  const used = TORTURE.slice(0, index).some((other) => topVia(messageOf(other))?.branch === branch);
  if (branch === undefined || !used) return text;
  return text.replace(branch, branch.slice(0, -3) + String(index).padStart(3, '0'));
}

/** The final statuses that come back for a message. */
async function answersTo(torture: TortureCase, to: Address): Promise<readonly number[]> {
  const text = asOwnTransaction(torture);
  // An address for each message, so that an answer that is repeated does not count for the next one. Answers
  // come back to it (Via received), at the port of the top Via.
  const stranger = await Stranger.at(stand.at(100 + TORTURE.indexOf(torture), topVia(text)?.port));
  try {
    stranger.send(text, to);
    for (let waited = 0; waited < PATIENCE && stranger.finals.length === 0; waited += 10) await sleep(10);
    return stranger.finals;
  } finally {
    stranger.close();
  }
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
      // A stranger is refused, one who registers is challenged, and OPTIONS that we may not forward we may
      // answer (RFC 3261 16.3); but what the parser has decided comes first.
      const answeredHere = messageOf(torture).startsWith('OPTIONS ') ? [200] : [];
      const others = typeof torture.parser === 'number' ? [] : [401, 403, 404, 407, 481, ...answeredHere];
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
