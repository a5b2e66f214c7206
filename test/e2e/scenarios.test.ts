import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Behaviour } from '../../demo/agents/answering-agent.ts';
import type { Api, CreatedAccount } from '../../demo/api.ts';
import { compareAttempts } from '../../demo/attempts.ts';
import { type Callee, type FailoverOf, SCENARIOS, type Scenario } from '../../demo/scenarios.ts';
import { onlyRecord } from './records.ts';
import { awaitCalls, runSipp, type Sipp, type SippOptions } from './sipp.ts';
import { registerPbx } from './sipp-register.ts';
import { hostPort, Stand } from './stand.ts';

const stand = new Stand(31);
const carrier = stand.at(10);
const gateway = stand.at(40);
let api: Api;
let gatewaySipp: Sipp;

beforeAll(async () => {
  ({ api } = await stand.start());
  await api.createGateway({ name: 'carrier', sources: [carrier.address] });
  await api.createGateway({ name: 'phones', address: hostPort(gateway) });
  gatewaySipp = await awaitCalls({ scenario: 'callee_answers', at: gateway, keepMessages: true });
});

afterAll(async () => {
  await gatewaySipp?.stop();
  await stand.end();
});

describe('SIPp as carrier, PBX, backup PBX and gateway', () => {
  for (const [index, scenario] of SCENARIOS.entries()) {
    test(`${scenario.title}: ${scenario.shows}`, async () => {
      // Addresses of its own, so that what is still retransmitted to the last scenario's PBX does not count here.
      const pbx = stand.at(100 + index);
      const backup = stand.at(150 + index);
      const account = await setUp(scenario, hostPort(backup));
      for (const name of scenario.pbx.registeredWith) await registerPbx(account, pbx, stand[name]);
      const machines = new Map<Callee, Sipp>();
      try {
        machines.set('PBX', await awaitCalls({ ...machine(scenario.pbx.does), at: pbx, keepMessages: true }));
        if (scenario.backup !== undefined) {
          const options = machine(scenario.backup);
          machines.set('backup', await awaitCalls({ ...options, at: backup, keepMessages: true }));
        }
        const gatewayCallsBefore = gatewaySipp.calledAs.length;
        const rows = [[scenario.did.slice(2)]];
        await runSipp({ ...caller(scenario), at: carrier, to: stand.trunk1, calls: 1, rows, timeout: 15 });

        const calledAs = new Map([...machines].map(([callee, sipp]) => [callee, sipp.calledAs]));
        calledAs.set('gateway', gatewaySipp.calledAs.slice(gatewayCallsBefore));
        const { expected } = scenario;
        expect([...calledAs].filter(([, uris]) => uris.length > 0).map(([callee]) => callee)).toEqual(
          expected.called,
        );
        const last = expected.called.at(-1);
        expect(last === undefined ? '' : calledAs.get(last)?.[0]).toMatch(`sip:${expected.as}@`);
      } finally {
        for (const sipp of machines.values()) await sipp.stop();
      }
      await expectRecord(scenario);
    });
  }
});

async function setUp(scenario: Scenario, backup: string): Promise<CreatedAccount> {
  const { account, did } = scenario.failover;
  const created = await api.createAccount({ name: scenario.title, dids: [scenario.did] });
  const setting = ({ backup: wanted, number }: FailoverOf) => ({
    ...(wanted ? { backup } : {}),
    ...(number === undefined ? {} : { number }),
  });
  if (account !== undefined) await api.setAccountFailover(created.account.id, setting(account));
  if (did !== undefined) await api.setDidFailover(scenario.did, setting(did));
  return created;
}

function machine(does: Behaviour): Pick<SippOptions, 'scenario' | 'fill'> {
  switch (does.kind) {
    case 'answers':
      return { scenario: 'callee_answers' };
    case 'rejects':
      return { scenario: 'callee_rejects', fill: { STATUS: `${does.status}`, REASON: does.reason } };
    case 'silent':
      return { scenario: 'callee_silent' };
  }
}

function caller({ expected, hangsUpAfter }: Scenario): Pick<SippOptions, 'scenario' | 'fill'> {
  if (hangsUpAfter !== undefined) {
    return { scenario: 'carrier_hangs_up', fill: { AFTER: `${hangsUpAfter}`, LINGER: '3000' } };
  }
  return expected.status === 200
    ? { scenario: 'carrier_answered' }
    : { scenario: 'carrier_refused', fill: { STATUS: `${expected.status}` } };
}

async function expectRecord({ did, expected, hangsUpAfter }: Scenario): Promise<void> {
  const record = await onlyRecord(api, did);
  const unanswered = hangsUpAfter === undefined ? 'failed' : 'cancelled';
  expect(record).toMatchObject({
    did,
    trunkServer: 'trunk1',
    finalStatus: expected.status,
    outcome: expected.status === 200 ? 'answered' : unanswered,
  });
  expect(compareAttempts(record.attempts, expected.attempts)).toBe('');
  const handedOver = record.handedOver.flatMap(({ attempts }) => attempts);
  expect(compareAttempts(handedOver, expected.handedOver ?? [])).toBe('');
}
