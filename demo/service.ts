import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Address } from './agents/sip-socket.ts';
import { Api } from './api.ts';
import { endWithUs } from './children.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** How long a start and an orderly stop may take, in milliseconds. */
const START = 15_000;
const STOP = 10_000;

/** What is kept of the service's output, in characters, for the report of a failure. */
const OUTPUT_KEPT = 200_000;

export interface TrunkServerSetting extends Address {
  readonly name: string;
}

export interface ServiceSettings {
  /** An existing folder; config file and data live in it, and stay there. */
  readonly folder: string;
  readonly http: Address;
  readonly trunkServers: readonly TrunkServerSetting[];
  /** More for the config file. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** For Node itself. */
  readonly nodeArguments?: readonly string[];
}

/** How a process ended, with what it printed. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** The environment of this process without what would be settings of the service. */
export function environmentWithoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('THROUGHLINE_')));
}

/** Runs `node src/main.ts` with a clean environment. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ending>;
  #output = '';
  #hasEnded = false;

  constructor(
    args: readonly string[],
    variables: Readonly<Record<string, string>> = {},
    nodeArguments: readonly string[] = [],
  ) {
    this.#child = spawn(process.execPath, [...nodeArguments, MAIN, ...args], {
      env: { ...environmentWithoutSettings(), ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const child = this.#child;
    endWithUs(child);
    const keep = (data: Buffer): void => {
      this.#output = (this.#output + data.toString()).slice(-OUTPUT_KEPT);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#hasEnded = true;
        resolve({ code, signal, output: this.#output });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** As the operating system does when it shuts down; after 10 s by force, which is then reported as signal. */
  async stop(): Promise<Ending> {
    this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP);
    const ending = await this.ended;
    clearTimeout(force);
    return ending;
  }

  /** As a power cut does. */
  async kill(): Promise<Ending> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }
}

/** The service, running and ready. */
export interface Service {
  readonly process: ServiceProcess;
  readonly api: Api;
  /** The operator's. */
  readonly key: string;
  readonly trunkServers: readonly TrunkServerSetting[];
}

/** By folder, so that a restart on the same folder has the same key. */
const keys = new Map<string, string>();

/** Starts the service and waits until every trunk server runs. Throws with its output when it does not come up. */
export async function startService(settings: ServiceSettings): Promise<Service> {
  const { folder, http, trunkServers, more = {}, nodeArguments } = settings;
  const key = keys.get(folder) ?? randomBytes(24).toString('hex');
  keys.set(folder, key);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'throughline.yaml');
  // JSON is YAML, too.
  const content = { dataFolder: join(folder, 'data'), http, trunkServers, log: { format: 'json' }, ...more };
  writeFileSync(file, JSON.stringify(content, undefined, 2));
  const variables = { THROUGHLINE_OPERATOR_KEY: key };
  const child = new ServiceProcess(['serve', '--config', file], variables, nodeArguments);
  const api = new Api(`http://${http.address}:${http.port}`, key);
  const deadline = performance.now() + START;
  let missing = '';
  while (!child.hasEnded && performance.now() < deadline) {
    missing = await whatIsMissing(api);
    if (missing === '') return { process: child, api, key, trunkServers };
    await Promise.race([sleep(50), child.ended]);
  }
  const ending = await child.kill();
  throw new Error(`the service did not come up (code ${ending.code}; ${missing}):\n${ending.output}`);
}

/** '' when the service is ready. */
async function whatIsMissing(api: Api): Promise<string> {
  try {
    // Those that are away are not its own.
    const down = (await api.trunkServers()).find(({ state }) => state !== 'running' && state !== 'away');
    return down === undefined ? '' : `${down.name} is ${down.state}`;
  } catch (error) {
    return String(error);
  }
}
