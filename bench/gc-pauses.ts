import { quantile } from './statistics.ts';

/** Makes Node print every garbage collection. */
export const TRACE_GC = '--trace-gc';

/** The garbage collections of one thread. */
export interface GcPauses {
  readonly thread: 'main' | 'trunk server';
  readonly count: number;
  /** All of them together, in ms for each second. */
  readonly msPerSecond: number;
  readonly p99: number;
  readonly longest: number;
}

/** [process:isolate] ms since the start: kind … MB, pause / … ms */
const LINE = /^\[\d+:(0x[0-9a-f]+)\S*\]\s+(\d+) ms: [A-Za-z-]+ .*? MB, (?:pooled: [\d.]+ MB, )?([\d.]+) \/ /;

/**
 * What --trace-gc printed between two times, in ms since the start of the process. V8 counts from the start of
 * each thread, which is some hundred ms later for trunk servers: long enough windows do not mind.
 */
export function gcPauses(output: string, from: number, until: number): readonly GcPauses[] {
  const byThread = new Map<string, number[]>();
  for (const line of output.split('\n')) {
    const [, thread, at, pause] = LINE.exec(line) ?? [];
    if (thread === undefined) continue;
    const pauses = byThread.get(thread) ?? [];
    // The main thread is the first to collect: it stands first, with or without pauses in the window.
    byThread.set(thread, pauses);
    if (Number(at) >= from && Number(at) <= until) pauses.push(Number(pause));
  }
  const seconds = (until - from) / 1_000;
  return [...byThread.values()].map((pauses, index) => ({
    thread: index === 0 ? 'main' : 'trunk server',
    count: pauses.length,
    msPerSecond: pauses.reduce((sum, pause) => sum + pause, 0) / seconds,
    p99: pauses.length === 0 ? 0 : quantile(pauses, 0.99),
    longest: Math.max(0, ...pauses),
  }));
}
