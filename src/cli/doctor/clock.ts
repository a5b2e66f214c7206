import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Finding, findingsOf } from './finding.ts';

const { ok, problem, warning } = findingsOf('clock');
const SET_IT = 'set the clock, and keep it right with chrony or systemd-timesyncd';

/** Processes on one database may differ by so much, in ms, before times in call records confuse. */
const TOLERANCE_MS = 1_000;

/** Whether the machine says that its clock is kept right; undefined where it says nothing. */
export async function clockIsKept(): Promise<boolean | undefined> {
  try {
    const show = ['show', '--property=NTPSynchronized', '--value'];
    const { stdout } = await promisify(execFile)('timedatectl', show, { timeout: 2_000 });
    return stdout.trim() === 'yes';
  } catch {
    return undefined;
  }
}

/**
 * `newestChange`: when the newest revision was made. `databaseAhead`: by how many ms the clock of the database's
 * machine is ahead of ours. Both are undefined where they are not known.
 */
export function checkClock(
  now: number,
  kept: boolean | undefined,
  newestChange: number | undefined,
  databaseAhead: number | undefined,
): readonly Finding[] {
  const found: Finding[] = [];
  if (newestChange !== undefined && newestChange > now + TOLERANCE_MS) {
    const at = new Date(newestChange).toISOString();
    found.push(problem(`it is behind: the newest change in the database is of ${at}`, SET_IT));
  }
  if (databaseAhead !== undefined && Math.abs(databaseAhead) > TOLERANCE_MS) {
    const by = `${(Math.abs(databaseAhead) / 1_000).toFixed(1)} s`;
    const where = databaseAhead > 0 ? 'behind' : 'ahead of';
    found.push(warning(`it is ${by} ${where} the clock of the database's machine`, `${SET_IT}, on both`));
  }
  if (kept === false) found.push(warning('nothing keeps it right (timedatectl: not synchronized)', SET_IT));
  if (found.length > 0) return found;
  const how = kept === true ? ', and is kept right' : '; whether it is kept right is not known here';
  return [ok(`it says ${new Date(now).toISOString()}${how}`)];
}
