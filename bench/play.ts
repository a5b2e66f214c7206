import { setTimeout as sleep } from 'node:timers/promises';
import { awaitCalls, Sipp, type SippCounts } from './sipp.ts';
import type { Workload } from './workloads.ts';

export interface Played extends SippCounts {
  /** Of the callees; those of the caller are in `retransmissions`. */
  readonly calleeRetransmissions: number;
  readonly complaints: string;
}

export interface PlayOptions {
  readonly rate: number;
  readonly calls: number;
  /** The core of SIPp; absent: any. */
  readonly core?: number | undefined;
  /** Ends at the first call that fails or retransmission that is made. */
  readonly endOnTrouble?: boolean;
}

/** Plays one workload against whatever listens at the edge's address. */
export async function play(workload: Workload, options: PlayOptions): Promise<Played> {
  const { calls, core, endOnTrouble = false, rate } = options;
  const callees: Sipp[] = [];
  try {
    for (const callee of workload.callees) callees.push(await awaitCalls({ ...callee, core }));
    const caller = new Sipp({ ...workload.caller, calls, rate, core });
    while (!caller.hasEnded) {
      await Promise.race([caller.ended, sleep(500)]);
      if (!endOnTrouble) continue;
      const { failed, retransmissions } = caller.counts;
      if (failed + retransmissions > 0) break;
    }
    const { complaints } = caller;
    const counts = await caller.stop();
    let calleeRetransmissions = 0;
    for (const callee of callees.splice(0)) calleeRetransmissions += (await callee.stop()).retransmissions;
    return { ...counts, calleeRetransmissions, complaints };
  } finally {
    for (const callee of callees) await callee.stop();
  }
}

/** Throws where a call failed: what is measured on failing calls is worth nothing. */
export async function playWell(workload: Workload, options: PlayOptions): Promise<Played> {
  const played = await play(workload, options);
  if (played.failed > 0 || played.successful !== options.calls) {
    const { complaints, failed, successful } = played;
    const numbers = `${successful} of ${options.calls} calls went well, ${failed} failed`;
    throw new Error(`${workload.name}: ${numbers}\n${complaints}`);
  }
  return played;
}
