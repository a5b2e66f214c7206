import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Result } from '../base/result.ts';
import type { Binding } from '../domain/binding.ts';
import type { CallRecord } from '../domain/call-record.ts';
import {
  accountId,
  callId,
  gatewayId,
  type TrunkServerId,
  trunkGroupId,
  trunkServerId,
} from '../domain/ids.ts';
import { type E164, parseE164 } from '../domain/phone-number.ts';
import type { FromEdge, SpoolEvent, ToEdge } from '../link/messages.ts';
import type { RoutingChange, RoutingPolicy } from '../link/routing.ts';
import { SpoolWriter } from '../link/spool-writer.ts';
import { sqliteBulkRows } from '../store/bulk-rows.ts';
import { nodeSqliteDialect } from '../store/node-sqlite.ts';
import type { Tables } from '../store/schema.ts';
import { Store } from '../store/store.ts';
import type { EdgePort } from './edge-port.ts';
import { keepOperatorKey } from './secrets.ts';
import { type RunningControlPlane, startControlPlane } from './start.ts';
import { ha1Of } from './tokens.ts';
import type { CreatedAccount, FailoverInput, Scope } from './views.ts';

const TRUNK1 = trunkServerId('trunk1');
const TRUNK2 = trunkServerId('trunk2');
const OPERATOR: Scope = { kind: 'operator' };
const NOW = 1_800_000_000_000;

const POLICY: RoutingPolicy = {
  homeCountry: 'US',
  allowedCountries: [],
  allowedRanges: ['203.0.113.0/24'],
  maxDiversions: 5,
};

/** A trunk server of which only the link is there. */
class FakeEdge implements EdgePort {
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
    return this.heard
      .slice(begin)
      .flatMap((message) => (message.kind === 'snapshotRows' ? message.rows : []));
  }

  get changes(): readonly { revision: number; changes: readonly RoutingChange[] }[] {
    return this.heard.flatMap((message) =>
      message.kind === 'change' ? [{ revision: message.revision, changes: message.changes }] : [],
    );
  }
}

let folder: string;
let running: RunningControlPlane;
let db: Kysely<Tables>;
let now = NOW;
const logged: string[] = [];

function must<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function e164(text: string): E164 {
  const number = parseE164(text);
  if (number === undefined) throw new Error(text);
  return number;
}

/** Lets everything that was started come to its end, up to `done`. */
async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    if (done()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it never came to that');
}

async function start(operatorKey?: string): Promise<void> {
  db = new Kysely<Tables>({ dialect: nodeSqliteDialect(join(folder, 'throughline.db'), 10) });
  running = must(
    await startControlPlane({
      store: new Store(db, sqliteBulkRows),
      clock: { now: () => now },
      log: (_level, message) => logged.push(message),
      trunkServers: [
        { id: TRUNK1, address: '198.51.100.1', port: 5060 },
        { id: TRUNK2, address: '198.51.100.2', port: 5060 },
      ],
      policy: POLICY,
      realm: 'throughline',
      spoolFolder: join(folder, 'spool'),
      operatorKey,
    }),
  );
}

async function restart(): Promise<void> {
  await running.close();
  await start();
}

async function connect(id: TrunkServerId = TRUNK1): Promise<FakeEdge> {
  const edge = new FakeEdge();
  running.edges.connect(id, edge);
  await until(() => edge.kinds.includes('snapshotEnd'));
  return edge;
}

async function newAccount(dids: readonly string[] = []): Promise<CreatedAccount> {
  return must(await running.controlPlane.createAccount({ name: 'Alice', dids })).value;
}

