import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Address } from '../demo/agents/sip-socket.ts';
import { Api } from '../demo/api.ts';
import {
  BACKUP_PBX,
  DELIVERED,
  dialled,
  EDGE,
  failoverNumber,
  REALM,
  REFUSED,
  REGISTRANTS,
  UNREGISTERED,
} from './address-plan.ts';
import { e164, type SeedAccount, seed } from './seed.ts';
import type { Server } from './server.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

const START = 60_000;
const STOP = 30_000;
/** By then the records of all calls must be in the store. */
const SETTLE = 20_000;

const children = new Set<ChildProcess>();
const folders = new Set<string>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes with this process. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  folders.add(folder);
  return folder;
}

export interface ThroughlineOptions {
  /** A seeded data folder; it is copied, so that every start finds the same. */
  readonly seeded: string;
  readonly trunkServers?: readonly Address[];
  /** For Node. */
  readonly nodeOptions?: readonly string[];
}

/** Our service, with call records and all. */
export class Throughline implements Server {
  readonly name = 'Throughline';
  readonly api: Api;
  /** From the start of the process until every trunk server routes calls, in ms. */
  readonly startTook: number;
  /** performance.now() of the start of the process: what its own times count from. */
  readonly startedAt: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #folder: string;
  readonly #output: () => string;
  #recordsBefore = 0;

  private constructor(
    child: ChildProcess,
    ended: Promise<void>,
    folder: string,
    api: Api,
    output: () => string,
    startedAt: number,
  ) {
    this.#child = child;
    this.#ended = ended;
    this.#folder = folder;
    this.#output = output;
    this.api = api;
    this.startedAt = startedAt;
    this.startTook = performance.now() - startedAt;
  }

  static async start(options: ThroughlineOptions): Promise<Throughline> {
    const { nodeOptions = [], seeded, trunkServers = [EDGE] } = options;
    const folder = temporaryFolder();
    const data = join(folder, 'data');
    cpSync(seeded, data, { recursive: true });
    const http: Address = { address: EDGE.address, port: 8080 };
    const settings = {
      dataFolder: data,
      http,
      trunkServers: trunkServers.map((address, index) => ({ name: `trunk${index + 1}`, ...address })),
      realm: REALM,
      policy: { allowedRanges: ['127.77.0.0/16'] },
      log: { format: 'json' },
    };
    const config = join(folder, 'throughline.yaml');
    // JSON is YAML, too.
    writeFileSync(config, JSON.stringify(settings));
    const key = randomBytes(24).toString('hex');
    const startedAt = performance.now();
    const child = spawn(process.execPath, [...nodeOptions, MAIN, 'serve', '--config', config], {
      env: { ...process.env, THROUGHLINE_OPERATOR_KEY: key },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    const lines: string[] = [];
    child.stdout.on('data', (data: Buffer) => lines.push(data.toString()));
    child.stderr.on('data', (data: Buffer) => lines.push(data.toString()));
    const ended = new Promise<void>((resolve) => {
      child.once('close', () => {
        children.delete(child);
        resolve();
      });
    });
    const output = (): string => lines.join('');
    const api = new Api(`http://${http.address}:${http.port}`, key);
    while (!(await isUp(api))) {
      if (!children.has(child) || performance.now() - startedAt > START) {
        child.kill('SIGKILL');
        throw new Error(`Throughline did not start:\n${output()}`);
      }
      await sleep(50);
    }
    return new Throughline(child, ended, folder, api, output, startedAt);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** All that it printed; complete once it has stopped. */
  get output(): string {
    return this.#output();
  }

  /** What stands in the store, read past the service so that its CPU is not used. */
  callRecords(): number {
    return this.#count('');
  }

  /** Of calls that were answered and have ended. */
  wholeCallRecords(): number {
    return this.#count("where outcome = 'answered' and ended_at is not null");
  }

  /** Every call has its record in the store, or this throws: nothing is measured without the records. */
  async settle(calls: number | undefined): Promise<void> {
    const deadline = performance.now() + SETTLE;
    const wanted = this.#recordsBefore + (calls ?? 0);
    await sleep(500);
    let records = this.callRecords();
    while (records < wanted && performance.now() < deadline) {
      await sleep(100);
      records = this.callRecords();
    }
    if (records < wanted) throw new Error(`${records} call records of ${wanted} are in the store`);
    this.#recordsBefore = records;
  }

  #count(where: string): number {
    const database = new DatabaseSync(join(this.#folder, 'data', 'throughline.db'), { readOnly: true });
    try {
      return Number(database.prepare(`select count(*) as records from calls ${where}`).get()?.['records']);
    } finally {
      database.close();
    }
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP);
    await this.#ended;
    clearTimeout(force);
    const bugs = this.output.split('\n').filter((line) => line.includes('A bug was met'));
    rmSync(this.#folder, { recursive: true, force: true });
    folders.delete(this.#folder);
    if (bugs.length > 0) throw new Error(`Throughline met ${bugs.length} bugs, the first: ${bugs[0]}`);
  }
}

async function isUp(api: Api): Promise<boolean> {
  try {
    return (await api.trunkServers()).every((server) => server.state === 'running');
  } catch {
    return false;
  }
}

/** A data folder with the accounts of the address plan. */
export async function seedAddressPlan(): Promise<string> {
  const data = join(temporaryFolder(), 'data');
  mkdirSync(data);
  await seed(data, addressPlanAccounts());
  return data;
}

function* addressPlanAccounts(): Generator<SeedAccount> {
  for (let number = DELIVERED.first; number <= REFUSED.last; number += 1) {
    yield {
      number,
      dids: [`+${dialled(number)}`],
      didFailover: { number: e164(failoverNumber(number)) },
      ...(number > UNREGISTERED.last ? { failover: { backup: BACKUP } } : {}),
    };
  }
  for (let number = REGISTRANTS.first; number <= REGISTRANTS.last; number += 1) {
    yield { number, dids: [] };
  }
}

const BACKUP = {
  kind: 'address',
  address: { host: { kind: 'ipv4', address: BACKUP_PBX.address }, port: BACKUP_PBX.port },
} as const;
