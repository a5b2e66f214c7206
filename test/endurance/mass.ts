import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { quantile } from '../../bench/statistics.ts';
import { hostPort, type Stand } from '../e2e/stand.ts';
import type { ProbedCall } from './delay-probe.ts';
import { changed } from './two-processes.ts';

const CALLED = '+15125550105';
const NUMBER = '+15125570105';
const DIDS = 10_000;
const RATE = 50;

const importedAnswer = z.object({ revision: z.number(), changes: z.array(z.unknown()) });

const did = (index: number): string => `+1512${String(6_000_000 + index)}`;

export interface MassReport {
  /** How long each mass operation over 10,000 DIDs took until its answer, in milliseconds. */
  readonly operations: readonly number[];
  /** The same for files of 10,000 lines, each DID with a number and a backup of its own. */
  readonly imports: readonly number[];
  /** From the INVITE that came in to the one that went out, in milliseconds. */
  readonly quiet: Delays;
  /** The same while mass operations were under way or being taken over. */
  readonly busy: Delays;
  /** Calls that were not answered with 200. */
  readonly lost: number;
}

interface Delays {
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Changes the failover of 10,000 DIDs at once, over and over, with calls at 50 a second. */
export async function massOperations(stand: Stand, operations: number): Promise<MassReport> {
  const { api } = await stand.start();
  const phones = stand.at(40);
  await api.createGateway({ name: 'carrier', sources: [stand.at(10).address] });
  await api.createGateway({ name: 'phones', address: hostPort(phones) });
  const called = await api.createAccount({ name: 'called', dids: [CALLED], delivery: { legCap: 10_000 } });
  await api.setAccountFailover(called.account.id, { number: NUMBER });
  const { account } = await api.createAccount({ name: 'large' });
  const dids = [...Array(DIDS).keys()].map(did);
  for (let from = 0; from < DIDS; from += 5_000) {
    await changed(stand.service, 'POST', `/accounts/${account.id}/dids`, {
      numbers: dids.slice(from, from + 5_000),
    });
  }
  const calls: ProbedCall[] = [];
  const probe = new Worker(new URL('./delay-probe.ts', import.meta.url), {
    workerData: {
      carrier: stand.at(10),
      gateway: phones,
      trunkServer: stand.trunk1,
      did: CALLED.slice(2),
      everyMs: 1_000 / RATE,
    },
  });
  const ended = new Promise((resolve) => probe.once('exit', resolve));
  probe.on('message', (call: ProbedCall) => calls.push(call));
  // Let everything that is compiled while it runs be compiled.
  await sleep(2_000);
  const quietFrom = Date.now();
  await sleep(4_000);
  const busyFrom = Date.now();
  const took: number[] = [];
  for (let operation = 0; operation < operations; operation += 1) {
    const number = `+1512557${String(5_000 + operation)}`;
    const begun = performance.now();
    const revision = await changed(stand.service, 'POST', '/dids/failover', { dids, failover: { number } });
    took.push(performance.now() - begun);
    await api.active(revision);
  }
  const files: number[] = [];
  for (let operation = 0; operation < operations; operation += 1) {
    const file = fileOf(dids, operation);
    const begun = performance.now();
    const revision = await imported(stand, file);
    files.push(performance.now() - begun);
    await api.active(revision);
  }
  await sleep(200);
  const busyUntil = Date.now();
  probe.postMessage('end');
  await ended;
  return {
    operations: took.map(Math.round),
    imports: files.map(Math.round),
    quiet: delays(calls.filter(({ at }) => at >= quietFrom && at < busyFrom)),
    busy: delays(calls.filter(({ at }) => at >= busyFrom && at < busyUntil)),
    lost: calls.filter(({ status }) => status !== 200).length,
  };
}

/** Nothing in it is the same as in the file before, or twice. */
function fileOf(dids: readonly string[], operation: number): string {
  const lines = dids.map((one, at) => {
    const number = `212${String(5_600_000 + operation * DIDS + at)}`;
    return `${one.slice(2)},${number},pbx${at}.example${operation}.com:5062;transport=tcp`;
  });
  return ['number,failover number,backup', ...lines].join('\r\n');
}

async function imported(stand: Stand, file: string): Promise<number> {
  const { address, port } = stand.settings.http;
  const answer = await fetch(`http://${address}:${port}/api/v1/dids/failover`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stand.service.key}`, 'content-type': 'text/csv' },
    body: file,
  });
  const read = importedAnswer.safeParse(await answer.json());
  if (!read.success || read.data.changes.length !== DIDS) throw new Error(`refused with ${answer.status}`);
  return read.data.revision;
}

function delays(calls: readonly ProbedCall[]): Delays {
  const values = calls.map(({ delay }) => delay);
  const rounded = (value: number): number => Math.round(value * 100) / 100;
  return {
    calls: values.length,
    p50: rounded(quantile(values, 0.5)),
    p99: rounded(quantile(values, 0.99)),
    max: rounded(Math.max(...values)),
  };
}
