import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { afterEach, beforeEach, vi } from 'vitest';
import type { Result } from '../../src/base/result.ts';
import type { EdgePort } from '../../src/control/edge-port.ts';
import { type RunningControlPlane, startControlPlane } from '../../src/control/start.ts';
import type { CreatedAccount, Scope } from '../../src/control/views.ts';
import { type TrunkServerId, trunkServerId } from '../../src/domain/ids.ts';
import { type E164, parseE164 } from '../../src/domain/phone-number.ts';
import type { FromEdge, ToEdge } from '../../src/link/messages.ts';
import type { RoutingChange, SnapshotRow } from '../../src/link/routing.ts';
import { SEALED_AS } from '../../src/link/sealing.ts';
import { sqliteBulkRows } from '../../src/store/bulk-rows.ts';
import { nodeSqliteDialect } from '../../src/store/node-sqlite.ts';
import type { Tables } from '../../src/store/schema.ts';
import { Store } from '../../src/store/store.ts';
import { SEALING_KEY } from './sealing-key.ts';

export const TRUNK1 = trunkServerId('trunk1');
export const TRUNK2 = trunkServerId('trunk2');
export const OPERATOR: Scope = { kind: 'operator' };
/** When every test begins. */
export const NOW = 1_800_000_000_000;

export function must<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

export function e164(text: string): E164 {
  const number = parseE164(text);
  if (number === undefined) throw new Error(text);
  return number;
}

/** What has not come by then never comes; in milliseconds, far beyond what an overloaded machine needs. */
const NEVER = 20_000;

/** Lets everything that was started come to its end, up to `done`. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  const begun = performance.now();
  while (!(await done())) {
    // The store works in threads of its own: turns of this one say nothing of how long they need.
    if (performance.now() - begun > NEVER) throw new Error('it never came to that');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Waits until `assertion` holds. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(assertion, { timeout: NEVER, interval: 2 });
}

/** As a change of that trunk group comes. */
function opened(row: SnapshotRow): RoutingChange {
  if (row.kind !== 'sealedTrunkGroup') return row;
  const { sealed, ...trunkGroup } = row.trunkGroup;
  const { id } = trunkGroup;
  const ha1 = {
    md5: must(SEALING_KEY.unseal(sealed.md5, SEALED_AS.ha1(id, 'MD5'))),
    sha256: must(SEALING_KEY.unseal(sealed.sha256, SEALED_AS.ha1(id, 'SHA-256'))),
  };
  return { kind: 'trunkGroup', trunkGroup: { ...trunkGroup, ha1 } };
}

/** A trunk server of which only the link is there. */
export class PlayedEdge implements EdgePort {
  readonly heard: ToEdge[] = [];
  #listener: (message: FromEdge) => void = () => {};

  post(message: ToEdge): void {
    // What goes through a MessagePort is cloned: later changes to it would not be seen.
    this.heard.push(structuredClone(message));
  }

  onMessage(listener: (message: FromEdge) => void): void {
    this.#listener = listener;
  }

  say(message: FromEdge): void {
    this.#listener(message);
  }

  get kinds(): readonly string[] {
    return this.heard.map(({ kind }) => kind);
  }

  /** The rows of the last snapshot. */
  get snapshot(): readonly RoutingChange[] {
    const begin = this.kinds.lastIndexOf('snapshotBegin');
    const rows: RoutingChange[] = [];
    for (const message of this.heard.slice(begin)) {
      if (message.kind === 'snapshotRows') {
        const sent: SnapshotRow[] = JSON.parse(message.json);
        rows.push(...sent.map(opened));
      }
      if (message.kind !== 'snapshotDids') continue;
      for (const line of message.lines.split('\n')) {
        const [number = '', id] = line.split(' ');
        const of = rows.flatMap((row) => (row.kind === 'trunkGroup' ? [row.trunkGroup] : []));
        const trunkGroup = of.find((one) => one.id === id);
        if (trunkGroup === undefined) throw new Error(line);
        const { account } = trunkGroup;
        rows.push({ kind: 'did', did: { number: e164(number), account, trunkGroup: trunkGroup.id } });
      }
    }
    return rows;
  }

  get changes(): readonly { revision: number; changes: readonly RoutingChange[] }[] {
    const whole: { revision: number; changes: readonly RoutingChange[] }[] = [];
    let parts: RoutingChange[] = [];
    for (const message of this.heard) {
      if (message.kind !== 'changePart' && message.kind !== 'change') continue;
      parts.push(...message.changes);
      if (message.kind === 'changePart') continue;
      whole.push({ revision: message.revision, changes: parts });
      parts = [];
    }
    return whole;
  }
}

interface Up {
  readonly running: RunningControlPlane;
  readonly store: Store;
  readonly db: Kysely<Tables>;
}

/** A control plane over SQLite in a folder of its own, with trunk servers that are played. */
export class ControlStand {
  readonly folder = mkdtempSync(join(tmpdir(), 'throughline-control-'));
  readonly spoolFolder = join(this.folder, 'spool');
  readonly logged: string[] = [];
  now = NOW;
  #up: Up | undefined = undefined;

  get up(): Up {
    if (this.#up === undefined) throw new Error('not started');
    return this.#up;
  }

  get running(): RunningControlPlane {
    return this.up.running;
  }

  get controlPlane(): RunningControlPlane['controlPlane'] {
    return this.up.running.controlPlane;
  }

  get db(): Kysely<Tables> {
    return this.up.db;
  }

  async start(operatorKey?: string): Promise<void> {
    const dialect = nodeSqliteDialect(join(this.folder, 'throughline.db'), 10);
    const db = new Kysely<Tables>({ dialect });
    const store = new Store(db, sqliteBulkRows, SEALING_KEY);
    const running = await startControlPlane({
      store,
      clock: { now: () => this.now },
      log: (_level, message) => this.logged.push(message),
      trunkServers: [
        { id: TRUNK1, address: '198.51.100.1', port: 5060 },
        { id: TRUNK2, address: '198.51.100.2', port: 5060 },
      ],
      policy: {
        homeCountry: 'US',
        allowedCountries: [],
        blockedPrefixes: [],
        allowedRanges: ['203.0.113.0/24'],
        maxDiversions: 5,
      },
      realm: 'throughline',
      spoolFolder: this.spoolFolder,
      operatorKey,
    });
    this.#up = { running: must(running), store, db };
  }

  async stop(): Promise<void> {
    await this.#up?.running.close();
    this.#up = undefined;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Starts a trunk server and waits until it has its snapshot. */
  async connect(id: TrunkServerId = TRUNK1): Promise<PlayedEdge> {
    const edge = new PlayedEdge();
    this.running.edges.connect(id, edge);
    await until(() => edge.kinds.includes('snapshotEnd'));
    return edge;
  }

  async newAccount(dids: readonly string[] = []): Promise<CreatedAccount> {
    return must(await this.controlPlane.createAccount({ name: 'Alice', dids })).value;
  }
}

/** A fresh stand for each test of the file. */
export function eachWithStand(): () => ControlStand {
  let stand: ControlStand | undefined;
  beforeEach(async () => {
    stand = new ControlStand();
    await stand.start();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await stand?.stop();
    if (stand !== undefined) rmSync(stand.folder, { recursive: true, force: true });
  });
  return () => {
    if (stand === undefined) throw new Error('only within a test');
    return stand;
  };
}
