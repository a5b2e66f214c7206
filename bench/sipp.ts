import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Address } from '../demo/agents/sip-socket.ts';
import { hostPort } from './address-plan.ts';

const SCENARIOS = fileURLToPath(new URL('./sipp/', import.meta.url));

/** SIPp's own default loses datagrams of a burst before anything else does. */
const BUFFER_BYTES = 4 * 1024 * 1024;

export interface SippOptions {
  /** A file of ./sipp, without `.xml`. */
  readonly scenario: string;
  readonly at: Address;
  /** Whom it calls; absent for one that waits to be called. */
  readonly to?: Address;
  readonly calls?: number;
  /** New calls in a second. */
  readonly rate?: number;
  /** Lines of the injection file, taken in turn. */
  readonly rows?: readonly string[];
  /** The core that it may run on; absent: any. */
  readonly core?: number | undefined;
}

/** What SIPp has counted so far. */
export interface SippCounts {
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** Since its start. */
  readonly seconds: number;
}

const NOTHING: SippCounts = { successful: 0, failed: 0, retransmissions: 0, seconds: 0 };

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One SIPp process; its counts are at most a second old while it runs, and exact once it has ended. */
export class Sipp {
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'throughline-bench-sipp-'));
  #output = '';
  #counts: SippCounts | undefined;

  constructor(options: SippOptions) {
    const { at, calls, core, rate, rows, scenario, to } = options;
    const args = ['-sf', `${SCENARIOS}${scenario}.xml`, '-i', at.address, '-p', `${at.port}`, '-nostdin'];
    args.push('-buff_size', `${BUFFER_BYTES}`, '-trace_stat', '-stf', this.#statistics, '-fd', '1');
    args.push('-trace_err', '-error_file', this.#errors);
    if (rows !== undefined) {
      const file = join(this.#folder, 'rows.csv');
      writeFileSync(file, ['SEQUENTIAL', ...rows, ''].join('\n'), 'latin1');
      args.push('-inf', file);
    }
    if (calls !== undefined) args.push('-m', `${calls}`);
    if (to !== undefined) args.push('-r', `${rate ?? 100}`, '-l', '8000', hostPort(to));
    const [command, ...rest] = core === undefined ? ['sipp'] : ['taskset', '-c', `${core}`, 'sipp'];
    const child = spawn(command, [...rest, ...args], {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    running.add(child);
    const keep = (data: Buffer): void => {
      this.#output = (this.#output + data.toString('latin1')).slice(-4_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => {
        running.delete(child);
        resolve();
      });
    });
  }

  get hasEnded(): boolean {
    return !running.has(this.#child);
  }

  get counts(): SippCounts {
    return this.#counts ?? readCounts(this.#statistics);
  }

  /** What it complained about. */
  get complaints(): string {
    const errors = existsSync(this.#errors) ? readFileSync(this.#errors, 'latin1') : '';
    // Of the many events that a hold-up leads to, only those that made a call fail say why.
    const fatal = errors.indexOf('Aborting call');
    const from = fatal === -1 ? 0 : Math.max(0, errors.lastIndexOf('\n20', fatal));
    return (errors === '' ? this.#output : errors).slice(from, from + 1_500);
  }

  /** Ends it in order, so that its counts are whole; the second signal takes calls in hand with it. */
  async stop(): Promise<SippCounts> {
    if (!this.hasEnded) {
      this.#child.kill('SIGUSR1');
      for (const signal of ['SIGUSR1', 'SIGKILL'] as const) {
        await Promise.race([this.ended, sleep(500)]);
        if (this.hasEnded) break;
        this.#child.kill(signal);
      }
      await this.ended;
    }
    this.#counts = this.counts;
    rmSync(this.#folder, { recursive: true, force: true });
    return this.#counts;
  }

  get #statistics(): string {
    return join(this.#folder, 'statistics.csv');
  }

  get #errors(): string {
    return join(this.#folder, 'errors.log');
  }
}

/** Starts SIPp to wait for calls, and waits until it listens. */
export async function awaitCalls(options: SippOptions): Promise<Sipp> {
  const sipp = new Sipp(options);
  for (let waited = 0; waited < 5_000 && !sipp.hasEnded; waited += 20) {
    if (isBound(options.at)) return sipp;
    await sleep(20);
  }
  const { complaints } = sipp;
  await sipp.stop();
  throw new Error(`SIPp (${options.scenario}) does not listen at ${hostPort(options.at)}: ${complaints}`);
}

/** Runs SIPp to the end of its calls. Throws where a call failed. */
export async function runCalls(options: SippOptions & { readonly calls: number }): Promise<SippCounts> {
  const sipp = new Sipp(options);
  await sipp.ended;
  const { complaints } = sipp;
  const counts = await sipp.stop();
  if (counts.successful !== options.calls || counts.failed > 0) {
    const { scenario } = options;
    throw new Error(`SIPp (${scenario}): ${counts.successful} of ${options.calls} went well\n${complaints}`);
  }
  return counts;
}

/** Whether a UDP socket is bound to the address, by /proc/net/udp. */
export function isBound({ address, port }: Address): boolean {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  const entry = `${bytes.reverse().join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
  return readFileSync('/proc/net/udp', 'latin1').includes(` ${entry} `);
}

/** The last line of SIPp's statistics file, by the names in its first. */
function readCounts(file: string): SippCounts {
  if (!existsSync(file)) return NOTHING;
  const lines = readFileSync(file, 'latin1').trimEnd().split('\n');
  const names = lines[0]?.split(';') ?? [];
  const values = lines.length > 1 ? (lines.at(-1)?.split(';') ?? []) : [];
  const value = (name: string): string => values[names.indexOf(name)] ?? '';
  return {
    successful: Number(value('SuccessfulCall(C)')),
    failed: Number(value('FailedCall(C)')),
    retransmissions: Number(value('Retransmissions(C)')),
    seconds: epochSeconds(value('CurrentTime')) - epochSeconds(value('StartTime')),
  };
}

/** From date, time and seconds since the Unix epoch, with tabs between. */
function epochSeconds(text: string): number {
  return Number(text.split('\t')[2] ?? 0);
}
