import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A PostgreSQL server on loopback for tests: it can be stopped and started, and is removed in the end. */
export class PostgresProcess {
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
    this.url = `postgres://throughline@127.0.0.1:${port}/postgres`;
  }

  static async make(): Promise<PostgresProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-postgres-'));
    if (isRoot()) chownSync(folder, idOf('-u'), idOf('-g'));
    const server = new PostgresProcess(folder, await freePort());
    const [command, args] = server.#command(
      'initdb',
      '--auth=trust',
      '--username=throughline',
      '--no-sync',
      '-D',
      server.#data,
    );
    execFileSync(command, args, { stdio: 'pipe' });
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const settings = [
      `port=${this.#port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${this.#folder}`,
      'fsync=off',
    ];
    const [command, args] = this.#command(
      'postgres',
      '-D',
      this.#data,
      ...settings.flatMap((one) => ['-c', one]),
    );
    this.#process = spawn(command, args, { stdio: 'ignore' });
    await this.#answering();
  }

  /** Ends open connections and waits until nothing runs. */
  async stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGINT');
    await ended;
    this.#process = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  /** PostgreSQL does not run as root. */
  #command(program: string, ...args: string[]): readonly [string, readonly string[]] {
    const path = join(programFolder(), program);
    if (!isRoot()) return [path, args];
    return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', path, ...args]];
  }

  async #answering(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const client = new pg.Client({ connectionString: this.url });
      try {
        await client.connect();
        await client.end();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error('PostgreSQL does not answer within 10 s of its start');
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
}

/** Debian keeps the server's programs out of PATH. */
function programFolder(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) {
    throw new Error('PostgreSQL is not installed. Install it as root: apt-get install postgresql');
  }
  return join(debian, newest, 'bin');
}

async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close(() => resolve(port));
  });
  return await promise;
}