async function putOnDid(number: string, input: FailoverInput) {
  return await running.controlPlane.putFailover(OPERATOR, { kind: 'did', number }, input);
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-control-'));
  now = NOW;
  logged.length = 0;
  await start();
});
afterEach(async () => {
  vi.useRealTimers();
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a new account', () => {
  test('has one trunk group, whose password is told once and kept as H(A1) alone', async () => {
    const { account, credentials } = await newAccount();
    expect(credentials.password.length).toBeGreaterThanOrEqual(20);
    expect(account.trunkGroups).toEqual([expect.objectContaining({ username: credentials.username })]);
    const stored = await db.selectFrom('trunk_groups').selectAll().execute();
    expect(stored[0]).toMatchObject({
      ha1_md5: ha1Of(credentials.username, 'throughline', credentials.password).md5,
      ha1_sha256: ha1Of(credentials.username, 'throughline', credentials.password).sha256,
    });
    expect(JSON.stringify(stored)).not.toContain(credentials.password);
  });

  test('comes with its DIDs or not at all', async () => {
    await newAccount(['(212) 555-0100']);
    const taken = await running.controlPlane.createAccount({
      name: 'Bob',
      dids: ['2125550101', '2125550100'],
    });
    expect(taken).toMatchObject({ ok: false, error: { kind: 'conflict', problems: [{ field: 'dids[1]' }] } });
    expect(must(await running.controlPlane.accounts({ limit: 10 })).entries).toHaveLength(1);
    expect(await running.controlPlane.did(OPERATOR, '2125550101')).toMatchObject({
      ok: false,
      error: { kind: 'notFound', what: 'did', id: '+12125550101' },
    });
  });

  test.each([
    [{ name: '  ' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: 'x', dids: ['2125550100', 'sales'] }, 'dids[1]'],
    [{ name: 'x', delivery: { timings: { noResponse: 1 } } }, 'delivery.timings.noResponse'],
    [{ name: 'x', delivery: { triggers: { add: [487] } } }, 'delivery.triggers.add'],
    [{ name: 'x', delivery: { legCap: -1 } }, 'delivery.legCap'],
  ])('is refused with the field that is wrong: %j', async (input, field) => {
    expect(await running.controlPlane.createAccount(input)).toMatchObject({
      ok: false,
      error: { kind: 'refused', problems: [{ field }] },
    });
  });

  test('is changed in part', async () => {
    const { account } = await newAccount();
    const changed = must(
      await running.controlPlane.changeAccount(account.id, {
        suspended: true,
        delivery: { triggers: { preset: 'anything' } },
      }),
    );
    expect(changed.value).toMatchObject({
      name: 'Alice',
      suspended: true,
      delivery: { legCap: 10, triggers: { preset: 'anything' } },
    });
    expect(must(await running.controlPlane.account(account.id))).toEqual(changed.value);
    expect(await running.controlPlane.changeAccount(accountId('acc_none'), {})).toMatchObject({
      ok: false,
      error: { kind: 'notFound', what: 'account' },
    });
  });

  test('accounts are listed in the order in which they were made, page by page', async () => {
    for (const name of ['one', 'two', 'three']) {
      must(await running.controlPlane.createAccount({ name }));
      now += 1;
    }
    const first = must(await running.controlPlane.accounts({ limit: 2 }));
    const second = must(await running.controlPlane.accounts({ limit: 2, after: first.next }));
    expect([...first.entries, ...second.entries].map(({ name }) => name)).toEqual(['one', 'two', 'three']);
    expect(second.next).toBeUndefined();
  });
});

