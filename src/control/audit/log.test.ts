import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eachWithStand, must, NOW, OPERATOR } from '../../../test/support/control-stand.ts';
import { type AccountId, apiKeyId, trunkGroupId } from '../../domain/ids.ts';
import { type Asker, THE_OPERATOR } from '../asker.ts';
import type { AuditFilter } from './queries.ts';

const stand = eachWithStand();

/** An operator who is logged in. */
const ADA: Asker = {
  ...THE_OPERATOR,
  by: { kind: 'login', user: 'usr_ada', email: 'ada@ops.example' },
  address: '192.0.2.7',
};

function ownerOf(account: AccountId): Asker {
  return {
    scope: { kind: 'account', account },
    access: 'write',
    by: { kind: 'apiKey', id: 'key_owner', name: 'FreePBX' },
    address: '198.51.100.9',
  };
}

async function log(filter: AuditFilter = {}, account?: AccountId) {
  const scope = account === undefined ? OPERATOR : ({ kind: 'account', account } as const);
  return must(await stand().controlPlane.audit(scope, filter, { limit: 1_000 })).entries;
}

describe('an entry of the audit log', () => {
  test('says who changed what, from what to what, when, from where, and in which revision', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    stand().now += 60_000;
    const owner = stand().controlPlane.as(ownerOf(account.id));
    const did = { kind: 'did', number: '2125550100' } as const;
    const scope = { kind: 'account', account: account.id } as const;
    await owner.putFailover(scope, did, { number: '3105550111' });
    const { revision } = must(await owner.putFailover(scope, did, { number: '3105550122' }));
    const [entry] = await log();
    expect(entry).toMatchObject({
      number: 3,
      at: NOW + 60_000,
      action: 'failoverChanged',
      account: account.id,
      accountName: 'Alice',
      actor: { kind: 'apiKey', id: 'key_owner', name: 'FreePBX', account: account.id },
      address: '198.51.100.9',
      revision,
      changes: [
        {
          what: 'did',
          ids: ['+12125550100'],
          count: 1,
          before: { failover: { number: '+13105550111' } },
          after: { failover: { number: '+13105550122' } },
        },
      ],
    });
  });

  test('stands there exactly where the change does', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    const before = (await log()).length;
    const did = { kind: 'did', number: '2125550100' } as const;
    const refused = await stand().controlPlane.putFailover(OPERATOR, did, { number: '911' });
    expect(refused.ok).toBe(false);
    expect(await log()).toHaveLength(before);
    // What cannot be written into the log cannot be changed either.
    await stand().db.schema.alterTable('audit_entries').renameTo('audit_entries_away').execute();
    await expect(stand().controlPlane.putFailover(OPERATOR, did, { number: '3105550111' })).rejects.toThrow();
    await stand().db.schema.alterTable('audit_entries_away').renameTo('audit_entries').execute();
    expect(must(await stand().controlPlane.failover(OPERATOR, did)).failover).toBeUndefined();
    expect(must(await stand().controlPlane.account(account.id)).dids).toBe(1);
  });

  test('holds no secret, whatever made one', async () => {
    const plane = stand().controlPlane;
    const { account, credentials } = await stand().newAccount();
    const rotated = must(await plane.replaceCredentials(account.id)).value;
    const group = must(await plane.createTrunkGroup(account.id, 'Branch')).value;
    const { key, apiKey } = must(await plane.createApiKey(account.id, { name: 'PBX' }));
    must(await plane.revokeApiKey(account.id, apiKeyId(apiKey.id)));
    const input = { email: 'jo@example.com', role: 'owner' } as const;
    const { link } = must(await plane.logins.invite(THE_OPERATOR, account.id, input));
    const secrets = [
      credentials.password,
      rotated.password,
      group.credentials.password,
      key,
      link.split('/').at(-1) ?? '',
    ];
    const rows = [
      ...(await stand().db.selectFrom('audit_entries').selectAll().execute()),
      ...(await stand().db.selectFrom('audit_targets').selectAll().execute()),
    ];
    const text = JSON.stringify(rows);
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(20);
      expect(text).not.toContain(secret);
    }
    expect((await log()).map(({ action }) => action)).toEqual([
      'userInvited',
      'apiKeyRevoked',
      'apiKeyCreated',
      'trunkGroupCreated',
      'sipPasswordReplaced',
      'accountCreated',
    ]);
    await stand().stop();
    for (const file of readdirSync(stand().folder)) {
      if (!file.endsWith('.db')) continue;
      const content = readFileSync(join(stand().folder, file), 'latin1');
      for (const secret of secrets) expect(content, file).not.toContain(secret);
    }
  });

  test('keeps the name of a key that was revoked and of an account that is called otherwise now', async () => {
    const { account } = await stand().newAccount();
    const { apiKey } = must(await stand().controlPlane.createApiKey(account.id, { name: 'Old PBX' }));
    must(await stand().controlPlane.revokeApiKey(account.id, apiKeyId(apiKey.id)));
    must(await stand().controlPlane.changeAccount(account.id, { name: 'Bakery' }));
    expect(await log({ target: apiKey.id })).toMatchObject([
      { action: 'apiKeyRevoked', accountName: 'Alice', changes: [{ name: 'Old PBX', after: null }] },
      { action: 'apiKeyCreated', accountName: 'Alice', changes: [{ name: 'Old PBX', before: null }] },
    ]);
  });

  test('says only what is different', async () => {
    const { account } = await stand().newAccount();
    must(await stand().controlPlane.changeAccount(account.id, { name: 'Alice', delivery: { legCap: 3 } }));
    must(await stand().controlPlane.changeAccount(account.id, { name: 'Alice' }));
    expect(await log({ action: 'accountChanged' })).toMatchObject([
      { changes: [], notUndoable: 'It changed nothing.' },
      { changes: [{ before: { legCap: 10 }, after: { legCap: 3 } }], notUndoable: undefined },
    ]);
    expect((await log())[1]?.changes[0]?.before).toEqual({ legCap: 10 });
  });

  test('that is large shows its beginning in the list and everything by itself', async () => {
    const dids = Array.from({ length: 50 }, (_, n) => `+1212555${String(1_000 + n)}`);
    await stand().newAccount(dids);
    must(await stand().controlPlane.massFailover(OPERATOR, { dids, failover: { number: '3105550111' } }));
    const each = dids.map((did, n) => ({ did, failover: { number: `+1310555${String(2_000 + n)}` } }));
    must(await stand().controlPlane.eachFailover(OPERATOR, { changes: each }));
    const [second, first] = await log({ action: 'failoverChanged' });
    expect(first).toMatchObject({ changeCount: 1, changes: [{ count: 50 }] });
    expect(first?.changes[0]?.ids).toHaveLength(20);
    expect(second).toMatchObject({ changeCount: 50 });
    expect(second?.changes).toHaveLength(20);
    const whole = must(await stand().controlPlane.auditEntry(OPERATOR, first?.number ?? 0));
    expect(whole.changes[0]?.ids).toEqual(dids);
    expect(must(await stand().controlPlane.auditEntry(OPERATOR, second?.number ?? 0)).changes).toHaveLength(
      50,
    );
    // Also one that the list does not show is found.
    expect(await log({ target: '(212) 555-1049' })).toHaveLength(3);
  });
});

