import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LiveHeap } from '../../bench/live-heap.ts';
import type { Api } from '../../demo/api.ts';
import { describeAttempt } from '../../demo/attempts.ts';
import { recordsOf } from './records.ts';
import { MemoryWatch } from './resident-memory.ts';
import { awaitCalls, runSipp, type Sipp } from './sipp.ts';
import { registerPbx } from './sipp-register.ts';
import { hostPort, Stand } from './stand.ts';

const DID = '+15125550101';
const RATE = 200;
const SECONDS = 60;

/** Timers B, F, H and L last 64·T1, so nothing of a call may be left after this, in milliseconds. */
const ALL_TIMERS = 32_000;

const inspector = { address: '127.34.0.1', port: 9229 };
const stand = new Stand(34, {}, [`--inspect=${hostPort(inspector)}`]);
const machines: Sipp[] = [];
let api: Api;

beforeAll(async () => {
  ({ api } = await stand.start());
  const pbx = stand.at(20);
  const backup = stand.at(30);
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  const created = await api.createAccount({ name: 'busy', dids: [DID] });
  await api.setAccountFailover(created.account.id, { backup: hostPort(backup) });
  await registerPbx(created, pbx, stand.trunk1);
  const refuses = { STATUS: '503', REASON: 'Service Unavailable' };
  machines.push(await awaitCalls({ scenario: 'callee_rejects', at: pbx, fill: refuses }));
  machines.push(await awaitCalls({ scenario: 'callee_answers', at: backup }));
});

afterAll(async () => {
  for (const machine of machines) await machine.stop();
  await stand.end();
});

async function health() {
  const trunk1 = (await api.trunkServers()).find(({ name }) => name === 'trunk1');
  if (trunk1 === undefined || trunk1.health === null) throw new Error('trunk1 reports no health');
  return trunk1.health;
}

test(`${RATE} calls per second for ${SECONDS} s through failover: none is lost and nothing is left over`, async () => {
  const heap = await LiveHeap.open(inspector);
  const idle = await heap.megabytes();
  const resident = new MemoryWatch(stand.service.process.pid);
  const calls = RATE * SECONDS;
  const carrier = {
    scenario: 'carrier_answered',
    at: stand.at(10),
    to: stand.trunk1,
    rows: [[DID.slice(2)]],
  };
  // Every call must be answered and its BYE, too: a lost one would make SIPp end with an error.
  const load = runSipp({ ...carrier, calls, rate: RATE, timeout: SECONDS + 20 });
  const live: number[] = [];
  try {
    // From now on as many transactions end as begin.
    await Promise.race([sleep(ALL_TIMERS + 1_000), load]);
    for (let measured = 0; measured < 4; measured += 1) {
      live.push(await heap.megabytes());
      await Promise.race([sleep(8_000), load]);
    }
    await load;
  } finally {
    resident.stop();
  }

  const records = await recordsOf(api, `did=${encodeURIComponent(DID)}`, (all) => all.length >= calls);
  expect(records).toHaveLength(calls);
  const kinds = new Set(
    records.map(({ attempts, outcome }) => `${outcome}: ${attempts.map(describeAttempt)}`),
  );
  expect([...kinds]).toEqual(['answered: registered: rejected 503,backup of account: answered']);

  const [first = Number.NaN] = live;
  const megabytes = resident.samples.map((sample) => Math.round(sample.megabytes)).join(' ');
  const measured = `live MB: idle ${idle}, then ${live.join(' ')}; resident MB by the second: ${megabytes}`;
  expect(live).toHaveLength(4);
  expect(Math.max(...live), measured).toBeLessThan(first * 1.05);

  await sleep(ALL_TIMERS + 2_000);
  const after = await health();
  expect(after).toMatchObject({ callsInProgress: 0, recordsLost: 0, transactions: 0 });
  // What may still run is the expiry of the one binding.
  expect(after.timers).toBeLessThanOrEqual(after.bindings);
  expect(await heap.megabytes(), measured).toBeLessThan(idle + 5);
  heap.close();
}, 180_000);