describe('DIDs', () => {
  test('are added all or none, and each that is wrong is named', async () => {
    const { account } = await newAccount(['2125550100']);
    const bad = await running.controlPlane.addDids(account.id, { numbers: ['2125550101', 'x', '3'] });
    expect(bad).toMatchObject({
      ok: false,
      error: { problems: [{ field: 'numbers[1]' }, { field: 'numbers[2]' }] },
    });
    const added = must(
      await running.controlPlane.addDids(account.id, { numbers: ['2125550101', '+12125550101'] }),
    );
    expect(added.value.map(({ number }) => number)).toEqual(['+12125550101']);
    expect(
      await running.controlPlane.addDids(accountId('acc_none'), { numbers: ['2125550102'] }),
    ).toMatchObject({
      error: { kind: 'notFound' },
    });
  });

  test('one that is somebody’s failover number already is added with a warning', async () => {
    const { account } = await newAccount(['2125550100']);
    must(await putOnDid('2125550100', { number: '2124567890' }));
    const added = must(await running.controlPlane.addDids(account.id, { numbers: ['2124567890'] }));
    expect(added.warnings).toEqual([
      { field: 'numbers[0]', message: expect.stringContaining('failover number of +12125550100') },
    ]);
  });

  test('are removed with their settings, all or none', async () => {
    const { account } = await newAccount(['2125550100', '2125550101']);
    const mixed = await running.controlPlane.removeDids(account.id, ['2125550100', '2125550199']);
    expect(mixed).toMatchObject({ ok: false, error: { problems: [{ field: 'numbers[1]' }] } });
    const removed = must(await running.controlPlane.removeDids(account.id, ['2125550100']));
    expect(removed.value).toEqual({ removed: 1 });
    expect(must(await running.controlPlane.dids(OPERATOR, {}, { limit: 5 })).entries).toHaveLength(1);
  });

  test('one that moves to another account leaves its settings behind', async () => {
    const { account } = await newAccount(['2125550100']);
    const bob = must(await running.controlPlane.createAccount({ name: 'Bob' })).value.account;
    must(await putOnDid('2125550100', { backup: 'pbx.example.com' }));
    must(await running.controlPlane.changeDid(OPERATOR, '2125550100', { triggers: { preset: 'anything' } }));
    const moved = must(await running.controlPlane.moveDids(account.id, ['2125550100'], { account: bob.id }));
    const expected = {
      number: '+12125550100',
      account: bob.id,
      trunkGroup: bob.trunkGroups[0]?.id,
      failover: undefined,
      triggers: undefined,
    };
    expect(moved.value).toEqual([expected]);
    expect(must(await running.controlPlane.did(OPERATOR, '2125550100'))).toEqual(expected);
    expect(await running.controlPlane.moveDids(account.id, ['2125550100'], {})).toMatchObject({ ok: false });
  });

  test('have triggers of their own, until they are cleared', async () => {
    await newAccount(['2125550100']);
    const set = await running.controlPlane.changeDid(OPERATOR, '2125550100', { triggers: { add: [486] } });
    expect(must(set).value.triggers).toEqual({ preset: 'unreachable', add: [486], remove: [] });
    const cleared = await running.controlPlane.changeDid(OPERATOR, '2125550100', { triggers: null });
    expect(must(cleared).value.triggers).toBeUndefined();
  });

  test('of another account are not found, whatever is asked', async () => {
    await newAccount(['2125550100']);
    const other: Scope = { kind: 'account', account: accountId('acc_other') };
    const { controlPlane } = running;
    const owner = { kind: 'did', number: '2125550100' } as const;
    for (const asked of [
      await controlPlane.did(other, '2125550100'),
      await controlPlane.changeDid(other, '2125550100', { triggers: null }),
      await controlPlane.failover(other, owner),
      await controlPlane.putFailover(other, owner, { number: '2124567890' }),
      await controlPlane.deleteFailover(other, owner),
      await controlPlane.plan(other, '2125550100'),
    ]) {
      expect(asked).toMatchObject({ ok: false, error: { kind: 'notFound', what: 'did' } });
    }
    expect(must(await controlPlane.dids(other, {}, { limit: 5 })).entries).toEqual([]);
    expect(await controlPlane.massFailover(other, { dids: ['2125550100'], failover: null })).toMatchObject({
      error: { kind: 'refused', problems: [{ field: 'dids[0]' }] },
    });
  });
});

