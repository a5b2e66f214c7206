import { setTimeout as sleep } from 'node:timers/promises';
import { AnsweringAgent } from './agents/answering-agent.ts';
import { Carrier, type CarrierCall } from './agents/carrier.ts';
import type { Credentials } from './agents/digest.ts';
import { Pbx } from './agents/pbx.ts';
import { type Sighting, SipSocket } from './agents/sip-socket.ts';
import type { Api, Call, CreatedAccount, FailoverSetting } from './api.ts';
import { judgeCall, judgeCalled, judgeRecord, type Result, whoAnswered } from './judge.ts';
import type { Callee, FailoverOf, Scenario } from './scenarios.ts';
import type { TrunkServerSetting } from './service.ts';
import { Trace } from './trace.ts';

/** How long a caller and an answered callee talk, in milliseconds. */
const TALK = 150;

/** Longer than any hunt of the scenarios, in milliseconds. */
const CALL_DEADLINE = 12_000;

/** After a call that ended before its time: what the trunk server would still start shows by then, in milliseconds. */
const HUNT_GOES_ON = 3_000;

/** How long the record of a call may take to reach the store, in milliseconds. */
const RECORD_DEADLINE = 3_000;

export interface Stage {
  readonly api: Api;
  readonly trunkServers: readonly TrunkServerSetting[];
  readonly address: string;
  readonly carrier: Carrier;
  readonly gateway: AnsweringAgent;
  readonly trace: Trace;
}

export interface Played {
  readonly sightings: readonly Sighting[];
  /** Who is at which address, by `address:port`. */
  readonly directory: ReadonlyMap<string, string>;
  readonly record: Call | undefined;
  readonly finalStatus: number | undefined;
  readonly answeredBy: Callee | undefined;
  readonly ringingAfter: number | undefined;
  readonly finalAfter: number | undefined;
  /** What went wrong, one sentence each; none: all is as expected. */
  readonly problems: readonly string[];
}

/** The agents that all scenarios share: the carrier, and the gateway that takes calls to phone numbers. */
export async function setStage(
  api: Api,
  trunkServers: readonly TrunkServerSetting[],
  address: string,
): Promise<Stage> {
  const trace = new Trace();
  const carrier = new Carrier(await SipSocket.open('carrier', { address, port: 0 }, trace.watch));
  const gatewaySocket = await SipSocket.open('gateway', { address, port: 0 }, trace.watch);
  const gateway = new AnsweringAgent(gatewaySocket, { kind: 'answers', after: 150 });
  await api.createGateway({ name: 'carrier', sources: [address] });
  await api.createGateway({ name: 'phones', address: gatewaySocket.hostPort });
  return { api, trunkServers, address, carrier, gateway, trace };
}

/** Sets a scenario up over the API, has its PBX register, makes the call, and compares all that became of it. */
export async function play(scenario: Scenario, stage: Stage): Promise<Played> {
  const { api, address, carrier, gateway, trace, trunkServers } = stage;
  const first = trunkServers[0];
  if (first === undefined) throw new Error('there is no trunk server');
  const pbxSocket = await SipSocket.open('PBX', { address, port: 0 }, trace.watch);
  const backupSocket = await SipSocket.open('backup', { address, port: 0 }, trace.watch);
  const created = await setUp(api, scenario, backupSocket.hostPort);
  const pbx = new Pbx(pbxSocket, credentialsOf(created), scenario.pbx.does);
  const backup = new AnsweringAgent(backupSocket, scenario.backup ?? { kind: 'silent' });
  try {
    const problems = await register(pbx, scenario, trunkServers);
    const gatewayCallsBefore = gateway.called.length;
    const call = carrier.call(scenario.did.slice(2), first);
    const result = await converse(call, scenario);
    const called: Readonly<Record<Callee, readonly string[]>> = {
      PBX: pbx.agent.called,
      backup: backup.called,
      gateway: gateway.called.slice(gatewayCallsBefore),
    };
    const sightings = trace.ofCall(call.callId);
    const answeredBy = whoAnswered(sightings);
    const record = await recordOf(api, call, scenario);
    problems.push(
      ...judgeCall(scenario, call, result, answeredBy),
      ...judgeCalled(scenario, called, sightings),
    );
    problems.push(...judgeRecord(scenario, result.status, record));
    return {
      sightings,
      directory: new Map([
        ...trunkServers.map(({ name, address, port }) => [`${address}:${port}`, name] as const),
        [carrier.socket.hostPort, 'carrier'],
        [pbxSocket.hostPort, 'PBX'],
        [backupSocket.hostPort, 'backup'],
        [gateway.socket.hostPort, 'gateway'],
      ]),
      record,
      finalStatus: result.status,
      answeredBy,
      ringingAfter: call.ringingAfter,
      finalAfter: call.finalAfter,
      problems,
    };
  } finally {
    pbx.close();
    backup.close();
  }
}

async function setUp(api: Api, scenario: Scenario, backup: string): Promise<CreatedAccount> {
  const { account, did } = scenario.failover;
  const created = await api.createAccount({ name: scenario.title, dids: [scenario.did] });
  if (account !== undefined) await api.setAccountFailover(created.account.id, setting(account, backup));
  if (did !== undefined) await api.setDidFailover(scenario.did, setting(did, backup));
  return created;
}

function setting(failover: FailoverOf, backup: string): FailoverSetting {
  const { number } = failover;
  return { ...(failover.backup ? { backup } : {}), ...(number === undefined ? {} : { number }) };
}

function credentialsOf({ credentials }: CreatedAccount): Credentials {
  return { username: credentials.username, password: credentials.password };
}

async function register(
  pbx: Pbx,
  scenario: Scenario,
  trunkServers: readonly TrunkServerSetting[],
): Promise<string[]> {
  const problems: string[] = [];
  for (const trunkServer of trunkServers) {
    if (!scenario.pbx.registeredWith.some((name) => name === trunkServer.name)) continue;
    const status = await pbx.register(trunkServer);
    if (status !== 200)
      problems.push(`the PBX registered with ${trunkServer.name} and got ${status ?? 'no answer'}`);
  }
  return problems;
}

async function converse(call: CarrierCall, scenario: Scenario): Promise<Result> {
  const { hangsUpAfter } = scenario;
  if (hangsUpAfter !== undefined) {
    await sleep(hangsUpAfter);
    call.cancel();
  }
  const deadline = new AbortController();
  const final = await Promise.race([
    call.final,
    sleep(CALL_DEADLINE, undefined, { signal: deadline.signal }).catch(() => undefined),
  ]);
  deadline.abort();
  if (final === undefined) call.cancel();
  const status = final?.status;
  if (status === 200) {
    await sleep(TALK);
    return { status, byeStatus: await call.bye() };
  }
  if (hangsUpAfter !== undefined) await sleep(HUNT_GOES_ON);
  return { status, byeStatus: undefined };
}

/** Records are written behind the call path, so the newest one is asked for until it is complete. */
async function recordOf(api: Api, call: CarrierCall, scenario: Scenario): Promise<Call | undefined> {
  const deadline = performance.now() + RECORD_DEADLINE;
  for (;;) {
    const records = await api.calls(`did=${encodeURIComponent(scenario.did)}`);
    const record = records.find(({ sipCallId }) => sipCallId === call.callId);
    const complete = record !== undefined && (record.outcome !== 'answered' || record.endedAt !== null);
    const whole =
      complete && record.handedOver.length === (scenario.expected.handedOver === undefined ? 0 : 1);
    if (whole || performance.now() > deadline) return record;
    await sleep(30);
  }
}
