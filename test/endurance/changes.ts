import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../../bench/statistics.ts';
import { revisionAnswer } from '../../src/api/schemas/revision.ts';
import { recordsOf } from '../e2e/records.ts';
import { changed, type TwoProcesses } from './two-processes.ts';

const DID = '+15125550101';

/** Every change has a number of its own, so that a call tells by which of them it was routed. */
const numberOf = (change: number): string => `+1512557${String(change).padStart(4, '0')}`;

export interface ChangesReport {
  readonly changes: number;
  readonly calls: number;
  /** From the request of a change until a trunk server routed by it, in milliseconds, for both trunk servers. */
  readonly activeAfter: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Calls that took a route that had not been configured yet, or never was. */
  readonly neverConfigured: readonly string[];
  /** Calls that took a route which another change had replaced more than 1 s before. */
  readonly outdated: readonly string[];
  /** Calls whose record names another route than the settings of its revision. */
  readonly notByRevision: readonly string[];
  readonly records: number;
}

interface Change {
  readonly number: string;
  readonly revision: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** Changes a DID's failover over and over, by either process in turn, while both trunk servers take calls for it. */
export async function changesUnderLoad(
  both: TwoProcesses,
  { changes, everyMs, rate }: { changes: number; everyMs: number; rate: number },
): Promise<ChangesReport> {
  const { api } = both.one.service;
  await api.createAccount({ name: 'changing', dids: [DID], delivery: { legCap: 10_000 } });
  const path = `/dids/${encodeURIComponent(DID)}/failover`;
  const made: Change[] = [];
  const change = async (index: number): Promise<void> => {
    const number = numberOf(index);
    const askedAt = Date.now();
    const revision = await changed(both.services[index % 2 === 0 ? 0 : 1], 'PUT', path, { number });
    made.push({ number, revision, askedAt, answeredAt: Date.now() });
  };
  await change(0);
  await api.active(made[0]?.revision ?? 0);
  const load = both.load(DID, rate, Math.ceil((changes * everyMs) / 1_000) + 2);
  const begun = performance.now();
  for (let index = 1; index <= changes; index += 1) {
    await sleep(Math.max(0, begun + index * everyMs - performance.now()));
    await change(index);
  }
  await load.done;
  const delays: number[] = [];
  for (const { revision, askedAt } of made.slice(1))
    delays.push(...(await activeAfter(both, revision, askedAt)));
  const records = await recordsOf(api, `did=${encodeURIComponent(DID)}`, (all) => all.length >= load.calls);
  return {
    changes,
    calls: load.calls,
    activeAfter: { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), max: Math.max(...delays) },
    neverConfigured: landings(both, (number, at) => {
      const by = made.find((one) => one.number === number);
      return by === undefined || by.askedAt > at;
    }),
    outdated: landings(both, (number, at) => {
      const next = made[made.findIndex((one) => one.number === number) + 1];
      return next !== undefined && at - next.answeredAt > 1_000;
    }),
    notByRevision: records
      .filter((record) => {
        const by = made.findLast(({ revision }) => revision <= record.revision);
        return record.attempts.at(-1)?.target.startsWith(`${by?.number} over `) !== true;
      })
      .map(({ sipCallId, revision }) => `${sipCallId} by revision ${revision}`),
    records: new Set(records.map(({ sipCallId }) => sipCallId)).size,
  };
}

/** How long after the request each trunk server routed by the revision; throws where one does not. */
async function activeAfter(
  both: TwoProcesses,
  revision: number,
  askedAt: number,
): Promise<readonly number[]> {
  const { body } = await both.one.service.api.raw('GET', `/revisions/${revision}`);
  const { active, trunkServers } = revisionAnswer.parse(body);
  if (!active || trunkServers.length !== 2) throw new Error(JSON.stringify(body));
  return trunkServers.map(({ since }) => Date.parse(since ?? '') - askedAt);
}

function landings(both: TwoProcesses, wrong: (number: string, at: number) => boolean): readonly string[] {
  const found: string[] = [];
  for (const [callId, { number, at }] of both.landed) {
    if (wrong(number, at)) found.push(`${callId} to ${number} at ${new Date(at).toISOString()}`);
  }
  return found;
}
