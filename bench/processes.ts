import { readdirSync, readFileSync } from 'node:fs';

/** What /proc says about a process and its children. Linux only, as the whole benchmark. */

/** USER_HZ: what /proc counts CPU time in. It is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** User and system time so far, in µs: of all threads, and of the child processes that live. */
export function cpuMicros(pid: number): number {
  let ticks = 0;
  for (const one of withChildren(pid)) ticks += cpuTicks(`/proc/${one}/stat`);
  return (ticks * 1_000_000) / TICKS_PER_SECOND;
}

/** CPU time so far in µs by thread name: which part of a process it goes to. */
export function cpuMicrosByThread(pid: number): ReadonlyMap<string, number> {
  const byName = new Map<string, number>();
  for (const one of withChildren(pid)) {
    for (const task of list(`/proc/${one}/task`)) {
      const name = read(`/proc/${one}/task/${task}/comm`).trim();
      const micros = (cpuTicks(`/proc/${one}/task/${task}/stat`) * 1_000_000) / TICKS_PER_SECOND;
      byName.set(name, (byName.get(name) ?? 0) + micros);
    }
  }
  return byName;
}

/** Resident memory in MB; shared pages of several processes count once for each. */
export function residentMegabytes(pid: number): number {
  let kilobytes = 0;
  for (const one of withChildren(pid)) {
    kilobytes += Number(/^VmRSS:\s*(\d+) kB/m.exec(read(`/proc/${one}/status`))?.[1] ?? 0);
  }
  return kilobytes / 1_024;
}

/** Files, sockets and the like that the process itself has open. */
export function openFiles(pid: number): number {
  return list(`/proc/${pid}/fd`).length;
}

/** The process and all that descend from it. */
export function withChildren(pid: number): readonly number[] {
  const found = [pid];
  for (const one of found) {
    for (const task of list(`/proc/${one}/task`)) {
      const children = read(`/proc/${one}/task/${task}/children`).trim();
      if (children !== '') found.push(...children.split(' ').map(Number));
    }
  }
  return found;
}

/** Fields 14 and 15 of proc_pid_stat(5). The name before them may hold spaces and parentheses. */
function cpuTicks(file: string): number {
  const text = read(file);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

/** '' for a process or thread that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