describe('failover settings', () => {
  test('are completed, and the answer says what was and what is', async () => {
    await newAccount(['2125550100']);
    const first = must(await putOnDid('2125550100', { backup: 'PBX.example.com:5062;transport=tcp' }));
    expect(first.value).toEqual({
      before: undefined,
      after: { backup: 'pbx.example.com:5062;transport=tcp' },
    });
    const second = must(await putOnDid('2125550100', { number: '212-456-7890' }));
    expect(second.value).toEqual({ before: first.value.after, after: { number: '+12124567890' } });
    const gone = must(
      await running.controlPlane.deleteFailover(OPERATOR, { kind: 'did', number: '2125550100' }),
    );
    expect(gone.value).toEqual({ before: second.value.after, after: undefined });
  });

  test('of the account fill what the DID has not set', async () => {
    const { account } = await newAccount(['2125550100']);
    const owner: Scope = { kind: 'account', account: account.id };
    const input = { backup: '203.0.113.7', number: '2124567890' };
    must(await running.controlPlane.putFailover(owner, { kind: 'account', account: account.id }, input));
    must(await putOnDid('2125550100', { number: '2124567891' }));
    const view = must(await running.controlPlane.failover(owner, { kind: 'did', number: '2125550100' }));
    expect(view).toEqual({
      failover: { number: '+12124567891' },
      effective: {
        backup: { value: '203.0.113.7', source: 'account' },
        number: { value: '+12124567891', source: 'did' },
      },
    });
  });

  test.each([
    [{}, 'number'],
    [{ number: '911' }, 'number'],
    [{ number: '+442079460000' }, 'number'],
    [{ number: '9005551234' }, 'number'],
    [{ backup: '10.0.0.1' }, 'backup'],
    [{ backup: '127.0.0.1' }, 'backup'],
    [{ backup: '198.51.100.1' }, 'backup'],
    [{ backup: 'http://pbx' }, 'backup'],
    [{ backup: { trunkGroup: trunkGroupId('tg_none') } }, 'backup'],
  ])('are refused where they must not point: %j', async (input, field) => {
    await newAccount(['2125550100']);
    expect(await putOnDid('2125550100', input)).toMatchObject({
      ok: false,
      error: { kind: 'refused', problems: [{ field, message: expect.any(String) }] },
    });
  });

  test('must not point to a DID of ours: that is a loop', async () => {
    await newAccount(['2124567890', '2125550100']);
    expect(await putOnDid('2125550100', { number: '2124567890' })).toMatchObject({
      error: { problems: [{ field: 'number', message: expect.stringContaining('hosted by this service') }] },
    });
  });

  test('a trunk group cannot be its own backup', async () => {
    const { account } = await newAccount(['2125550100']);
    const own = account.trunkGroups[0];
    if (own === undefined) throw new Error('no trunk group');
    expect(await putOnDid('2125550100', { backup: { trunkGroup: own.id } })).toMatchObject({
      error: { problems: [{ field: 'backup', message: expect.stringContaining('its own backup') }] },
    });
  });

  test('are set for 10,000 DIDs in one revision, all or none', async () => {
    const numbers = Array.from({ length: 10_000 }, (_, i) => `+1212${5_000_000 + i}`);
    await newAccount(numbers);
    const edge = await connect();
    const bad = await running.controlPlane.massFailover(OPERATOR, {
      dids: [...numbers.slice(1), '2135550100'],
      failover: { number: '3104567890' },
    });
    expect(bad).toMatchObject({ error: { kind: 'refused', problems: [{ field: 'dids[9999]' }] } });
    const started = performance.now();
    const set = must(
      await running.controlPlane.massFailover(OPERATOR, {
        dids: numbers,
        failover: { number: '3104567890' },
      }),
    );
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(set.value).toEqual({ dids: 10_000, failover: { number: '+13104567890' } });
    expect(edge.changes).toHaveLength(1);
    expect(edge.changes[0]).toMatchObject({ revision: set.revision });
    expect(edge.changes[0]?.changes).toHaveLength(10_000);
    const cleared = must(
      await running.controlPlane.massFailover(OPERATOR, { dids: numbers, failover: null }),
    );
    expect(cleared.value).toEqual({ dids: 10_000, failover: undefined });
    expect(await db.selectFrom('failover_settings').selectAll().execute()).toEqual([]);
  });
});

describe('gateways', () => {
  test('are made, changed in part and removed', async () => {
    const { controlPlane } = running;
    const made = must(
      await controlPlane.createGateway({
        name: 'carrier',
        sources: ['203.0.113.0/24'],
        address: '203.0.113.9',
      }),
    ).value;
    expect(made).toMatchObject({ priority: 10, weight: 10, trusted: false, address: '203.0.113.9' });
    const changed = must(await controlPlane.changeGateway(made.id, { address: null, weight: 3 })).value;
    expect(changed).toEqual({ ...made, address: undefined, weight: 3 });
    expect(must(await controlPlane.gateways())).toEqual([changed]);
    must(await controlPlane.removeGateway(made.id));
    expect(await controlPlane.gateway(made.id)).toMatchObject({
      error: { kind: 'notFound', what: 'gateway' },
    });
    expect(await controlPlane.removeGateway(gatewayId('gw_none'))).toMatchObject({ ok: false });
  });

  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'x' }, 'sources'],
    [{ name: 'x', sources: ['203.0.113.7', 'carrier'] }, 'sources[1]'],
    [{ name: 'x', address: 'a b' }, 'address'],
    [{ name: 'x', address: '198.51.100.2' }, 'address'],
    [{ name: 'x', address: '203.0.113.9', weight: 0 }, 'weight'],
    [{ name: 'x', address: '203.0.113.9', priority: -1 }, 'priority'],
  ])('are refused with the field that is wrong: %j', async (input, field) => {
    expect(await running.controlPlane.createGateway(input)).toMatchObject({
      ok: false,
      error: { kind: 'refused', problems: [{ field }] },
    });
  });

  test('have a name each', async () => {
    must(await running.controlPlane.createGateway({ name: 'one', address: '203.0.113.9' }));
    expect(await running.controlPlane.createGateway({ name: 'one', address: '203.0.113.8' })).toMatchObject({
      error: { kind: 'conflict', problems: [{ field: 'name' }] },
    });
  });
});

