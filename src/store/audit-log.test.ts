import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import { ALICE, BOB, e164, must, onEveryDatabase } from '../../test/support/store-contract.ts';
import type { AuditChange } from '../domain/audit.ts';
import type { AuditWanted, NewAuditEntry } from './audit-log.ts';
import { Store } from './store.ts';

function didsChanged(numbers: readonly string[]): AuditChange {
  return {
    what: 'did',
    ids: numbers,
    count: numbers.length,
    before: { failover: null },
    after: { failover: { number: e164('+12125550199') } },
  };
}

const ENTRY: NewAuditEntry = {
  at: 1_000,
  action: 'failoverChanged',
  account: ALICE,
  accountName: 'Alice',
  actor: { kind: 'login', id: 'usr_1', name: 'jo@example.com', account: ALICE },
  address: '192.0.2.1',
  revision: 7,
  changes: [didsChanged(['+12125550100', '+12125550101'])],
};
const BY_ITSELF: NewAuditEntry = {
  at: 2_000,
  action: 'gatewayRemoved',
  actor: { kind: 'service' },
  changes: [],
};

onEveryDatabase('the audit log', (use) => {
  const numbers = async (wanted: AuditWanted) =>
    (await use().read((tables) => tables.auditLog.list(wanted, undefined, 100))).map(({ number }) => number);

  test('gives entries back as they were put, numbered without a gap', async () => {
    const kinds: readonly AuditChange[] = [
      { what: 'account', ids: ['acc_1'], count: 1, before: null, after: { name: 'A', noProgress: 'off' } },
      {
        what: 'gateway',
        ids: ['gw_1'],
        count: 1,
        name: 'carrier',
        before: { address: { host: { kind: 'ipv4', address: '192.0.2.1' }, port: 5060 }, sources: [] },
        after: { address: null, sources: ['192.0.2.0/24'] },
      },
      {
        what: 'trunkGroup',
        ids: ['tg_1'],
        count: 1,
        before: { oldPasswordUntil: null },
        after: { oldPasswordUntil: 5 },
      },
      {
        what: 'apiKey',
        ids: ['key_1'],
        count: 1,
        before: { access: 'failover', expiresAt: null },
        after: null,
      },
      { what: 'user', ids: ['usr_1'], count: 1, before: {}, after: {} },
      {
        what: 'login',
        ids: ['lgn_1'],
        count: 1,
        before: null,
        after: { userAgent: 'Ünï "x" \n', address: '::1' },
      },
      { what: 'trunkServer', ids: ['trunk9'], count: 1, before: { address: '192.0.2.9' }, after: null },
    ];
    await use().run((tables) => tables.auditLog.add([ENTRY, BY_ITSELF]));
    expect(await use().run((tables) => tables.auditLog.add([{ ...BY_ITSELF, changes: kinds }]))).toBe(3);
    const listed = await use().read((tables) => tables.auditLog.list({}, undefined, 10));
    expect(listed).toEqual([
      { ...BY_ITSELF, changes: kinds, number: 3, changeCount: kinds.length },
      { ...BY_ITSELF, number: 2, changeCount: 0 },
      { ...ENTRY, number: 1, changeCount: 1 },
    ]);
    expect(await use().read((tables) => tables.auditLog.get(1))).toEqual(listed[2]);
    expect(await use().read((tables) => tables.auditLog.get(4))).toBeUndefined();
    expect(await use().read((tables) => tables.auditLog.list({}, 3, 1))).toEqual([listed[1]]);
  });

  test('a transaction that comes to nothing leaves no entry and no gap', async () => {
    await use().store.write(async (tables) => {
      await tables.auditLog.add([ENTRY]);
      return { ok: false, error: 'refused' };
    });
    expect(await numbers({})).toEqual([]);
    expect(await use().run((tables) => tables.auditLog.add([ENTRY]))).toBe(1);
  });

  test('many that are added at once have each a number of their own', async () => {
    await Promise.all(Array.from({ length: 20 }, () => use().run((tables) => tables.auditLog.add([ENTRY]))));
    expect(await numbers({})).toEqual(Array.from({ length: 20 }, (_, n) => 20 - n));
  });

  test('finds what is wanted', async () => {
    await use().run((tables) =>
      tables.auditLog.add([
        ENTRY,
        { ...BY_ITSELF, account: BOB, toAccount: ALICE },
        {
          ...BY_ITSELF,
          at: 3_000,
          undoes: 1,
          actor: { kind: 'apiKey', id: 'key_1', name: 'PBX', account: BOB },
        },
      ]),
    );
    expect(await numbers({ account: ALICE })).toEqual([2, 1]);
    expect(await numbers({ account: BOB })).toEqual([2]);
    expect(await numbers({ action: 'failoverChanged' })).toEqual([1]);
    expect(await numbers({ actor: 'PBX' })).toEqual([3]);
    expect(await numbers({ actor: 'key_1', actorAccount: ALICE })).toEqual([]);
    expect(await numbers({ actor: 'service' })).toEqual([2]);
    expect(await numbers({ targets: ['+12125550101', 'x'] })).toEqual([1]);
    expect(await numbers({ revision: 7 })).toEqual([1]);
    expect(await numbers({ from: 2_000, until: 3_000 })).toEqual([2]);
    const [, , undone] = await use().read((tables) => tables.auditLog.list({}, undefined, 3));
    expect(undone).toMatchObject({ number: 1, undoneBy: 3 });
  });

  test('keeps of a large entry everything, and lists its beginning', async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => `+1212${String(5_550_000 + n)}`);
    await use().run((tables) => tables.auditLog.add([{ ...ENTRY, changes: [didsChanged(many)] }]));
    const [listed] = await use().read((tables) =>
      tables.auditLog.list({ targets: ['+12125559999'] }, undefined, 1),
    );
    expect(listed).toMatchObject({ changeCount: 1, changes: [{ count: 10_000, ids: many.slice(0, 20) }] });
    const whole = await use().read((tables) => tables.auditLog.get(1));
    expect(whole?.changes).toEqual([didsChanged(many)]);
  });

  describe('is append-only', () => {
    test.each([
      "update audit_entries set actor_name = 'somebody else'",
      'delete from audit_entries',
      "update audit_targets set target = '+12125550199'",
      'delete from audit_targets where entry = 1',
    ])('%s is refused, whoever sends it', async (statement) => {
      await use().run((tables) => tables.auditLog.add([ENTRY]));
      await expect(async () => await use().send(statement)).rejects.toThrow(/append-only/);
      expect(await numbers({ targets: ['+12125550100'], actor: 'jo@example.com' })).toEqual([1]);
    });
  });
});

test('an entry in SQLite is not replaced by another with its number either', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-audit-'));
  const file = join(folder, 'throughline.db');
  const store = must(Store.openSqlite(file, SEALING_KEY));
  must(await store.migrate());
  await store.write(async (tables) => ({ ok: true, value: await tables.auditLog.add([ENTRY]) }));
  await store.close();
  const outside = new DatabaseSync(file);
  const columns = outside.prepare('select * from audit_entries').columns();
  const replaced = columns.map(({ name }) => (name === 'actor_name' ? "'somebody else'" : name)).join(', ');
  expect(() =>
    outside.exec(`insert or replace into audit_entries select ${replaced} from audit_entries`),
  ).toThrow(/append-only/);
  expect(outside.prepare('select actor_name from audit_entries').all()).toEqual([
    { actor_name: 'jo@example.com' },
  ]);
  outside.close();
  rmSync(folder, { recursive: true });
});
