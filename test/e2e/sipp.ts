import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Address } from '../../demo/agents/sip-socket.ts';
import { endWithUs } from '../../demo/children.ts';

const SCENARIOS = fileURLToPath(new URL('./sipp/', import.meta.url));

export interface SippOptions {
  /** A file of ./sipp, without `.xml`. */
  readonly scenario: string;
  /** Its own address. */
  readonly at: Address;
  /** Whom it calls; absent for one that waits to be called. */
  readonly to?: Address;
  /** How many calls it makes or takes before it ends by itself; absent: it runs until it is stopped. */
  readonly calls?: number;
  /** New calls in a second. */
  readonly rate?: number;
  /** Rows of the injection file, each a list of fields; taken in turn. */
  readonly rows?: readonly (readonly string[])[];
  /** Replacements for the `@NAME@` of the scenario. */
  readonly fill?: Readonly<Record<string, string>>;
  /** Keeps every message; not for load. */
  readonly keepMessages?: boolean;
  /** In seconds; then it fails. */
  readonly timeout?: number;
}

export interface SippEnding {
  /** 0: all calls went as the scenario says. */
  readonly code: number | null;
  /** What it complained about. */
  readonly errors: string;
}

export interface SippMessage {
  readonly direction: 'sent' | 'received';
  readonly text: string;
}

/** One SIPp process. */
export class Sipp {
  readonly ended: Promise<SippEnding>;
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'throughline-sipp-'));
  #output = '';

  constructor(options: SippOptions) {
    const { at, calls, keepMessages, rate = 10, rows, timeout = 60, to } = options;
    const scenario = this.#write('scenario.xml', filled(options));
    // -nd: what a scenario does not say does not happen; SIPp would else end calls on its own.
    const args = ['-sf', scenario, '-i', at.address, '-p', `${at.port}`, '-nd', '-nostdin'];
    args.push('-trace_err', '-error_file', join(this.#folder, 'errors.log'), '-buff_size', '4194304');
    if (rows !== undefined) {
      const content = ['SEQUENTIAL', ...rows.map((row) => row.join(';')), ''].join('\n');
      args.push('-inf', this.#write('rows.csv', content));
    }
    if (calls !== undefined) args.push('-m', `${calls}`, '-timeout', `${timeout}s`, '-timeout_error');
    if (to !== undefined) args.push('-r', `${rate}`, '-l', '8000', `${to.address}:${to.port}`);
    if (keepMessages) args.push('-trace_msg', '-message_file', this.#messageFile);
    const child = spawn('sipp', args, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    endWithUs(child);
    const keep = (data: Buffer): void => {
      this.#output = (this.#output + data.toString()).slice(-10_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        resolve({ code, errors: this.#errors() });
      });
    });
  }

  /** All messages so far; only with `keepMessages`. */
  get messages(): readonly SippMessage[] {
    const log = existsSync(this.#messageFile) ? readFileSync(this.#messageFile, 'latin1') : '';
    const messages: SippMessage[] = [];
    for (const part of log.split(/^-{40,}[^\n]*\n/m)) {
      const head = /^UDP message (sent|received)[^\n]*\n\n/.exec(part);
      if (head === null) continue;
      const text = part.slice(head[0].length);
      messages.push({ direction: head[1] === 'sent' ? 'sent' : 'received', text });
    }
    return messages;
  }

  /** Its INVITEs without the repetitions: what it was called by, in this order. */
  get calledAs(): readonly string[] {
    const calls = new Map<string, string>();
    for (const { direction, text } of this.messages) {
      const uri = /^INVITE (\S+) /.exec(text)?.[1];
      const callId = /^Call-ID: *(\S+)/im.exec(text)?.[1];
      if (direction === 'received' && uri !== undefined && callId !== undefined) calls.set(callId, uri);
    }
    return [...calls.values()];
  }

  async stop(): Promise<SippEnding> {
    this.#child.kill('SIGKILL');
    const ending = await this.ended;
    rmSync(this.#folder, { recursive: true, force: true });
    return ending;
  }

  get #messageFile(): string {
    return join(this.#folder, 'messages.log');
  }

  #write(name: string, content: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, content, 'latin1');
    return path;
  }

  #errors(): string {
    const file = readdirSync(this.#folder).find((name) => name === 'errors.log');
    const errors = file === undefined ? '' : readFileSync(join(this.#folder, file), 'latin1');
    return (errors || this.#output).slice(0, 1_500);
  }
}

/** Runs SIPp to its end; throws with its complaints where a call did not go as the scenario says. */
export async function runSipp(
  options: SippOptions & { readonly calls: number },
): Promise<readonly SippMessage[]> {
  const sipp = new Sipp(options);
  const { code, errors } = await sipp.ended;
  const { messages } = sipp;
  await sipp.stop();
  if (code !== 0) throw new Error(`SIPp (${options.scenario}) ended with code ${code}:\n${errors}`);
  return messages;
}

/** Starts SIPp to wait for calls, and waits until it listens. */
export async function awaitCalls(options: SippOptions): Promise<Sipp> {
  const sipp = new Sipp(options);
  for (let waited = 0; waited < 5_000; waited += 20) {
    if (isBound(options.at)) return sipp;
    await sleep(20);
  }
  const { errors } = await sipp.stop();
  throw new Error(
    `SIPp (${options.scenario}) does not listen at ${options.at.address}:${options.at.port}: ${errors}`,
  );
}

/** Whether a UDP socket is bound to the address, by /proc/net/udp. */
function isBound({ address, port }: Address): boolean {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  const entry = `${bytes.reverse().join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
  return readFileSync('/proc/net/udp', 'latin1').includes(` ${entry} `);
}

function filled({ fill = {}, scenario }: SippOptions): string {
  const text = readFileSync(join(SCENARIOS, `${scenario}.xml`), 'latin1');
  return text.replace(/@([A-Z]+)@/g, (_, name: string) => {
    const value = fill[name];
    if (value === undefined) throw new Error(`${scenario}.xml needs ${name}`);
    return value;
  });
}