describe('trunk servers', () => {
  test('get a snapshot as of one revision, then every change by its revision, at once', async () => {
    await newAccount(['2125550100']);
    const edge = await connect();
    expect(edge.kinds).toEqual([
      'snapshotBegin',
      'snapshotRows',
      'snapshotRows',
      'snapshotRows',
      'snapshotRows',
      'snapshotEnd',
    ]);
    expect(edge.snapshot.map(({ kind }) => kind)).toEqual(['policy', 'account', 'trunkGroup', 'did']);
    expect(edge.heard.at(-1)).toEqual({ kind: 'snapshotEnd', revision: 1 });
    const set = must(await putOnDid('2125550100', { number: '2124567890' }));
    expect(set.revision).toBe(2);
    expect(edge.changes).toEqual([
      {
        revision: 2,
        changes: [{ kind: 'did', did: expect.objectContaining({ failover: { number: '+12124567890' } }) }],
      },
    ]);
  });

  test('changes that are made while a snapshot is under way follow it, each once and in order', async () => {
    await newAccount(['2125550100']);
    const edge = new FakeEdge();
    running.edges.connect(TRUNK1, edge);
    await until(() => edge.kinds.includes('snapshotBegin'));
    expect(edge.kinds).not.toContain('snapshotEnd');
    const made = await Promise.all(
      Array.from({ length: 25 }, (_, i) => putOnDid('2125550100', { number: `21245678${10 + i}` })),
    );
    const newest = Math.max(...made.map((result) => must(result).revision));
    await until(() => edge.changes.at(-1)?.revision === newest);
    const end = edge.heard.find((message) => message.kind === 'snapshotEnd');
    const first = end?.kind === 'snapshotEnd' ? end.revision : -1;
    expect(edge.changes.map(({ revision }) => revision)).toEqual(
      Array.from({ length: newest - first }, (_, i) => first + 1 + i),
    );
  });

  test('one that has lost its place gets a snapshot again, without bindings', async () => {
    const edge = await connect();
    edge.heard.length = 0;
    edge.say({ kind: 'snapshotNeeded' });
    await until(() => edge.kinds.includes('snapshotEnd'));
    expect(edge.kinds).not.toContain('bindings');
  });

  test('a revision that another process has made is caught up with before the next is sent', async () => {
    const { account } = await newAccount();
    const edge = await connect();
    await db.updateTable('revision_counter').set({ revision: 2 }).execute();
    await db.insertInto('revisions').values({ revision: 2, at: NOW, changes_json: '[]' }).execute();
    must(await running.controlPlane.changeAccount(account.id, { name: 'Bob' }));
    await until(() => edge.changes.length === 2);
    expect(edge.changes.map(({ revision }) => revision)).toEqual([2, 3]);
  });

  test('where changes are no longer kept a snapshot takes their place', async () => {
    const { account } = await newAccount();
    const edge = await connect();
    await db.updateTable('revision_counter').set({ revision: 2 }).execute();
    await db.insertInto('revisions').values({ revision: 2, at: NOW, changes_json: null }).execute();
    must(await running.controlPlane.changeAccount(account.id, { name: 'Bob' }));
    await until(
      () => edge.heard.at(-1)?.kind === 'snapshotEnd' && edge.kinds.lastIndexOf('snapshotBegin') > 0,
    );
    expect(edge.heard.at(-1)).toEqual({ kind: 'snapshotEnd', revision: 3 });
  });

  test('a revision tells which trunk servers route by it, since when; also after a restart', async () => {
    const { account } = await newAccount();
    const edge = await connect();
    edge.say({ kind: 'routingBy', revision: 1, at: NOW + 1 });
    const { revision } = must(await running.controlPlane.changeAccount(account.id, { name: 'Bob' }));
    const states = async () => must(await running.controlPlane.revision(revision)).trunkServers;
    expect(await states()).toEqual([
      { trunkServer: TRUNK1, routingBy: 1, since: undefined },
      { trunkServer: TRUNK2, routingBy: undefined, since: undefined },
    ]);
    edge.say({ kind: 'routingBy', revision, at: NOW + 5.5 });
    expect((await states())[0]).toEqual({ trunkServer: TRUNK1, routingBy: 2, since: NOW + 6 });
    await restart();
    const again = await connect();
    again.say({ kind: 'routingBy', revision, at: NOW + 900 });
    expect((await states())[0]).toEqual({ trunkServer: TRUNK1, routingBy: 2, since: NOW + 6 });
    expect(must(await running.controlPlane.revision(2))).toMatchObject({ at: NOW, newest: 2 });
    expect(await running.controlPlane.revision(9)).toMatchObject({
      error: { kind: 'notFound', what: 'revision' },
    });
  });

  test('are down, starting or running; one that says why it cannot run is believed', async () => {
    const states = async () => must(await running.controlPlane.trunkServers()).map(({ state }) => state);
    expect(await states()).toEqual(['down', 'down']);
    const edge = await connect();
    expect(await states()).toEqual(['starting', 'down']);
    edge.say({ kind: 'listening', address: '198.51.100.1', port: 5060 });
    edge.say({ kind: 'routingBy', revision: 0, at: NOW });
    expect(await states()).toEqual(['running', 'down']);
    edge.say({ kind: 'failed', reason: 'port 5060 is taken' });
    running.edges.disconnected(TRUNK1, 'exit code 1');
    expect(must(await running.controlPlane.trunkServers())[0]).toMatchObject({
      state: 'down',
      reason: 'port 5060 is taken',
      revision: undefined,
    });
  });

  test('one that was started again is fed anew, and what the dead one still says is not heard', async () => {
    const dead = await connect();
    running.edges.disconnected(TRUNK1, 'exit code 1');
    const edge = await connect();
    dead.say({ kind: 'routingBy', revision: 77, at: NOW });
    dead.heard.length = 0;
    await newAccount();
    expect(edge.changes.map(({ revision }) => revision)).toEqual([1]);
    expect(dead.heard).toEqual([]);
    expect(must(await running.controlPlane.trunkServers())[0]?.revision).toBeUndefined();
  });

  test('tell the plan of a DID; one that does not answer within 1 s is left out', async () => {
    await newAccount(['2125550100']);
    const [one, two] = [await connect(TRUNK1), await connect(TRUNK2)];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = running.controlPlane.plan(OPERATOR, '2125550100');
    await until(() => two.kinds.includes('planQuery'));
    const query = one.heard.find((message) => message.kind === 'planQuery');
    if (query?.kind !== 'planQuery') throw new Error('nobody asked');
    expect(query.did).toBe('+12125550100');
    const answer = { trunkServer: TRUNK1, revision: 1, plan: { attempts: [] }, bindings: [] };
    one.say({ kind: 'planAnswer', query: query.query, answer });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(must(await asked).trunkServers).toEqual([
      { trunkServer: TRUNK1, answer },
      { trunkServer: TRUNK2, answer: undefined, failure: 'noAnswer' },
    ]);
    running.edges.disconnected(TRUNK2, 'exit code 1');
    const again = running.controlPlane.plan(OPERATOR, '2125550100');
    await until(() => one.heard.filter(({ kind }) => kind === 'planQuery').length === 2);
    one.say({ kind: 'planAnswer', query: query.query + 2, answer: undefined });
    expect(must(await again).trunkServers.map(({ failure }) => failure)).toEqual([
      'didUnknown',
      'notRunning',
    ]);
  });
});

