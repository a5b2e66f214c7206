import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { e164, must, NOW, PlayedEdge, until } from '../../test/support/control-stand.ts';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import type { DeliveryPlan } from '../domain/delivery.ts';
import { accountId, type TrunkServerId, trunkGroupId, trunkServerId } from '../domain/ids.ts';
import { Store } from '../store/store.ts';
import { Edges } from './edges.ts';
import { HeartBeat } from './heart-beat.ts';

const POLICY = {
  homeCountry: 'US',
  allowedCountries: [],
  blockedPrefixes: [],
  allowedRanges: [],
  maxDiversions: 5,
};
const BEATS_UNTIL_AWAY = 5;

let folder = '';
let now = NOW;
const opened: Process[] = [];

/** One process on the database, with one trunk server that is played. */
class Process {
  readonly store: Store;
  readonly edges: Edges;
  readonly beat: HeartBeat;
  readonly edge = new PlayedEdge();
  readonly logged: string[] = [];
  readonly id: TrunkServerId;

  constructor(process: string, trunkServer: string, address: string, handOver?: string) {
    this.id = trunkServerId(trunkServer);
    this.store = must(Store.openSqlite(join(folder, 'shared.db'), SEALING_KEY));
    const clock = { now: () => now };
    this.edges = new Edges({
      store: this.store,
      clock,
      trunkServers: [{ id: this.id, address, port: 5060, ...(handOver === undefined ? {} : { handOver }) }],
      policy: POLICY,
      spoolFolder: join(folder, process),
      log: (level, message) => this.logged.push(`${level}: ${message}`),
    });
    this.beat = new HeartBeat({ store: this.store, clock, edges: this.edges, process });
    opened.push(this);
  }

  async run(): Promise<void> {
    must(await this.store.migrate());
    must(await this.beat.join());
    this.edges.connect(this.id, this.edge);
    await until(() => this.edge.kinds.includes('snapshotEnd'));
    this.edge.say({ kind: 'listening', address: this.edges.own()[0]?.view.address ?? '', port: 5060 });
    this.routesBy(0);
    await this.beat.beat();
  }

  routesBy(revision: number): void {
    this.edge.say({ kind: 'routingBy', revision, at: now });
  }

  states() {
    return this.edges.views().map(({ id, state }) => `${id} ${state}`);
  }

  get peers() {
    return this.edge.heard.findLast((message) => message.kind === 'peers');
  }
}

let one: Process;
let other: Process;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-processes-'));
  now = NOW;
  one = new Process('one', 'trunk2', '198.51.100.2');
  other = new Process('other', 'trunk1', '198.51.100.1', '10.0.0.1');
  await one.run();
  await other.run();
  await one.beat.beat();
});

afterEach(async () => {
  vi.useRealTimers();
  for (const { edges, store } of opened.splice(0)) {
    await edges.close();
    await store.close();
  }
  rmSync(folder, { recursive: true });
});