describe('the list', () => {
  test('is filtered by account, action, who did it, revision and time', async () => {
    const { account } = await stand().newAccount();
    stand().now += 1_000;
    const bob = must(await stand().controlPlane.as(ADA).createAccount({ name: 'Bob' })).value.account;
    const { revision } = must(await stand().controlPlane.as(ADA).changeAccount(bob.id, { suspended: true }));
    const numbers = async (filter: AuditFilter) => (await log(filter)).map(({ number }) => number);
    expect(await numbers({})).toEqual([3, 2, 1]);
    expect(await numbers({ account: account.id })).toEqual([1]);
    expect(await numbers({ action: 'accountCreated' })).toEqual([2, 1]);
    expect(await numbers({ actor: 'ada@ops.example' })).toEqual([3, 2]);
    expect(await numbers({ actor: 'usr_ada' })).toEqual([3, 2]);
    expect(await numbers({ actor: 'operatorKey' })).toEqual([1]);
    expect(await numbers({ revision })).toEqual([3]);
    expect(await numbers({ until: NOW + 1_000 })).toEqual([1]);
    expect(await numbers({ from: NOW + 1_000 })).toEqual([3, 2]);
    expect(await numbers({ target: 'nothing\0of that' })).toEqual([]);
  });

  test('goes on where the page before ended', async () => {
    const { account } = await stand().newAccount();
    for (let n = 0; n < 4; n += 1)
      must(await stand().controlPlane.changeAccount(account.id, { name: `A${n}` }));
    const first = must(await stand().controlPlane.audit(OPERATOR, {}, { limit: 2 }));
    expect(first.entries.map(({ number }) => number)).toEqual([5, 4]);
    // What comes meanwhile moves nothing.
    must(await stand().controlPlane.changeAccount(account.id, { name: 'B' }));
    const second = must(await stand().controlPlane.audit(OPERATOR, {}, { limit: 3, after: first.next }));
    expect(second.entries.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(second.next).toBeUndefined();
  });
});

describe('people of an account', () => {
  test('see what happened to it, and of operators that it was one, but not who or from where', async () => {
    const { account } = await stand().newAccount();
    must(await stand().controlPlane.createGateway({ name: 'carrier', sources: ['192.0.2.1'] }));
    must(await stand().controlPlane.as(ADA).changeAccount(account.id, { suspended: true }));
    const asOwner = stand().controlPlane.as(ownerOf(account.id));
    must(await asOwner.changeAccount(account.id, { name: 'Ours' }));
    const seen = await log({}, account.id);
    expect(seen.map(({ action }) => action)).toEqual(['accountChanged', 'accountChanged', 'accountCreated']);
    expect(seen[0]).toMatchObject({ actor: { name: 'FreePBX' }, address: '198.51.100.9', byOperator: false });
    expect(seen[1]).toMatchObject({ actor: { kind: 'login' }, byOperator: true });
    expect(JSON.stringify(seen)).not.toMatch(/ada@|usr_ada|192\.0\.2\.7/);
    // Nor by asking for each.
    expect(await log({ actor: 'ada@ops.example' }, account.id)).toEqual([]);
    expect(await log({ actor: 'FreePBX' }, account.id)).toHaveLength(1);
    const other = await stand().controlPlane.auditEntry({ kind: 'account', account: account.id }, 2);
    expect(other).toMatchObject({ ok: false, error: { kind: 'notFound', what: 'auditEntry' } });
  });

  test('see that DIDs went or came, and nothing of where they were moved to or came from', async () => {
    const alice = (await stand().newAccount(['2125550100'])).account;
    const bob = must(await stand().controlPlane.createAccount({ name: 'Bob' })).value.account;
    const did = { kind: 'did', number: '2125550100' } as const;
    must(await stand().controlPlane.putFailover(OPERATOR, did, { number: '3105550111' }));
    must(await stand().controlPlane.moveDids(alice.id, ['2125550100'], { account: bob.id }));
    const [left] = await log({}, alice.id);
    const [came] = await log({}, bob.id);
    expect(left).toMatchObject({ action: 'didsMoved', changes: [{ ids: ['+12125550100'], after: null }] });
    expect(JSON.stringify(left)).not.toContain(bob.id);
    expect(came).toMatchObject({ action: 'didsMoved', account: bob.id, changes: [{ before: null }] });
    expect(JSON.stringify(came)).not.toMatch(new RegExp(`${alice.id}|Alice|3105550111`));
    const [both] = await log();
    expect(both).toMatchObject({ account: alice.id, toAccount: bob.id });
  });

  test('see an operation over the DIDs of several accounts as far as it concerns theirs', async () => {
    const alice = (await stand().newAccount(['2125550100'])).account;
    const bob = must(await stand().controlPlane.createAccount({ name: 'Bob', dids: ['2125550200'] })).value
      .account;
    const { revision } = must(
      await stand().controlPlane.massFailover(OPERATOR, {
        dids: ['2125550100', '2125550200'],
        failover: { number: '3105550111' },
      }),
    );
    expect(await log({ revision })).toHaveLength(2);
    for (const [account, number] of [
      [alice.id, '+12125550100'],
      [bob.id, '+12125550200'],
    ] as const) {
      expect(await log({ revision }, account)).toMatchObject([{ changes: [{ ids: [number], count: 1 }] }]);
    }
  });
});

test('an old SIP password that ends is an entry of the service itself', async () => {
  const { account } = await stand().newAccount();
  const until = must(await stand().controlPlane.replaceCredentials(account.id, undefined, 60)).value
    .oldPasswordUntil;
  expect((await log())[0]).toMatchObject({
    action: 'sipPasswordReplaced',
    changes: [{ ids: [account.trunkGroups[0]?.id ?? trunkGroupId('')], after: { oldPasswordUntil: until } }],
  });
  expect((await log())[0]?.notUndoable).toContain('only its hash was kept');
});
