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
  readonly #fsync: 'on' | 'off';
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, fsync: 'on' | 'off') {
    this.#folder = folder;
    this.#port = port;
    this.#fsync = fsync;
    this.url = `postgres://throughline@127.0.0.1:${port}/postgres`;
  }

  /** `fsync`: on as in earnest, where times are measured; off spares the disk. */
  static async make(fsync: 'on' | 'off' = 'off'): Promise<PostgresProcess> {
    const server = await PostgresProcess.#empty(fsync);
    server.#run('initdb', '--auth=trust', '--username=throughline', '--no-sync', '-D', server.#data);
    await server.start();
    return server;
  }

  static async #empty(fsync: 'on' | 'off'): Promise<PostgresProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-postgres-'));
    if (isRoot()) chownSync(folder, idOf('-u'), idOf('-g'));
    return new PostgresProcess(folder, await freePort(), fsync);
  }

  /** Makes a standby of this server, to which everything is replicated before it is confirmed. */
  async standby(): Promise<PostgresProcess> {
    const standby = await PostgresProcess.#empty(this.#fsync);
    standby.#run(
      'pg_basebackup',
      '--checkpoint=fast',
      '--dbname',
      this.url,
      '--no-sync',
      '-R',
      '-D',
      standby.#data,
    );
    await standby.start();
    await this.query("alter system set synchronous_standby_names = '*'");
    await this.query('select pg_reload_conf()');
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const rows = await this.query("select 1 from pg_stat_replication where sync_state = 'sync'");
      if (rows > 0) return standby;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the standby does not replicate within 10 s');
  }

  /** Makes a standby the primary. */
  async promote(): Promise<void> {
    await this.query('select pg_promote()');
  }

  get port(): number {
    return this.#port;
  }

  /** Runs a statement and gives back how many rows it touched. */
  async query(statement: string): Promise<number> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    const { rowCount } = await client.query(statement);
    await client.end();
    return rowCount ?? 0;
  }

  /** Makes a new database from a dump of the one in use, and gives back its address. */
  async copy(name: string): Promise<string> {
    const file = join(this.#folder, `${name}.dump`);
    this.#run('pg_dump', '--format=custom', '--file', file, '--dbname', this.url);
    await this.query(`create database ${name}`);
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    this.#run('pg_restore', '--dbname', url.href, file);
    return url.href;
  }

  async start(): Promise<void> {
    const settings = [
      `port=${this.#port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${this.#folder}`,
      `fsync=${this.#fsync}`,
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
    await this.#end('SIGINT');
  }

  /** As if the machine were lost. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
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

  #run(program: string, ...args: string[]): void {
    const [command, all] = this.#command(program, ...args);
    execFileSync(command, all, { stdio: 'pipe' });
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
