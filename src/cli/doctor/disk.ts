import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spoolFileNumbers, spoolFilePath, spoolOwners } from '../../link/spool-files.ts';
import { causeOf, type Finding, findingsOf } from './finding.ts';

const disk = findingsOf('disk');
const spool = findingsOf('spool');

const MIB = 1024 * 1024;
/** Below this the next hours can fill it. */
const LEAST = 200 * MIB;
/** What the spool of one trunk server may take while the database is away. */
const SPOOL_MOST = 1024 * MIB;
/** So much waits only where the store has not taken anything for a while. */
const SPOOL_LATE = 32 * MIB;
/** Each change of settings waits for the disk a few times, in ms. */
const SLOW_SYNC = 20;

/** Magic numbers of statfs(2). */
const UNSAFE: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021994, 'tmpfs, which a restart empties'],
]);

/** The room where the data folder is or will be, what the disk is, and how long it takes to keep something. */
export function checkDisk(folder: string, trunkServers: number): readonly Finding[] {
  const place = existing(folder);
  let free: number;
  let type: number;
  try {
    const { bavail, bsize, type: magic } = statfsSync(place);
    free = bavail * bsize;
    type = magic;
  } catch (thrown) {
    return [
      disk.problem(`${place} cannot be read (${causeOf(thrown)})`, 'make it readable, or change dataFolder'),
    ];
  }
  const found: Finding[] = [];
  const room = `${inMib(free)} are free for ${folder}`;
  const wanted = SPOOL_MOST * (trunkServers + 1);
  if (free < LEAST)
    found.push(disk.problem(room, 'make room: call records and settings cannot be kept otherwise'));
  else if (free < wanted) {
    found.push(disk.warning(room, `${inMib(wanted)} let the spools hold out while the database is away`));
  } else found.push(disk.ok(room));
  const unsafe = UNSAFE.get(type);
  if (unsafe !== undefined) {
    found.push(
      disk.warning(`${folder} is on ${unsafe}`, 'put dataFolder on a local disk: locks and syncs hold there'),
    );
  }
  return place === folder ? [...found, checkSync(folder)] : found;
}

/** The folder, or the closest one above it that exists. */
function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

function checkSync(folder: string): Finding {
  const file = join(folder, `doctor-${process.pid}`);
  const times: number[] = [];
  try {
    const handle = openSync(file, 'wx', 0o600);
    try {
      const block = Buffer.alloc(4096, 1);
      for (let round = 0; round < 9; round += 1) {
        const begun = performance.now();
        writeSync(handle, block);
        fsyncSync(handle);
        times.push(performance.now() - begun);
      }
    } finally {
      closeSync(handle);
      rmSync(file);
    }
  } catch (thrown) {
    const advice = 'make it writable for the user of the service, or change dataFolder';
    return disk.problem(`${folder} cannot be written (${causeOf(thrown)})`, advice);
  }
  const median = times.toSorted((a, b) => a - b)[4] ?? 0;
  const what = `keeping 4 KiB safe takes ${median.toFixed(1)} ms`;
  if (median <= SLOW_SYNC) return disk.ok(what);
  return disk.warning(what, `each change waits for that a few times; a disk below ${SLOW_SYNC} ms is better`);
}

/** What waits in the spools for the database. */
export function checkSpool(folder: string): readonly Finding[] {
  const owners = spoolOwners(folder);
  if (!owners.ok)
    return [spool.problem(`${folder} cannot be read (${owners.error.code})`, 'make it readable')];
  const waiting = owners.value.map((trunkServer) => {
    const numbers = spoolFileNumbers(folder, trunkServer);
    const files = numbers.ok ? numbers.value.map((number) => spoolFilePath(folder, trunkServer, number)) : [];
    const size = files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
    return { trunkServer, size };
  });
  const late = waiting.filter(({ size }) => size > SPOOL_LATE);
  if (late.length === 0) {
    const size = waiting.reduce((sum, one) => sum + one.size, 0);
    return [spool.ok(`${inMib(size)} in the spools`)];
  }
  return late.map(({ trunkServer, size }) =>
    spool.warning(
      `${inMib(size)} of ${trunkServer} wait for the database (${Math.round((size / SPOOL_MOST) * 100)} % of the most)`,
      'see that the database can be written; nothing is lost until it is full',
    ),
  );
}

function inMib(bytes: number): string {
  return bytes >= 10_240 * MIB ? `${Math.round(bytes / 1024 / MIB)} GiB` : `${(bytes / MIB).toFixed(0)} MiB`;
}
