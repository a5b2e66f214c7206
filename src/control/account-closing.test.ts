import { expect, test } from 'vitest';
import { eachWithStand, must, NOW, OPERATOR } from '../../test/support/control-stand.ts';
import { binding } from '../../test/support/store-contract.ts';
import { THE_OPERATOR } from './asker.ts';

const stand = eachWithStand();

test('a suspended account that is named is closed, and everything of it is gone but its records', async () => {
  const plane = stand().controlPlane;
  const { account } = await stand().newAccount(['2125550100', '2125550101']);
  const { id } = account;
  stand().now += 1;
  const branch = must(await plane.createTrunkGroup(id, 'Branch')).value.trunkGroup.id;
  const backup = { trunkGroup: branch };
  must(await plane.putFailover(OPERATOR, { kind: 'account', account: id }, { number: '3105550111' }));
  must(await plane.putFailover(OPERATOR, { kind: 'did', number: '2125550100' }, { backup }));
  const { key } = must(await plane.createApiKey(id, { name: 'PBX' }));
  must(await plane.logins.invite(THE_OPERATOR, id, { email: 'jo@example.com', role: 'owner' }));
  const trunkGroup = account.trunkGroups[0]?.id ?? branch;
  const live = binding('sip:a@192.0.2.7', { trunkGroup, expiresAt: NOW + 60_000 });
  must(
    await stand().up.store.write<void, never>(async (tables) => {
      await tables.bindings.put([live]);
      return { ok: true, value: undefined };
    }),
  );
  const edge = await stand().connect();
  expect(await plane.closeAccount(id, 'Alice')).toMatchObject({
    ok: false,
    error: { kind: 'conflict', problems: [{ field: 'suspended' }] },
  });
  must(await plane.changeAccount(id, { suspended: true }));
  expect(await plane.closeAccount(id, 'Bob')).toMatchObject({
    ok: false,
    error: { kind: 'refused', problems: [{ field: 'name' }] },
  });
  const { value, revision } = must(await plane.closeAccount(id, 'Alice'));
  expect(value).toEqual({ id, name: 'Alice', dids: 2, trunkGroups: 2, users: 1 });
  // The trunk servers have nothing of it any more.
  expect(edge.changes.at(-1)).toEqual({
    revision,
    changes: [
      { kind: 'didRemoved', number: '+12125550100' },
      { kind: 'didRemoved', number: '+12125550101' },
      { kind: 'trunkGroupRemoved', id: trunkGroup },
      { kind: 'trunkGroupRemoved', id: branch },
      { kind: 'accountRemoved', id },
    ],
  });
  const tables = [
    'accounts',
    'dids',
    'trunk_groups',
    'failover_settings',
    'bindings',
    'api_keys',
    'users',
  ] as const;
  for (const table of tables)
    expect(await stand().db.selectFrom(table).selectAll().execute(), table).toEqual([]);
  expect(must(await plane.holderOf(key))).toBeUndefined();
  expect(await plane.account(id)).toMatchObject({ ok: false, error: { kind: 'notFound' } });
  // What was stays known, by its name.
  const [closed] = must(await plane.audit(OPERATOR, { account: id }, { limit: 1 })).entries;
  expect(closed).toMatchObject({ action: 'accountClosed', accountName: 'Alice', revision });
  expect(closed?.notUndoable).toContain('does not come back');
  expect(must(await plane.audit(OPERATOR, { target: '2125550100' }, { limit: 9 })).entries[0]).toMatchObject({
    action: 'accountClosed',
  });
  // The numbers and the address are free.
  must(await plane.createAccount({ name: 'Bob', dids: ['2125550100'] }));
  must(await plane.logins.invite(THE_OPERATOR, undefined, { email: 'jo@example.com', role: 'operator' }));
});
