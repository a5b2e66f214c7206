import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Carrier } from '../../demo/agents/carrier.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Api } from '../../demo/api.ts';
import { describeAttempt } from '../../demo/attempts.ts';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import { Baresip } from './baresip.ts';
import { onlyRecord } from './records.ts';
import { hostPort, Stand } from './stand.ts';

const DID = '+15125550101';

const stand = new Stand(32);
let api: Api;
let carrier: Carrier;

beforeAll(async () => {
  ({ api } = await stand.start());
  carrier = new Carrier(await SipSocket.open('carrier', stand.at(10)));
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
});

afterAll(async () => {
  carrier?.close();
  await stand.end();
});

test('a baresip that registered with digest takes a call', async () => {
  const { credentials } = await api.createAccount({ name: 'baresip', dids: [DID] });
  const phone = new Baresip({
    at: stand.at(60),
    registrar: stand.trunk1,
    credentials,
    answersAs: DID.slice(2),
  });
  try {
    const contact = await contactOf(phone);
    expect(contact).toContain(hostPort(stand.at(60)));
    const call = carrier.call(DID.slice(2), stand.trunk1);
    const final = await call.final;
    expect(final.status).toBe(200);
    expect(final.headers.value(HeaderId.Server)).toContain('baresip');
    expect(final.body).toContain('m=audio');
    await sleep(300);
    expect(await call.bye()).toBe(200);
    const record = await onlyRecord(api, DID);
    expect(record).toMatchObject({ outcome: 'answered', sipCallId: call.callId });
    expect(record.attempts.map(describeAttempt)).toEqual(['registered: answered']);
  } finally {
    await phone.stop();
  }
});

/** The Contact that trunk1 has bound, as soon as it has one. */
async function contactOf(phone: Baresip): Promise<string> {
  for (let waited = 0; waited < 8_000; waited += 100) {
    const [registration] = await api.registrations();
    const at = registration?.trunkServers.find(({ trunkServer }) => trunkServer === 'trunk1');
    const contact = at?.bindings[0]?.contact;
    if (contact !== undefined) return contact;
    await sleep(100);
  }
  throw new Error(`baresip did not register:\n${phone.output}`);
}

test('OPTIONS, the keep-alive of PBXs, is answered by both trunk servers', () => {
  for (const { address, port } of [stand.trunk1, stand.trunk2]) {
    const { status, stdout } = spawnSync('sipsak', ['-s', `sip:keepalive@${address}:${port}`, '-vv'], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    expect(stdout).toContain('SIP/2.0 200');
    expect(status).toBe(0);
  }
});
