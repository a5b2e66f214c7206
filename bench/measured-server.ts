import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Played, type PlayOptions, play, playWell } from './play.ts';
import { cpuMicros, cpuMicrosByThread, residentMegabytes, withChildren } from './processes.ts';
import type { Server } from './server.ts';
import type { Workload } from './workloads.ts';

/** The CPU cost of one workload at one rate. */
export interface Cost {
  readonly workload: string;
  readonly rate: number;
  readonly calls: number;
  /** User and system time of the whole process, in µs. */
  readonly microsPerCall: number;
  /** The same by the names of the threads. */
  readonly byThread: Readonly<Record<string, number>>;
  /** Of caller and callees together. */
  readonly retransmissions: number;
  /** Resident memory after it, in MB. */
  readonly megabytes: number;
  /** performance.now() at its beginning and end. */
  readonly from: number;
  readonly until: number;
}

/** Which core belongs to whom, where both are pinned. */
const SERVER_CORE = 0;
const SIPP_CORE = 1;

/** Where SIPp falls behind by more than this, what it found is not about the server. */
const RATE_LOST = 0.05;
/** How long the last call may take. */
const CALL_SECONDS = 0.6;
const LEAST_RATE = 50;
const MOST_TRIES = 3;
/** Until what a broken try has left behind is no longer sent again, in ms. */
const AFTER_TROUBLE = 3_000;

/** A running server, played and measured. */
export class MeasuredServer {
  readonly server: Server;
  #pinned = false;

  constructor(server: Server) {
    this.server = server;
  }

  /** Server on one core, SIPp on the other; or both wherever the system puts them. */
  pin(pinned: boolean): void {
    this.#pinned = pinned;
    const cores = pinned ? `${SERVER_CORE}` : '0-1023';
    for (const pid of withChildren(this.server.pid)) {
      const { status, stderr } = spawnSync('taskset', ['-a', '-p', '-c', cores, `${pid}`]);
      if (status !== 0) throw new Error(`taskset: ${stderr.toString()}`);
    }
  }

  /** Plays without measuring. A cold server on a busy machine may keep a caller waiting; that is only said. */
  async warmUp(workload: Workload, share: number): Promise<void> {
    const { calls, rate } = workload.warmUp;
    const played = await play(workload, { rate, calls: Math.ceil(calls * share), ...this.#sippCore });
    if (played.failed > 0) console.log(`  ${played.failed} of ${calls} calls of the warm-up failed`);
    // Their records are no cost of the calls that are measured.
    await this.server.settle(played.successful * workload.records);
  }

  /** Tried again where a call failed: on a machine that is not ours alone one may. */
  async cost(workload: Workload, rate: number, calls: number): Promise<Cost> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#cost(workload, rate, calls);
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        console.log(`  measured again: ${String(error).slice(0, 200)}`);
        await sleep(AFTER_TROUBLE);
        await this.server.settle(undefined);
      }
    }
  }

  async #cost(workload: Workload, rate: number, calls: number): Promise<Cost> {
    const { pid } = this.server;
    const from = performance.now();
    const threadsBefore = cpuMicrosByThread(pid);
    const before = cpuMicros(pid);
    const played = await this.play(workload, { rate, calls });
    const micros = cpuMicros(pid) - before;
    const byThread: Record<string, number> = {};
    for (const [name, total] of cpuMicrosByThread(pid)) {
      byThread[name] = (total - (threadsBefore.get(name) ?? 0)) / calls;
    }
    return {
      workload: workload.name,
      rate,
      calls,
      microsPerCall: micros / calls,
      byThread,
      retransmissions: played.retransmissions + played.calleeRetransmissions,
      megabytes: residentMegabytes(pid),
      from,
      until: performance.now(),
    };
  }

  /**
   * The highest rate, to 5 %, that is carried for some seconds without a lost call or a retransmission. A rate
   * counts as carried when one of two tries goes well: another process may take the core for half a second.
   */
  async highestRate(workload: Workload, first: number, seconds: number): Promise<HighestRate> {
    let good = 0;
    let bad = Number.POSITIVE_INFINITY;
    let busy = 0;
    let limitedBy: HighestRate['limitedBy'] = 'server';
    for (let rate = first; rate >= LEAST_RATE && bad / good > 1.05; ) {
      let tried = await this.#carries(workload, rate, seconds);
      if (tried.verdict !== 'carried') tried = await this.#carries(workload, rate, seconds);
      console.log(`  ${workload.name} ${rate}/s: ${tried.verdict}, server ${percent(tried.busy)} of a core`);
      if (tried.verdict === 'carried') {
        good = rate;
        busy = tried.busy;
      } else {
        bad = rate;
        limitedBy = tried.verdict === 'SIPp too slow' ? 'SIPp' : 'server';
      }
      if (good === 0) rate = Math.round(rate / 2);
      else rate = Math.round(bad === Number.POSITIVE_INFINITY ? good * 1.5 : Math.sqrt(good * bad));
    }
    return { workload: workload.name, callsPerSecond: good, limitedBy, busy };
  }

  async #carries(workload: Workload, rate: number, seconds: number) {
    const { pid } = this.server;
    const before = cpuMicros(pid);
    const from = performance.now();
    const calls = rate * seconds;
    const played = await play(workload, { rate, calls, endOnTrouble: true, ...this.#sippCore });
    const busy = (cpuMicros(pid) - before) / ((performance.now() - from) * 1_000);
    // Some calls of a broken try may have got their record and some not: the count starts anew.
    await this.server.settle(undefined);
    const trouble = played.failed + played.retransmissions + played.calleeRetransmissions;
    if (played.successful < calls || trouble > 0) {
      await sleep(AFTER_TROUBLE);
      return { verdict: `${trouble} lost or sent again`, busy } as const;
    }
    const kept = played.seconds < (calls / rate) * (1 + RATE_LOST) + CALL_SECONDS;
    return { verdict: kept ? 'carried' : 'SIPp too slow', busy } as const;
  }

  /** Plays, and waits until everything is done that the calls gave to do. */
  async play(workload: Workload, options: PlayOptions): Promise<Played> {
    const played = await playWell(workload, { ...options, ...this.#sippCore });
    await this.server.settle(played.successful * workload.records);
    return played;
  }

  get #sippCore(): { readonly core?: number } {
    return this.#pinned ? { core: SIPP_CORE } : {};
  }
}

export interface HighestRate {
  readonly workload: string;
  readonly callsPerSecond: number;
  readonly limitedBy: 'server' | 'SIPp';
  /** How much of its core the server used at that rate: 0 to 1, more with several threads on several cores. */
  readonly busy: number;
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
