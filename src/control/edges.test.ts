import { describe, expect, test, vi } from 'vitest';
import {
  eachWithStand,
  eventually,
  must,
  NOW,
  OPERATOR,
  PlayedEdge,
  TRUNK1,
  TRUNK2,
  until,
} from '../../test/support/control-stand.ts';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import { SEALED_AS } from '../link/sealing.ts';
import { Dids } from '../store/dids.ts';
import type { FailoverInput } from './views.ts';

const stand = eachWithStand();

async function putOnDid(number: string, input: FailoverInput) {
  return await stand().controlPlane.putFailover(OPERATOR, { kind: 'did', number }, input);
}

describe('trunk servers', () => {
  test('get a snapshot as of one revision, then every change by its revision, at once', async () => {
    await stand().newAccount(['2125550100']);
    const edge = await stand().connect();
    expect(edge.kinds).toEqual([
      'snapshotBegin',
      'snapshotRows',
      'snapshotRows',
      'snapshotRows',
      'snapshotDids',
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

  test('that start together get one snapshot, which is read once', async () => {
    await stand().newAccount(['2125550100']);
    const read = vi.spyOn(Dids.prototype, 'lines');
    const [one, two] = await Promise.all([stand().connect(TRUNK1), stand().connect(TRUNK2)]);
    expect(read).toHaveBeenCalledTimes(2);
    expect(two.snapshot).toEqual(one.snapshot);
    expect(two.heard.at(-1)).toEqual({ kind: 'snapshotEnd', revision: 1 });
    await stand().connect(TRUNK1);
    expect(read).toHaveBeenCalledTimes(4);
    read.mockRestore();
  });

  test('are ready once each of them both listens and has its settings', async () => {
    let ready = false;
    const waiting = stand()
      .running.edges.ready()
      .then(() => {
        ready = true;
      });
    const isReady = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return ready;
    };
    const [one, two] = [await stand().connect(TRUNK1), await stand().connect(TRUNK2)];
    for (const edge of [one, two]) {
      edge.say({ kind: 'listening', address: '127.0.0.1', port: 5060 });
      expect(await isReady()).toBe(false);
    }
    one.say({ kind: 'routingBy', revision: 0, at: NOW });
    expect(await isReady()).toBe(false);
    two.say({ kind: 'routingBy', revision: 0, at: NOW });
    await waiting;
    expect(ready).toBe(true);
  });

  test('changes that are made while a snapshot is under way follow it, each once and in order', async () => {
    await stand().newAccount(['2125550100']);
    const edge = new PlayedEdge();
    stand().running.edges.connect(TRUNK1, edge);
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

  test('get a large change in pieces, so that no call waits for it, and what follows behind it', async () => {
    const dids = Array.from({ length: 600 }, (_, index) => `212555${String(1_000 + index)}`);
    await stand().newAccount(dids);
    const edge = await stand().connect();
    edge.heard.length = 0;
    const input = { dids, failover: { number: '2124567890' } };
    must(await stand().controlPlane.massFailover(OPERATOR, input));
    must(await putOnDid(dids[0] ?? '', { number: '2124567891' }));
    await eventually(() => expect(edge.changes).toHaveLength(2));
    expect(edge.kinds).toEqual(['changePart', 'changePart', 'change', 'change']);
    const rows = edge.heard.flatMap((message) =>
      message.kind === 'changePart' || message.kind === 'change' ? [message.changes.length] : [],
    );
    expect(rows).toEqual([250, 250, 100, 1]);
    expect(edge.changes.map(({ revision }) => revision)).toEqual([2, 3]);
  });

  test('get all anew where the database has gone back, and then what is made under the same numbers', async () => {
    const { account } = await stand().newAccount();
    const edge = await stand().connect();
    must(await stand().controlPlane.changeAccount(account.id, { name: 'Lost' }));
    expect(edge.changes.map(({ revision }) => revision)).toEqual([2]);
    await stand().db.updateTable('revision_counter').set({ revision: 1 }).execute();
    await stand().db.deleteFrom('revision_changes').where('revision', '=', 2).execute();
    await stand().db.deleteFrom('revisions').where('revision', '=', 2).execute();
    await stand().db.updateTable('accounts').set({ name: 'Alice' }).execute();
    edge.heard.length = 0;
    stand().running.edges.wentBackTo(1);
    await until(() => edge.kinds.includes('snapshotEnd'));
    expect(edge.heard.at(-1)).toEqual({ kind: 'snapshotEnd', revision: 1 });
    expect(edge.snapshot).toContainEqual({
      kind: 'account',
      account: expect.objectContaining({ name: 'Alice' }),
    });
    must(await stand().controlPlane.changeAccount(account.id, { name: 'Kept' }));
    await until(() => edge.changes.length === 1);
    expect(edge.changes[0]).toMatchObject({ revision: 2, changes: [{ account: { name: 'Kept' } }] });
    expect(stand().logged).toContain('the database has gone back: confirmed changes are lost');
  });

  test('one that has lost its place gets a snapshot again, without bindings', async () => {
    const edge = await stand().connect();
    edge.heard.length = 0;
    edge.say({ kind: 'snapshotNeeded' });
    await until(() => edge.kinds.includes('snapshotEnd'));
    expect(edge.kinds).not.toContain('bindings');
  });

  test('a revision that another process has made is caught up with before the next is sent', async () => {
    const { account } = await stand().newAccount();
    const edge = await stand().connect();
    await stand().db.updateTable('revision_counter').set({ revision: 2 }).execute();
    await stand().db.insertInto('revisions').values({ revision: 2, at: NOW }).execute();
    await stand()
      .db.insertInto('revision_changes')
      .values({ revision: 2, changes_json: SEALING_KEY.seal('[]', SEALED_AS.changes(2)), size: 2 })
      .execute();
    must(await stand().controlPlane.changeAccount(account.id, { name: 'Bob' }));
    await until(() => edge.changes.length === 2);
    expect(edge.changes.map(({ revision }) => revision)).toEqual([2, 3]);
  });

  test('where changes are no longer kept a snapshot takes their place', async () => {
    const { account } = await stand().newAccount();
    const edge = await stand().connect();
    await stand().db.updateTable('revision_counter').set({ revision: 2 }).execute();
    await stand().db.insertInto('revisions').values({ revision: 2, at: NOW }).execute();
    must(await stand().controlPlane.changeAccount(account.id, { name: 'Bob' }));
    await until(
      () => edge.heard.at(-1)?.kind === 'snapshotEnd' && edge.kinds.lastIndexOf('snapshotBegin') > 0,
    );
    expect(edge.heard.at(-1)).toEqual({ kind: 'snapshotEnd', revision: 3 });
  });

  test('a revision tells which trunk servers route by it, since when; also after a restart', async () => {
    const { account } = await stand().newAccount();
    const edge = await stand().connect();
    edge.say({ kind: 'routingBy', revision: 1, at: NOW + 1 });
    const { revision } = must(await stand().controlPlane.changeAccount(account.id, { name: 'Bob' }));
    const states = async () => must(await stand().controlPlane.revision(revision)).trunkServers;
    expect(await states()).toEqual([
      { trunkServer: TRUNK1, routingBy: 1, since: undefined, lags: false },
      { trunkServer: TRUNK2, routingBy: undefined, since: undefined, lags: false },
    ]);
    edge.say({ kind: 'routingBy', revision, at: NOW + 5.5 });
    expect((await states())[0]).toEqual({ trunkServer: TRUNK1, routingBy: 2, since: NOW + 6, lags: false });
    await stand().restart();
    const again = await stand().connect();
    again.say({ kind: 'routingBy', revision, at: NOW + 900 });
    expect((await states())[0]).toEqual({ trunkServer: TRUNK1, routingBy: 2, since: NOW + 6, lags: false });
    expect(must(await stand().controlPlane.revision(2))).toMatchObject({ at: NOW, newest: 2 });
    expect(await stand().controlPlane.revision(9)).toMatchObject({
      error: { kind: 'notFound', what: 'revision' },
    });
  });

  test('are down, starting or running; one that says why it cannot run is believed', async () => {
    const states = async () => must(await stand().controlPlane.trunkServers()).map(({ state }) => state);
    expect(await states()).toEqual(['down', 'down']);
    const edge = await stand().connect();
    expect(await states()).toEqual(['starting', 'down']);
    edge.say({ kind: 'listening', address: '198.51.100.1', port: 5060 });
    edge.say({ kind: 'routingBy', revision: 0, at: NOW });
    expect(await states()).toEqual(['running', 'down']);
    edge.say({ kind: 'failed', reason: 'port 5060 is taken' });
    stand().running.edges.disconnected(TRUNK1, 'exit code 1');
    expect(must(await stand().controlPlane.trunkServers())[0]).toMatchObject({
      state: 'down',
      reason: 'port 5060 is taken',
      revision: undefined,
    });
  });

  test('one that was started again is fed anew, and what the dead one still says is not heard', async () => {
    const dead = await stand().connect();
    stand().running.edges.disconnected(TRUNK1, 'exit code 1');
    const edge = await stand().connect();
    dead.say({ kind: 'routingBy', revision: 77, at: NOW });
    dead.heard.length = 0;
    await stand().newAccount();
    expect(edge.changes.map(({ revision }) => revision)).toEqual([1]);
    expect(dead.heard).toEqual([]);
    expect(must(await stand().controlPlane.trunkServers())[0]?.revision).toBeUndefined();
  });

  test('tell the plan of a DID; one that does not answer within 1 s is left out', async () => {
    await stand().newAccount(['2125550100']);
    const [one, two] = [await stand().connect(TRUNK1), await stand().connect(TRUNK2)];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = stand().controlPlane.plan(OPERATOR, '2125550100');
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
    stand().running.edges.disconnected(TRUNK2, 'exit code 1');
    const again = stand().controlPlane.plan(OPERATOR, '2125550100');
    await until(() => one.heard.filter(({ kind }) => kind === 'planQuery').length === 2);
    one.say({ kind: 'planAnswer', query: query.query + 2, answer: undefined });
    expect(must(await again).trunkServers.map(({ failure }) => failure)).toEqual([
      'didUnknown',
      'notRunning',
    ]);
  });
});
