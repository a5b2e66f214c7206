import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CARRIER, EDGE } from './address-plan.ts';
import { median, quantile } from './statistics.ts';

/** In ms. */
interface Delays {
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
}

export interface PostDialDelay {
  /** From the INVITE that came in to the first that went out. */
  readonly toFirstInvite: Delays;
  /** To the last that went out: with failover this holds the time that the first target took to refuse. */
  readonly toLastInvite: Delays;
  /** From the final response that refused a call to the next INVITE; undefined where nothing was refused. */
  readonly failoverDecision: Delays | undefined;
}

/** What tshark is asked for, and gives as one line for each SIP message, with tabs between. */
const FIELDS = ['frame.time_epoch', 'ip.src', 'ip.dst', 'sip.Method', 'sip.Status-Code', 'sip.CSeq.method'];
const CALL_ID = 'sip.Call-ID';

/** Captures at lo what comes to the edge and leaves it while `work` runs. */
export async function capture(folder: string, work: () => Promise<void>): Promise<PostDialDelay> {
  const file = join(folder, 'lo.pcap');
  const filter = `udp port ${EDGE.port} and host ${EDGE.address}`;
  const dumpcap = spawn('dumpcap', ['-i', 'lo', '-q', '-B', '64', '-P', '-f', filter, '-w', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  dumpcap.stderr.on('data', (data: Buffer) => {
    complaints += data.toString();
  });
  const ended = new Promise((resolve) => dumpcap.once('close', resolve));
  await sleep(1_000);
  if (dumpcap.exitCode !== null) throw new Error(`dumpcap cannot capture at lo: ${complaints}`);
  await work();
  await sleep(500);
  dumpcap.kill('SIGINT');
  await ended;
  return delaysOf(file);
}

interface CallTimes {
  in: number;
  readonly out: number[];
  readonly decisions: number[];
  refusedAt: number | undefined;
}

function delaysOf(file: string): PostDialDelay {
  const fields = [...FIELDS, CALL_ID].flatMap((field) => ['-e', field]);
  const args = ['-r', file, '-d', `udp.port==${EDGE.port},sip`, '-Y', 'sip', '-T', 'fields', ...fields];
  const { status, stderr, stdout } = spawnSync('tshark', args, { maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`tshark: ${stderr.toString()}`);
  const calls = new Map<string, CallTimes>();
  for (const line of stdout.toString('latin1').split('\n')) {
    const [time, from, to, method, code, of, callId] = line.split('\t');
    if (callId === undefined || callId === '') continue;
    const at = Number(time) * 1_000;
    const call = calls.get(callId);
    if (method === 'INVITE' && from === CARRIER.address) {
      if (call === undefined) calls.set(callId, { in: at, out: [], decisions: [], refusedAt: undefined });
    } else if (call === undefined) {
    } else if (method === 'INVITE' && from === EDGE.address) {
      call.out.push(at);
      if (call.refusedAt !== undefined) call.decisions.push(at - call.refusedAt);
      call.refusedAt = undefined;
    } else if (to === EDGE.address && of === 'INVITE' && Number(code) >= 300) {
      call.refusedAt = at;
    }
  }
  const answered = [...calls.values()].filter(({ out }) => out.length > 0);
  const decisions = answered.flatMap((call) => call.decisions);
  return {
    toFirstInvite: delays(answered.map((call) => (call.out[0] ?? 0) - call.in)),
    toLastInvite: delays(answered.map((call) => (call.out.at(-1) ?? 0) - call.in)),
    failoverDecision: decisions.length === 0 ? undefined : delays(decisions),
  };
}

function delays(values: readonly number[]): Delays {
  return { calls: values.length, p50: median(values), p99: quantile(values, 0.99) };
}