describe('trunk servers of several processes on one database', () => {
  test('are known in each of them, in the same order, with what they route by', async () => {
    expect(one.states()).toEqual(['trunk1 running', 'trunk2 running']);
    expect(other.states()).toEqual(one.states());
    other.routesBy(3);
    await other.beat.beat();
    await one.beat.beat();
    expect(one.edges.views().map(({ revision }) => revision)).toEqual([3, 0]);
  });

  test('hand calls to each other, at the address that the others reach', () => {
    expect(one.peers).toEqual({
      kind: 'peers',
      peers: [{ id: 'trunk1', address: '198.51.100.1', port: 5060, handOver: '10.0.0.1' }],
    });
    expect(other.peers).toEqual({
      kind: 'peers',
      peers: [{ id: 'trunk2', address: '198.51.100.2', port: 5060 }],
    });
  });

  test('are away once their process has missed five beats, whatever the clocks say, and back with the next', async () => {
    for (let beat = 1; beat < BEATS_UNTIL_AWAY; beat += 1) await one.beat.beat();
    expect(one.states()).toEqual(['trunk1 running', 'trunk2 running']);
    await one.beat.beat();
    expect(one.states()).toEqual(['trunk1 away', 'trunk2 running']);
    expect(one.edges.views()[0]?.reason).toBe(
      `its process has not been heard of since ${new Date(NOW).toISOString()}`,
    );
    expect(one.peers).toMatchObject({ peers: [{ id: 'trunk1', away: true }] });
    now += 1;
    await other.beat.beat();
    await one.beat.beat();
    expect(one.states()).toEqual(['trunk1 running', 'trunk2 running']);
    expect(one.peers).toEqual({
      kind: 'peers',
      peers: [{ id: 'trunk1', address: '198.51.100.1', port: 5060, handOver: '10.0.0.1' }],
    });
  });

  test('are not taken for gone because the database was slow and many looks waited for it', async () => {
    await Promise.all([...Array(2 * BEATS_UNTIL_AWAY)].map(() => one.beat.beat()));
    expect(one.states()).toEqual(['trunk1 running', 'trunk2 running']);
  });

  test('are away at once where their process was stopped', async () => {
    await other.beat.end();
    await one.beat.beat();
    expect(one.states()).toEqual(['trunk1 away', 'trunk2 running']);
    expect(one.edges.views()[0]?.reason).toBe('its process was stopped');
  });

  test('that the settings have no longer are gone with the next start', async () => {
    await other.beat.end();
    const renamed = new Process('other', 'trunk7', '198.51.100.7');
    await renamed.run();
    await one.beat.beat();
    expect(one.states()).toEqual(['trunk2 running', 'trunk7 running']);
  });

  test('count legs to numbers together', async () => {
    const acme = accountId('acme');
    other.edge.say({ kind: 'numberLegs', counts: [[acme, 4]] });
    await other.beat.beat();
    await one.beat.beat();
    expect(one.edge.heard.at(-1)).toEqual({
      kind: 'numberLegs',
      trunkServer: 'trunk1',
      counts: [[acme, 4]],
      anew: true,
    });
  });

  test('that lag are named and logged by the others', async () => {
    one.edges.newestIs(5);
    now += 2_000;
    await other.beat.beat();
    await one.beat.beat();
    expect(one.edges.views()[0]?.lag).toEqual({ revision: 5, since: NOW });
    other.routesBy(5);
    await other.beat.beat();
    await one.beat.beat();
    expect(one.edges.views()[0]?.lag).toBeUndefined();
    expect(one.logged.filter((line) => line.includes('lag'))).toEqual([
      'warn: a trunk server lags: it does not route by the newest settings',
      'info: a trunk server lags no longer',
    ]);
  });

  test('say what they would do with a call when another process asks', async () => {
    const did = e164('+12125550100');
    const group = trunkGroupId('tg');
    const plan: DeliveryPlan = {
      attempts: [{ reason: { kind: 'registered' }, target: { kind: 'bindings', trunkGroup: group } }],
    };
    for (const { edge, id } of [one, other]) {
      edge.post = (message) => {
        if (message.kind !== 'planQuery') return;
        const answer = { trunkServer: id, revision: 9, plan, bindings: [] };
        edge.say({ kind: 'planAnswer', query: message.query, answer });
      };
    }
    const answering = setInterval(() => void other.edges.answerQuestions(), 5);
    const asked = one.edges.plans(did);
    const plans = await asked;
    clearInterval(answering);
    expect(plans).toEqual([
      {
        trunkServer: 'trunk1',
        plan: { ok: true, value: expect.objectContaining({ trunkServer: 'trunk1', plan }) },
      },
      {
        trunkServer: 'trunk2',
        plan: { ok: true, value: expect.objectContaining({ trunkServer: 'trunk2', plan }) },
      },
    ]);
  });

  test('have names of their own: a second process with the same name does not start while the first lives', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const twin = new Process('twin', 'trunk1', '198.51.100.9');
    const joining = twin.beat.join();
    let joined = false;
    void joining.then(() => {
      joined = true;
    });
    await until(async () => {
      now += 1_000;
      await other.beat.beat();
      await vi.advanceTimersByTimeAsync(1_000);
      return joined;
    });
    expect(await joining).toMatchObject({
      error: { kind: 'nameTaken', message: expect.stringContaining('runs a trunk server trunk1') },
    });
  });

  test('whose process died can be taken over by another a few seconds later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const heir = new Process('heir', 'trunk1', '198.51.100.9');
    const joining = heir.beat.join();
    let joined = false;
    void joining.then(() => {
      joined = true;
    });
    await until(async () => {
      now += 1_000;
      await vi.advanceTimersByTimeAsync(1_000);
      return joined;
    });
    expect(await joining).toMatchObject({ ok: true });
    expect(now - NOW).toBeGreaterThan(4_000);
  });
});