describe('what trunk servers spool', () => {
  function binding(contact: string, group: string, expiresAt = NOW + 60_000): Binding {
    return {
      trunkServer: TRUNK1,
      trunkGroup: trunkGroupId(group),
      contact,
      q: 1000,
      registeredAt: NOW,
      expiresAt,
      callId: 'c',
      cseq: 1,
      userAgent: 'Asterisk',
      source: { transport: 'UDP', address: '203.0.113.5', port: 5060 },
      behindNat: false,
      path: [],
    };
  }

  function record(id: string, change: Partial<CallRecord> = {}): CallRecord {
    return {
      id: callId(id),
      trunkServer: TRUNK1,
      account: accountId('acc_1'),
      did: e164('+12125550100'),
      caller: 'anonymous',
      sipCallId: id,
      revision: 1,
      startedAt: NOW,
      finalAt: NOW + 5,
      finalStatus: 480,
      attempts: [],
      ...change,
    };
  }

  function spool(events: readonly SpoolEvent[], id = TRUNK1): void {
    const writer = must(SpoolWriter.open(join(folder, 'spool'), id, NOW));
    must(writer.append(events));
    writer.close();
  }

  async function calls(): Promise<readonly string[]> {
    const page = must(await running.controlPlane.calls(OPERATOR, {}, { limit: 100 }));
    return page.entries.map(({ record }) => record.id);
  }

  test('before the process ended is in the store before a trunk server gets its bindings', async () => {
    const { account } = await newAccount();
    const group = account.trunkGroups[0]?.id ?? '';
    await running.close();
    spool([
      { kind: 'bound', binding: binding('sip:a@203.0.113.5', group) },
      { kind: 'bound', binding: binding('sip:b@203.0.113.5', group) },
      { kind: 'bound', binding: binding('sip:old@203.0.113.5', group, NOW - 1) },
      { kind: 'unbound', trunkGroup: trunkGroupId(group), contact: 'sip:b@203.0.113.5' },
    ]);
    await start();
    const edge = await connect();
    const sent = edge.heard.flatMap((message) => (message.kind === 'bindings' ? message.bindings : []));
    expect(sent).toEqual([binding('sip:a@203.0.113.5', group)]);
    expect(edge.kinds.indexOf('bindings')).toBeLessThan(edge.kinds.indexOf('snapshotEnd'));
    expect((await connect(TRUNK2)).kinds).not.toContain('bindings');
  });

  test('is consumed as it is told, once, also over restarts', async () => {
    const edge = await connect();
    spool([
      { kind: 'call', record: record('one') },
      { kind: 'callEnded', call: callId('one'), at: NOW + 9 },
    ]);
    edge.say({ kind: 'spooled', position: { file: NOW, offset: 1 } });
    await until(() => edge.kinds.includes('spoolConsumed'));
    expect(must(await running.controlPlane.call(OPERATOR, callId('one'))).endedAt).toBe(NOW + 9);
    await db.deleteFrom('calls').execute();
    await restart();
    expect(await calls()).toEqual([]);
    spool([{ kind: 'call', record: record('two') }]);
    await restart();
    expect(await calls()).toEqual(['two']);
  });

  test('waits while the database takes nothing, and comes once when it does', async () => {
    const edge = await connect();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    spool(Array.from({ length: 2_000 }, (_, i) => ({ kind: 'call', record: record(`c${i}`) }) as const));
    const limit = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    await sql`pragma max_page_count = ${sql.lit(limit.rows[0]?.page_count ?? 0)}`.execute(db);
    edge.say({ kind: 'spooled', position: { file: NOW, offset: 1 } });
    await until(() => logged.includes('what happened at a trunk server waits in its spool'));
    expect(edge.kinds).not.toContain('spoolConsumed');
    expect(await running.controlPlane.createAccount({ name: 'x', dids: manyNumbers() })).toMatchObject({
      error: { kind: 'storeUnavailable' },
    });
    await sql`pragma max_page_count = 1000000`.execute(db);
    await vi.advanceTimersByTimeAsync(100);
    const { promise: idle, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await idle;
    let count = 0;
    while (count < 2_000) {
      await new Promise((next) => setImmediate(next));
      count = (await db.selectFrom('calls').select('id').execute()).length;
    }
    expect(count).toBe(2_000);
    await until(() => edge.kinds.includes('spoolConsumed'));
  });

  test('damaged lines are told of and passed over', async () => {
    const edge = await connect();
    const broken: SpoolEvent = { kind: 'callEnded', call: callId('x'), at: -1 };
    spool([broken, { kind: 'call', record: record('one') }]);
    edge.say({ kind: 'spooled', position: { file: NOW, offset: 1 } });
    await until(() => edge.kinds.includes('spoolConsumed'));
    expect(await calls()).toEqual(['one']);
    expect(logged).toContain('lines of the spool are damaged and were passed over');
  });

  test('a call that was handed over is one call with two records', async () => {
    spool([{ kind: 'call', record: record('first') }]);
    spool(
      [{ kind: 'call', record: record('leg', { trunkServer: TRUNK2, handedOverFrom: callId('first') }) }],
      TRUNK2,
    );
    await restart();
    expect(await calls()).toEqual(['first']);
    const byLeg = must(await running.controlPlane.call(OPERATOR, callId('leg')));
    expect(byLeg.record.id).toBe('first');
    expect(byLeg.legs.map((leg) => leg.record.id)).toEqual(['leg']);
    const other: Scope = { kind: 'account', account: accountId('acc_other') };
    expect(await running.controlPlane.call(other, callId('leg'))).toMatchObject({
      error: { kind: 'notFound' },
    });
  });

  test('calls are told page by page, by DID and by how they went', async () => {
    const events = Array.from({ length: 5 }, (_, i): SpoolEvent => {
      return {
        kind: 'call',
        record: record(`c${i}`, { startedAt: NOW + i, finalStatus: i === 2 ? 487 : 480 }),
      };
    });
    spool(events);
    await restart();
    const { controlPlane } = running;
    const first = must(await controlPlane.calls(OPERATOR, { did: '2125550100' }, { limit: 3 }));
    const second = must(await controlPlane.calls(OPERATOR, {}, { limit: 3, after: first.next }));
    const ids = [...first.entries, ...second.entries].map((call) => call.record.id);
    expect(ids).toEqual(['c4', 'c3', 'c2', 'c1', 'c0']);
    const cancelled = must(await controlPlane.calls(OPERATOR, { outcome: 'cancelled' }, { limit: 3 }));
    expect(cancelled.entries.map((call) => call.record.id)).toEqual(['c2']);
    expect(await controlPlane.calls(OPERATOR, { did: 'sales' }, { limit: 3 })).toMatchObject({ ok: false });
    expect(await controlPlane.calls(OPERATOR, {}, { limit: 3, after: 'x' })).toMatchObject({ ok: false });
  });

  test('a PBX that registers with one trunk server only is warned of, unless registrations are shared', async () => {
    const { account } = await newAccount();
    const group = account.trunkGroups[0]?.id ?? '';
    const warning = async () =>
      must(await running.controlPlane.registrations(OPERATOR, { limit: 5 })).entries[0]?.warning;
    expect(await warning()).toMatchObject({ kind: 'notRegistered' });
    spool([{ kind: 'bound', binding: binding('sip:a@203.0.113.5', group) }]);
    await restart();
    expect(await warning()).toMatchObject({
      kind: 'someTrunkServers',
      text: 'The PBX is registered with trunk1, but not with trunk2.',
      remedy: 'Register the PBX with trunk2 (198.51.100.2 port 5060), too.',
    });
    must(await running.controlPlane.changeAccount(account.id, { delivery: { sharedRegistrations: true } }));
    expect(await warning()).toBeUndefined();
  });
});

describe('secrets', () => {
  test('are made once; the operator key is told once and kept as its hash alone', async () => {
    const key = running.freshOperatorKey;
    const signingKey = running.signingKey;
    if (key === undefined) throw new Error('no key was made');
    expect(running.controlPlane.isOperatorKey(key)).toBe(true);
    expect(running.controlPlane.isOperatorKey(`${key}x`)).toBe(false);
    expect(JSON.stringify(await db.selectFrom('secrets').selectAll().execute())).not.toContain(key);
    must(await keepOperatorKey(new Store(db, sqliteBulkRows), key, now));
    await restart();
    expect(running.freshOperatorKey).toBeUndefined();
    expect(running.controlPlane.isOperatorKey(key)).toBe(true);
    expect(running.signingKey).toBe(signingKey);
  });

  test('an operator key that was never told, because the start failed before, is made anew', async () => {
    const never = running.freshOperatorKey ?? '';
    await restart();
    expect(running.freshOperatorKey).toEqual(expect.any(String));
    expect(running.controlPlane.isOperatorKey(never)).toBe(false);
  });

  test('an operator key from the settings wins', async () => {
    const made = running.freshOperatorKey ?? '';
    await running.close();
    await start('from-the-environment');
    expect(running.controlPlane.isOperatorKey('from-the-environment')).toBe(true);
    expect(running.controlPlane.isOperatorKey(made)).toBe(false);
  });
});

function manyNumbers(): readonly string[] {
  return Array.from({ length: 5_000 }, (_, i) => `+1212${5_000_000 + i}`);
}
