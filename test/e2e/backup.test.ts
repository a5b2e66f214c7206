import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier } from '../../demo/agents/carrier.ts';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import { changed } from '../endurance/two-processes.ts';
import { hostPort, Stand } from './stand.ts';

const DID = '+15125550101';
const PBX_DID = '+15125550102';
const numberOf = (change: number): string => `+1512557${String(change).padStart(4, '0')}`;

const running = new Stand(71);
const restored = new Stand(71);
let carrier: Carrier;
let gateway: AnsweringAgent;
let pbx: Pbx;

beforeAll(async () => {
  const { api } = await running.start();
  carrier = new Carrier(await SipSocket.open('carrier', running.at(10)));
  gateway = new AnsweringAgent(await SipSocket.open('gateway', running.at(40)), {
    kind: 'answers',
    after: 0,
  });
  await api.createGateway({ name: 'carrier', sources: [running.at(10).address] });
  await api.createGateway({ name: 'phones', address: hostPort(running.at(40)) });
  await api.createAccount({ name: 'changing', dids: [DID] });
  const { credentials } = await api.createAccount({ name: 'registered', dids: [PBX_DID] });
  pbx = new Pbx(await SipSocket.open('PBX', running.at(100)), credentials, { kind: 'answers', after: 0 });
});

afterAll(async () => {
  carrier?.close();
  gateway?.close();
  pbx?.close();
  await running.end();
  await restored.end();
});

test('a copy of SQLite that is made while settings change is whole: what was confirmed before it is in it', async () => {
  expect(await pbx.register(running.trunk1)).toBe(200);
  const call = carrier.call(PBX_DID.slice(2), running.trunk1);
  expect((await call.final).status).toBe(200);
  // Asking brings in what the trunk servers have spooled.
  await running.service.api.registrations();
  let made = -1;
  let changing = true;
  const changes = (async () => {
    for (let change = 0; changing; change += 1) {
      const path = `/dids/${encodeURIComponent(DID)}/failover`;
      await changed(running.service, 'PUT', path, { number: numberOf(change) });
      made = change;
    }
  })();
  await expect.poll(() => made).toBeGreaterThan(5);
  const before = made;
  mkdirSync(join(restored.folder, 'data'));
  const source = new DatabaseSync(join(running.folder, 'data', 'throughline.db'), { readOnly: true });
  // What `.backup` of the sqlite3 command does.
  await backup(source, join(restored.folder, 'data', 'throughline.db'));
  source.close();
  copyFileSync(join(running.folder, 'data', 'sealing.key'), join(restored.folder, 'data', 'sealing.key'));
  changing = false;
  await changes;
  const after = made;

  await running.service.process.kill();
  const { api } = await restored.start();
  const { body } = await api.raw('GET', `/dids/${encodeURIComponent(DID)}/failover`);
  const possible = [...Array(after + 1).keys()].slice(before).map(numberOf);
  expect(possible.filter((number) => JSON.stringify(body).includes(number))).toHaveLength(1);
  const again = carrier.call(PBX_DID.slice(2), restored.trunk1);
  expect((await again.final).status).toBe(200);
  expect(await again.bye()).toBe(200);
  // The copy has the key that signs Record-Route, so a call that was up goes on.
  expect(await call.bye()).toBe(200);
});
