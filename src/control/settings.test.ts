import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eachWithStand, must, OPERATOR } from '../../test/support/control-stand.ts';
import { accountId, gatewayId } from '../domain/ids.ts';
import { ha1Of } from './tokens.ts';
import type { FailoverInput, Scope, TriggersInput } from './views.ts';

const stand = eachWithStand();

async function putOnDid(number: string, input: FailoverInput) {
  return await stand().controlPlane.putFailover(OPERATOR, { kind: 'did', number }, input);
}

describe('a new account', () => {
  test('has one trunk group, whose password is told once and kept as H(A1) alone, sealed', async () => {
    const { account, credentials } = await stand().newAccount();
    expect(credentials.password.length).toBeGreaterThanOrEqual(20);
    expect(account.trunkGroups).toEqual([expect.objectContaining({ username: credentials.username })]);
    const { username, password } = credentials;
    const ha1 = ha1Of(username, 'throughline', password);
    expect((await stand().connect()).snapshot).toContainEqual({
      kind: 'trunkGroup',
      trunkGroup: expect.objectContaining({ id: account.trunkGroups[0]?.id, username, ha1 }),
    });
    await stand().stop();
    // Not in any table, nor in what SQLite leaves beside them.
    for (const file of readdirSync(stand().folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const content = readFileSync(join(file.parentPath, file.name), 'latin1');
      for (const secret of [password, ha1.md5, ha1.sha256]) expect(content, file.name).not.toContain(secret);
    }
  });

  test('gets a new password, which is told once', async () => {
    const edge = await stand().connect();
    const { account, credentials: old } = await stand().newAccount();
    const { revision, value } = must(await stand().controlPlane.replaceCredentials(account.id, undefined, 0));
    expect(value).toEqual({
      username: old.username,
      password: expect.any(String),
      realm: 'throughline',
      oldPasswordUntil: undefined,
    });
    expect(value.password).not.toBe(old.password);
    const ha1 = ha1Of(value.username, value.realm, value.password);
    expect(ha1).not.toEqual(ha1Of(old.username, old.realm, old.password));
    const { id, name, username } = account.trunkGroups[0] ?? {};
    const trunkGroup = { id, name, username, account: account.id, ha1 };
    expect(edge.changes.at(-1)).toEqual({ revision, changes: [{ kind: 'trunkGroup', trunkGroup }] });
    await stand().restart();
    const afterwards = await stand().connect();
    expect(afterwards.snapshot).toContainEqual({ kind: 'trunkGroup', trunkGroup });
    const tables = ['trunk_groups', 'revision_changes', 'revisions', 'accounts', 'secrets'] as const;
    for (const table of tables) {
      const rows = await stand().db.selectFrom(table).selectAll().execute();
      expect(JSON.stringify(rows), table).not.toContain(value.password);
    }
    expect(must(await stand().controlPlane.account(account.id))).toEqual(account);
    expect(stand().logged.join()).not.toContain(value.password);
  });

  test('that does not exist gets no password', async () => {
    expect(await stand().controlPlane.replaceCredentials(accountId('acc_none'))).toMatchObject({
      ok: false,
      error: { kind: 'notFound', what: 'account' },
    });
  });

  test('comes with its DIDs or not at all', async () => {
    await stand().newAccount(['(212) 555-0100']);
    const taken = await stand().controlPlane.createAccount({
      name: 'Bob',
      dids: ['2125550101', '2125550100'],
    });
    expect(taken).toMatchObject({ ok: false, error: { kind: 'conflict', problems: [{ field: 'dids[1]' }] } });
    expect(must(await stand().controlPlane.accounts({ limit: 10 })).entries).toHaveLength(1);
    expect(await stand().controlPlane.did(OPERATOR, '2125550101')).toMatchObject({
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
    expect(await stand().controlPlane.createAccount(input)).toMatchObject({
      ok: false,
      error: { kind: 'refused', problems: [{ field }] },
    });
  });

  test('is changed in part', async () => {
    const { account } = await stand().newAccount();
    const changed = must(
      await stand().controlPlane.changeAccount(account.id, {
        suspended: true,
        delivery: { triggers: { preset: 'anything' } },
      }),
    );
    expect(changed.value).toMatchObject({
      name: 'Alice',
      suspended: true,
      delivery: { legCap: 10, triggers: { preset: 'anything' } },
    });
    expect(must(await stand().controlPlane.account(account.id))).toEqual(changed.value);
    expect(await stand().controlPlane.changeAccount(accountId('acc_none'), {})).toMatchObject({
      ok: false,
      error: { kind: 'notFound', what: 'account' },
    });
  });

  test('accounts are listed in the order in which they were made, page by page', async () => {
    for (const name of ['one', 'two', 'three']) {
      must(await stand().controlPlane.createAccount({ name }));
      stand().now += 1;
    }
    const first = must(await stand().controlPlane.accounts({ limit: 2 }));
    const second = must(await stand().controlPlane.accounts({ limit: 2, after: first.next }));
    expect([...first.entries, ...second.entries].map(({ name }) => name)).toEqual(['one', 'two', 'three']);
    expect(second.next).toBeUndefined();
  });
});

describe('DIDs', () => {
  test('are added all or none, and each that is wrong is named', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    const bad = await stand().controlPlane.addDids(account.id, { numbers: ['2125550101', 'x', '3'] });
    expect(bad).toMatchObject({
      ok: false,
      error: { problems: [{ field: 'numbers[1]' }, { field: 'numbers[2]' }] },
    });
    const added = must(
      await stand().controlPlane.addDids(account.id, { numbers: ['2125550101', '+12125550101'] }),
    );
    expect(added.value.map(({ number }) => number)).toEqual(['+12125550101']);
    expect(
      await stand().controlPlane.addDids(accountId('acc_none'), { numbers: ['2125550102'] }),
    ).toMatchObject({
      error: { kind: 'notFound' },
    });
  });

  test('one that is somebody’s failover number already is added with a warning', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    must(await putOnDid('2125550100', { number: '2124567890' }));
    const added = must(await stand().controlPlane.addDids(account.id, { numbers: ['2124567890'] }));
    expect(added.warnings).toEqual([
      { field: 'numbers[0]', message: expect.stringContaining('failover number of +12125550100') },
    ]);
  });

  test('are removed with their settings, all or none', async () => {
    const { account } = await stand().newAccount(['2125550100', '2125550101']);
    const mixed = await stand().controlPlane.removeDids(account.id, ['2125550100', '2125550199']);
    expect(mixed).toMatchObject({ ok: false, error: { problems: [{ field: 'numbers[1]' }] } });
    const removed = must(await stand().controlPlane.removeDids(account.id, ['2125550100']));
    expect(removed.value).toEqual({ removed: 1 });
    expect(must(await stand().controlPlane.dids(OPERATOR, {}, { limit: 5 })).entries).toHaveLength(1);
  });

  test('one that moves to another account leaves its settings behind', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    const bob = must(await stand().controlPlane.createAccount({ name: 'Bob' })).value.account;
    must(await putOnDid('2125550100', { backup: 'pbx.example.com' }));
    must(await stand().controlPlane.changeDid(OPERATOR, '2125550100', { triggers: { preset: 'anything' } }));
    const moved = must(await stand().controlPlane.moveDids(account.id, ['2125550100'], { account: bob.id }));
    const expected = {
      number: '+12125550100',
      account: bob.id,
      trunkGroup: bob.trunkGroups[0]?.id,
      failover: undefined,
      triggers: undefined,
    };
    expect(moved.value).toEqual([expected]);
    expect(must(await stand().controlPlane.did(OPERATOR, '2125550100'))).toEqual({
      ...expected,
      effective: {},
    });
    expect(await stand().controlPlane.moveDids(account.id, ['2125550100'], {})).toMatchObject({ ok: false });
  });

  test('have triggers of their own, until they are cleared', async () => {
    await stand().newAccount(['2125550100']);
    const set = await stand().controlPlane.changeDid(OPERATOR, '2125550100', { triggers: { add: [486] } });
    expect(must(set).value.triggers).toEqual({ preset: 'unreachable', add: [486], remove: [] });
    const cleared = await stand().controlPlane.changeDid(OPERATOR, '2125550100', { triggers: null });
    expect(must(cleared).value.triggers).toBeUndefined();
  });

  test('with new triggers of their own keep of those that applied so far what is not named', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    const triggers = { preset: 'anything', remove: [404] } as const;
    must(await stand().controlPlane.changeAccount(account.id, { delivery: { triggers } }));
    const set = async (input: TriggersInput) =>
      must(await stand().controlPlane.changeDid(OPERATOR, '2125550100', { triggers: input })).value.triggers;
    expect(await set({ add: [302] })).toEqual({ preset: 'anything', add: [302], remove: [404] });
    expect(await set({ remove: [] })).toEqual({ preset: 'anything', add: [302], remove: [] });
    expect(await set({ preset: 'unreachable' })).toEqual({ preset: 'unreachable', add: [302], remove: [] });
  });

  test('of another account are not found, whatever is asked', async () => {
    await stand().newAccount(['2125550100']);
    const other: Scope = { kind: 'account', account: accountId('acc_other') };
    const { controlPlane } = stand();
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

describe('gateways', () => {
  test('are made, changed in part and removed', async () => {
    const { controlPlane } = stand();
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
    expect(must(await controlPlane.gateways({ limit: 10 }))).toEqual({ entries: [changed] });
    must(await controlPlane.removeGateway(made.id));
    expect(await controlPlane.gateway(made.id)).toMatchObject({
      error: { kind: 'notFound', what: 'gateway' },
    });
    expect(await controlPlane.removeGateway(gatewayId('gw_none'))).toMatchObject({ ok: false });
  });

  test('have their sources written in one way, and a source that is half the world is warned of', async () => {
    const { value, warnings } = must(
      await stand().controlPlane.createGateway({
        name: 'carrier',
        sources: ['203.0.113.7/24', ' 203.0.113.0/24', '::ffff:192.0.2.1', '0.0.0.0/0', '::/0'],
      }),
    );
    expect(value.sources).toEqual(['203.0.113.0/24', '192.0.2.1', '0.0.0.0/0', '::/0']);
    expect(warnings?.map(({ field }) => field)).toEqual(['sources[2]', 'sources[3]']);
    const narrow = must(await stand().controlPlane.changeGateway(value.id, { sources: ['203.0.113.0/24'] }));
    expect(narrow.warnings).toEqual([]);
  });

  test('when the last one that takes calls is gone, it is said that no number can be dialled', async () => {
    const { controlPlane } = stand();
    const make = async (name: string) =>
      must(await controlPlane.createGateway({ name, sources: ['203.0.113.7'], address: '203.0.113.9' }))
        .value;
    const [one, two] = [await make('one'), await make('two')];
    expect(must(await controlPlane.changeGateway(one.id, { address: null })).warnings).toEqual([]);
    const last = must(await controlPlane.removeGateway(two.id));
    expect(last.warnings).toEqual([
      { field: 'id', message: expect.stringContaining('No gateway takes calls') },
    ]);
    expect(must(await controlPlane.removeGateway(one.id)).warnings).toEqual([]);
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
    expect(await stand().controlPlane.createGateway(input)).toMatchObject({
      ok: false,
      error: { kind: 'refused', problems: [{ field }] },
    });
  });

  test('have a name each', async () => {
    must(await stand().controlPlane.createGateway({ name: 'one', address: '203.0.113.9' }));
    expect(await stand().controlPlane.createGateway({ name: 'one', address: '203.0.113.8' })).toMatchObject({
      error: { kind: 'conflict', problems: [{ field: 'name' }] },
    });
  });
});
