import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** A program that is not in npm, with the Debian package that holds it. */
export interface Program {
  readonly command: string;
  readonly from: string;
  readonly use: string;
}

export const SIPP: Program = { command: 'sipp', from: 'sip-tester', use: 'plays carriers and PBXs' };
export const DUMPCAP: Program = { command: 'dumpcap', from: 'wireshark-common', use: 'captures on lo' };
export const TSHARK: Program = { command: 'tshark', from: 'tshark', use: 'reads the capture' };
export const KAMAILIO: Program = { command: 'kamailio', from: 'kamailio', use: 'is what we compare with' };
export const TASKSET: Program = { command: 'taskset', from: 'util-linux', use: 'gives a process one core' };

const FOLDERS = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/bin'];

/** Installs what is missing, where that can be; throws with what to do where it cannot. */
export function provide(programs: readonly Program[]): void {
  const missing = programs.filter((program) => !isThere(program.command));
  if (missing.length > 0) install(missing.map(({ from }) => from));
  const left = programs.filter((program) => !isThere(program.command));
  if (left.length === 0) return;
  const lines = left.map(({ command, from, use }) => `  ${command}, which ${use} (package ${from})`);
  const advice = `Install them as root: apt-get install ${left.map(({ from }) => from).join(' ')}`;
  throw new Error(`THE BENCHMARK CANNOT RUN. Missing are:\n${lines.join('\n')}\n${advice}`);
}

function isThere(command: string): boolean {
  return FOLDERS.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function install(packages: readonly string[]): void {
  const root = asRoot();
  if (root === undefined || !isThere('apt-get')) return;
  const aptGet = (...args: string[]): boolean => {
    const [command = 'apt-get', ...rest] = [...root, 'apt-get', ...args];
    console.log(`> ${[command, ...rest].join(' ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    return spawnSync(command, rest, { env, stdio: 'inherit' }).status === 0;
  };
  const wanted = ['install', '-y', '--no-install-recommends', ...packages];
  if (!aptGet(...wanted) && aptGet('update')) aptGet(...wanted);
}

/** How to become root without being asked for a password; undefined where there is no way. */
function asRoot(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return [];
  const may = isThere('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return may ? ['sudo', '-n'] : undefined;
}
