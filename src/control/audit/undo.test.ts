import { describe, expect, test } from 'vitest';
import { e164, eachWithStand, must, OPERATOR } from '../../../test/support/control-stand.ts';
import { type AccountId, trunkGroupId } from '../../domain/ids.ts';
import type { Asker } from '../asker.ts';
import type { FailoverOwner, Scope } from '../views.ts';

const stand = eachWithStand();

function plane() {
  return stand().controlPlane;
}

/** The number of the newest entry. */
async function newest(): Promise<number> {
  const { entries } = must(await plane().audit(OPERATOR, {}, { limit: 1 }));
  return entries[0]?.number ?? 0;
}

async function undo(number?: number, scope: Scope = OPERATOR) {
  return await plane().undo(scope, number ?? (await newest()));
}

const DID: FailoverOwner = { kind: 'did', number: '2125550100' };

async function failoverOf(owner: FailoverOwner) {
  return must(await plane().failover(OPERATOR, owner)).failover;
}

function ownerOf(account: AccountId): Asker {
  const scope = { kind: 'account', account } as const;
  return { scope, access: 'write', by: { kind: 'apiKey', id: 'key_owner', name: 'FreePBX' } };
}

describe('undo', () => {
  test('puts back the failover of a DID, as a revision that trunk servers get and an entry that names the one undone', async () => {
    const edge = await stand().connect();
    await stand().newAccount(['2125550100']);
    must(await plane().putFailover(OPERATOR, DID, { number: '3105550111', backup: 'pbx.example.com' }));
    must(await plane().putFailover(OPERATOR, DID, { number: '3105550122' }));
    const last = await newest();
    const { revision, value } = must(await undo(last));
    expect(value).toEqual({ undid: last, count: 1 });
    const back = { number: '+13105550111', backup: 'pbx.example.com' };
    expect(await failoverOf(DID)).toEqual(back);
    expect(edge.changes.at(-1)).toMatchObject({
      revision,
      changes: [{ kind: 'did', did: { number: '+12125550100' } }],
    });
    expect(must(await plane().auditEntry(OPERATOR, last + 1))).toMatchObject({
      action: 'undone',
      undoes: last,
      revision,
      changes: [
        { before: { failover: { number: '+13105550122' } }, after: { failover: { number: back.number } } },
      ],
    });
    expect(must(await plane().auditEntry(OPERATOR, last))).toMatchObject({ undoneBy: last + 1 });
    // An undo can be undone, and then the first change again.
    must(await undo(last + 1));
    expect(await failoverOf(DID)).toEqual({ number: '+13105550122' });
    must(await undo(last));
    expect(await failoverOf(DID)).toEqual(back);
  });

  test('puts back the failover and every other setting of an account, and leaves what others changed meanwhile', async () => {
    const { account } = await stand().newAccount();
    const owner = { kind: 'account', account: account.id } as const;
    must(await plane().putFailover(OPERATOR, owner, { number: '3105550111' }));
    must(await plane().deleteFailover(OPERATOR, owner));
    must(await undo());
    expect(await failoverOf(owner)).toEqual({ number: '+13105550111' });
    must(
      await plane().changeAccount(account.id, {
        name: 'Bakery',
        didFormat: 'e164',
        suspended: true,
        delivery: { timings: { ring: 30_000 }, triggers: { preset: 'anything' }, noAnswerFailover: true },
      }),
    );
    const changed = await newest();
    must(
      await plane().changeAccount(account.id, { delivery: { legCap: 3, timings: { noResponse: 2_000 } } }),
    );
    must(await undo(changed));
    const now = must(await plane().account(account.id));
    const { timings } = account.delivery;
    expect(now).toMatchObject({ name: 'Alice', didFormat: '10-digits', suspended: false });
    expect(now.delivery).toEqual({
      ...account.delivery,
      legCap: 3,
      timings: { ...timings, noResponse: 2_000 },
    });
    expect(now.failover).toEqual({ number: '+13105550111' });
  });

  test('of a mass operation gives each DID back its own, or changes none', async () => {
    const dids = ['+12125550100', '+12125550101', '+12125550102'];
    await stand().newAccount(dids);
    must(
      await plane().putFailover(OPERATOR, { kind: 'did', number: '2125550101' }, { number: '3105550111' }),
    );
    must(await plane().massFailover(OPERATOR, { dids, failover: { number: '3105550122' } }));
    const mass = await newest();
    must(
      await plane().putFailover(OPERATOR, { kind: 'did', number: '2125550102' }, { number: '3105550133' }),
    );
    expect(await undo(mass)).toMatchObject({
      ok: false,
      error: {
        kind: 'conflict',
        problems: [
          {
            field: '+12125550102.failover',
            message: expect.stringContaining(
              'is number +13105550133 now, and this change made it number +13105550122',
            ),
          },
        ],
      },
    });
    expect(await failoverOf(DID)).toEqual({ number: '+13105550122' });
    must(await undo());
    must(await undo(mass));
    const each = must(await plane().dids(OPERATOR, {}, { limit: 10 })).entries;
    expect(each.map(({ failover }) => failover?.number)).toEqual([undefined, '+13105550111', undefined]);
  });

  test('gives removed DIDs back with their failover and triggers, to their trunk group', async () => {
    const { account } = await stand().newAccount(['2125550100', '2125550101']);
    const branch = must(await plane().createTrunkGroup(account.id, 'Branch')).value.trunkGroup.id;
    must(await plane().moveDids(account.id, ['2125550100'], { trunkGroup: branch }));
    must(await plane().putFailover(OPERATOR, DID, { number: '3105550111' }));
    must(await plane().changeDid(OPERATOR, '2125550100', { triggers: { preset: 'anything' } }));
    const before = must(await plane().did(OPERATOR, '2125550100'));
    must(await plane().removeDids(account.id, ['2125550100', '2125550101']));
    must(await undo());
    expect(must(await plane().did(OPERATOR, '2125550100'))).toEqual(before);
    expect(must(await plane().account(account.id)).dids).toBe(2);
  });

  test('gives removed DIDs back only while nobody has them, and to a trunk group that is there', async () => {
    const { account } = await stand().newAccount(['2125550100', '2125550101']);
    const branch = must(await plane().createTrunkGroup(account.id, 'Branch')).value.trunkGroup.id;
    must(await plane().moveDids(account.id, ['2125550101'], { trunkGroup: branch }));
    must(await plane().removeDids(account.id, ['2125550100', '2125550101']));
    const removed = await newest();
    const bob = must(await plane().createAccount({ name: 'Bob', dids: ['2125550100'] })).value.account;
    expect(await undo(removed)).toMatchObject({
      ok: false,
      error: {
        kind: 'conflict',
        problems: [{ field: '+12125550100', message: expect.stringContaining(bob.id) }],
      },
    });
    must(await plane().removeDid(bob.id, '2125550100'));
    must(await plane().removeTrunkGroup(account.id, branch));
    expect(await undo(removed)).toMatchObject({
      ok: false,
      error: { kind: 'conflict', problems: [{ field: '+12125550101.trunkGroup' }] },
    });
    expect(must(await plane().account(account.id)).dids).toBe(0);
  });

  test('takes added DIDs away again, unless something was set on them', async () => {
    const { account } = await stand().newAccount();
    must(await plane().addDids(account.id, { numbers: ['2125550100', '2125550101'] }));
    const added = await newest();
    must(await plane().putFailover(OPERATOR, DID, { number: '3105550111' }));
    expect(await undo(added)).toMatchObject({
      ok: false,
      error: { kind: 'conflict', problems: [{ field: '+12125550100.failover' }] },
    });
    must(await undo());
    must(await undo(added));
    expect(must(await plane().account(account.id)).dids).toBe(0);
  });

  test('moves DIDs back with the settings that they had, and leaves behind what they were given since', async () => {
    const { account } = await stand().newAccount(['2125550100', '2125550101']);
    const bob = must(await plane().createAccount({ name: 'Bob' })).value.account;
    must(await plane().putFailover(OPERATOR, DID, { number: '3105550111' }));
    must(await plane().changeDid(OPERATOR, '2125550100', { triggers: { preset: 'anything' } }));
    const before = must(await plane().dids(OPERATOR, {}, { limit: 5 })).entries;
    must(await plane().moveDids(account.id, ['2125550100', '2125550101'], { account: bob.id }));
    const moved = await newest();
    must(
      await plane().putFailover(OPERATOR, { kind: 'did', number: '2125550101' }, { number: '3105550199' }),
    );
    must(await undo(moved));
    expect(must(await plane().dids(OPERATOR, {}, { limit: 5 })).entries).toEqual(before);
    expect(must(await plane().audit(OPERATOR, {}, { limit: 1 })).entries).toMatchObject([
      { account: bob.id, toAccount: account.id },
    ]);
  });

  test('puts back gateways that were added, changed or removed', async () => {
    const made = must(
      await plane().createGateway({ name: 'carrier', sources: ['192.0.2.1'], address: '192.0.2.1' }),
    );
    const { id } = made.value;
    must(await plane().changeGateway(id, { weight: 20, address: null, sources: ['192.0.2.0/24'] }));
    const changed = await newest();
    must(await plane().changeGateway(id, { priority: 5 }));
    must(await undo(changed));
    expect(must(await plane().gateway(id))).toEqual({ ...made.value, priority: 5 });
    must(await plane().removeGateway(id));
    const removed = await newest();
    must(await undo(removed));
    expect(must(await plane().gateway(id))).toEqual({ ...made.value, priority: 5 });
    expect(await undo(removed)).toMatchObject({ ok: false, error: { kind: 'conflict' } });
    expect(await undo(1)).toMatchObject({
      ok: false,
      error: { problems: [{ field: 'gateway.priority', message: expect.stringContaining('is 5 now') }] },
    });
    must(await plane().changeGateway(id, { priority: 10 }));
    must(await undo(1));
    expect(must(await plane().gateways({ limit: 5 })).entries).toEqual([]);
  });

  test('puts back the name of a trunk group and the triggers of a DID', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    const id = account.trunkGroups[0]?.id ?? trunkGroupId('');
    must(await plane().renameTrunkGroup(account.id, id, 'Main'));
    must(await undo());
    expect(must(await plane().trunkGroups(account.id))).toMatchObject([{ name: 'PBX' }]);
    must(await plane().changeDid(OPERATOR, '2125550100', { triggers: { preset: 'anything' } }));
    must(await undo());
    expect(must(await plane().did(OPERATOR, '2125550100')).triggers).toBeUndefined();
  });

  test('obeys the rules of today: a number that may not be set any more does not come back', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    must(await plane().putFailover(OPERATOR, DID, { number: '3105550111' }));
    must(await plane().deleteFailover(OPERATOR, DID));
    const cleared = await newest();
    // It has become a DID of this service: dialling it would be a loop.
    must(await plane().addDids(account.id, { numbers: ['3105550111'] }));
    expect(await undo(cleared)).toMatchObject({
      ok: false,
      error: { kind: 'refused', problems: [{ field: '+12125550100.failover.number' }] },
    });
    const owner = { kind: 'account', account: account.id } as const;
    must(await plane().putFailover(OPERATOR, owner, { number: '3105550122' }));
    must(await plane().deleteFailover(OPERATOR, owner));
    const global = await newest();
    must(await plane().addDids(account.id, { numbers: ['3105550122'] }));
    expect(await undo(global)).toMatchObject({
      ok: false,
      error: { kind: 'refused', problems: [{ field: 'account.failover.number' }] },
    });
    expect(await failoverOf(DID)).toBeUndefined();
  });

  test('is refused for what cannot be put back, and says why', async () => {
    const { account } = await stand().newAccount();
    must(await plane().createApiKey(account.id, { name: 'PBX' }));
    must(await plane().replaceCredentials(account.id));
    for (const [number, why] of [
      [1, 'closed'],
      [2, 'Revoke'],
      [3, 'only its hash'],
    ] as const) {
      expect(await undo(number)).toMatchObject({
        ok: false,
        error: { kind: 'conflict', problems: [{ field: 'entry', message: expect.stringContaining(why) }] },
      });
    }
    expect(await undo(99)).toMatchObject({ ok: false, error: { kind: 'notFound', what: 'auditEntry' } });
    expect(await newest()).toBe(3);
  });

  test('is for those who may make the change, and of the own account alone', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    const bob = must(await plane().createAccount({ name: 'Bob' })).value.account;
    const own = { kind: 'account', account: account.id } as const;
    must(await plane().putFailover(OPERATOR, DID, { number: '3105550111' }));
    const failover = await newest();
    must(await plane().changeAccount(account.id, { delivery: { legCap: 3 } }));
    const owner = plane().as(ownerOf(account.id));
    expect(await owner.undo(own, await newest())).toMatchObject({ ok: false, error: { kind: 'forbidden' } });
    const viewer = plane().as({ ...ownerOf(account.id), access: 'read' });
    expect(await viewer.undo(own, failover)).toMatchObject({ ok: false, error: { kind: 'forbidden' } });
    const onlyFailover = plane().as({ ...ownerOf(account.id), access: 'failover' });
    expect(await onlyFailover.undo(own, failover)).toMatchObject({ ok: false, error: { kind: 'forbidden' } });
    const stranger = plane().as(ownerOf(bob.id));
    expect(await stranger.undo({ kind: 'account', account: bob.id }, failover)).toMatchObject({
      ok: false,
      error: { kind: 'notFound' },
    });
    must(await owner.undo(own, failover));
    expect(await failoverOf(DID)).toBeUndefined();
  });

  test('leaves a DID alone that went to another account since', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    const bob = must(await plane().createAccount({ name: 'Bob' })).value.account;
    const owner = plane().as(ownerOf(account.id));
    const own = { kind: 'account', account: account.id } as const;
    must(await owner.putFailover(own, DID, { number: '3105550111' }));
    must(await owner.deleteFailover(own, DID));
    const cleared = await newest();
    must(await plane().changeDid(OPERATOR, '2125550100', { triggers: { preset: 'anything' } }));
    must(await plane().changeDid(OPERATOR, '2125550100', { triggers: null }));
    const ownTriggers = await newest();
    // Bob's DID has no failover settings and no triggers of its own, as it had none here.
    must(await plane().moveDids(account.id, ['2125550100'], { account: bob.id }));
    for (const entry of [cleared, ownTriggers]) {
      for (const undone of [await owner.undo(own, entry), await undo(entry)]) {
        expect(undone).toMatchObject({
          ok: false,
          error: { kind: 'conflict', problems: [{ message: expect.stringContaining('another account') }] },
        });
        expect(JSON.stringify(undone)).not.toContain(bob.id);
      }
    }
    expect(await failoverOf(DID)).toBeUndefined();
    // Removed and given to Bob anew is as good as moved; back where it was, it can be put back.
    must(await plane().removeDids(bob.id, ['2125550100']));
    must(await plane().addDids(bob.id, { numbers: ['2125550100'] }));
    expect(await owner.undo(own, cleared)).toMatchObject({ ok: false, error: { kind: 'conflict' } });
    must(await plane().moveDids(bob.id, ['2125550100'], { account: account.id }));
    must(await owner.undo(own, cleared));
    expect(await failoverOf(DID)).toEqual({ number: '+13105550111' });
  });

  test('of two at once, one comes to something', async () => {
    await stand().newAccount(['2125550100']);
    must(await plane().putFailover(OPERATOR, DID, { number: '3105550111' }));
    const entry = await newest();
    const both = await Promise.all([undo(entry), undo(entry)]);
    expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(must(await plane().did(OPERATOR, '2125550100')).number).toBe(e164('+12125550100'));
  });
});
