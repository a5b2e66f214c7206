import { setTimeout as sleep } from 'node:timers/promises';
import { Pbx } from '../../demo/agents/pbx.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Api } from '../../demo/api.ts';
import { recordsOf } from '../e2e/records.ts';
import { changed, type TwoProcesses } from './two-processes.ts';

const DID = '+15125550104';
const NUMBER = '+15125570104';
const PBXS = 20;
/** Calls that flow before the database goes and after it is back. */
const BEFORE_S = 3;
const AFTER_S = 7;

export interface OutageReport {
  readonly seconds: number;
  readonly calls: number;
  /** Calls that landed at the gateway. */
  readonly landed: number;
  /** Distinct Call-IDs among the call records, and how many records there are. */
  readonly recorded: number;
  readonly records: number;
  /** Records without an end although the caller hung up. */
  readonly withoutEnd: number;
  /** PBXs that registered before the outage, and during it; and bindings that the API knows after it. */
  readonly registered: number;
  readonly bindings: number;
  /** What a change over the API was answered while the database was away. */
  readonly changeAnswer: number;
}

/** Stops PostgreSQL for a while and starts it again, with calls at both trunk servers all the time. */
export async function outageUnderLoad(
  both: TwoProcesses,
  { seconds, rate }: { seconds: number; rate: number },
): Promise<OutageReport> {
  const { api } = both.one.service;
  const delivery = { legCap: 10_000 };
  const { account } = await api.createAccount({ name: 'steady', dids: [DID], delivery });
  const revision = await changed(both.one.service, 'PUT', `/accounts/${account.id}/failover`, {
    number: NUMBER,
  });
  await api.active(revision);
  const pbxs = await pbxsOf(both, api);
  try {
    const register = async (from: number, to: number): Promise<readonly (number | undefined)[]> =>
      await Promise.all(
        pbxs.slice(from, to).map((pbx, index) => pbx.register(both.trunkServers[index % 2 === 0 ? 0 : 1])),
      );
    const before = await register(0, PBXS / 2);
    const landedBefore = both.landed.size;
    const load = both.load(DID, rate, BEFORE_S + seconds + AFTER_S);
    await sleep(BEFORE_S * 1_000);
    await both.postgres.stop();
    await sleep((seconds * 1_000) / 2);
    const during = await register(PBXS / 2, PBXS);
    const { status: changeAnswer } = await api.raw('POST', '/accounts', { name: 'half done' });
    await sleep((seconds * 1_000) / 2);
    await both.postgres.start();
    await load.done;
    const filter = `did=${encodeURIComponent(DID)}`;
    const records = await recordsOf(api, filter, (all) => all.length >= load.calls && all.every(hasEnded));
    const all = await api.registrations();
    return {
      seconds,
      calls: load.calls,
      landed: both.landed.size - landedBefore,
      recorded: new Set(records.map(({ sipCallId }) => sipCallId)).size,
      records: records.length,
      withoutEnd: records.filter((record) => !hasEnded(record)).length,
      registered: [...before, ...during].filter((status) => status === 200).length,
      bindings: all.flatMap(({ trunkServers }) => trunkServers.flatMap((at) => at.bindings)).length,
      changeAnswer,
    };
  } finally {
    for (const pbx of pbxs) pbx.close();
  }
}

function hasEnded({ endedAt }: { readonly endedAt: string | null }): boolean {
  return endedAt !== null;
}

async function pbxsOf(both: TwoProcesses, api: Api): Promise<readonly Pbx[]> {
  const pbxs: Pbx[] = [];
  for (let index = 0; index < PBXS; index += 1) {
    const { credentials } = await api.createAccount({ name: `customer ${index}` });
    const socket = await SipSocket.open('PBX', both.one.at(100 + index));
    pbxs.push(new Pbx(socket, credentials, { kind: 'answers', after: 0 }));
  }
  return pbxs;
}
