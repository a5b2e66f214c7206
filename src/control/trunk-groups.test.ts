import { describe, expect, test } from 'vitest';
import { eachWithStand, must, OPERATOR } from '../../test/support/control-stand.ts';
import { accountId, trunkGroupId } from '../domain/ids.ts';

const stand = eachWithStand();
const DID = '2125550100';

async function accountWithTwo() {
  const { account } = await stand().newAccount([DID]);
  const [first] = account.trunkGroups;
  if (first === undefined) throw new Error('an account begins with a trunk group');
  stand().now += 1;
  const made = must(await stand().controlPlane.createTrunkGroup(account.id, 'Branch office'));
  return { account: account.id, first: first.id, second: made.value.trunkGroup.id, made: made.value };
}

describe('trunk groups', () => {
  test('each has SIP credentials of its own, and the trunk servers know it at once', async () => {
    const edge = await stand().connect();
    const { account, first, second, made } = await accountWithTwo();
    expect(made.credentials.password).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(must(await stand().controlPlane.trunkGroups(account))).toMatchObject([
      { id: first, name: 'PBX' },
      { id: second, name: 'Branch office', username: made.credentials.username },
    ]);
    expect(JSON.stringify(edge.heard)).toContain(made.credentials.username);
    expect(JSON.stringify(edge.heard)).not.toContain(made.credentials.password);
  });

  test('a new password is for the one that is named, else for the first', async () => {
    const { account, made } = await accountWithTwo();
    const named = must(await stand().controlPlane.replaceCredentials(account, made.trunkGroup.id));
    expect(named.value.username).toBe(made.credentials.username);
    expect(named.value.password).not.toBe(made.credentials.password);
    const first = must(await stand().controlPlane.replaceCredentials(account));
    expect(first.value.username).not.toBe(made.credentials.username);
  });

  test('one is the backup of another, but not of itself', async () => {
    const { account, first, second } = await accountWithTwo();
    const owner = { kind: 'did', number: DID } as const;
    const set = await stand().controlPlane.putFailover(OPERATOR, owner, { backup: { trunkGroup: second } });
    expect(must(set).value.after).toEqual({ backup: { trunkGroup: second } });
    const itself = await stand().controlPlane.putFailover(OPERATOR, owner, { backup: { trunkGroup: first } });
    expect(itself).toMatchObject({ ok: false, error: { kind: 'refused' } });
    const moved = await stand().controlPlane.moveDids(account, [DID], { trunkGroup: second });
    expect(moved).toMatchObject({ ok: false, error: { kind: 'conflict' } });
  });

  test('one that a DID or a backup needs stays, and all that need it are named', async () => {
    const { account, first, second } = await accountWithTwo();
    const { controlPlane } = stand();
    const owner = { kind: 'account', account } as const;
    must(await controlPlane.putFailover(OPERATOR, owner, { backup: { trunkGroup: second } }));
    expect(await controlPlane.removeTrunkGroup(account, first)).toMatchObject({
      ok: false,
      error: { kind: 'conflict', problems: [{ message: expect.stringContaining('+12125550100') }] },
    });
    expect(await controlPlane.removeTrunkGroup(account, second)).toMatchObject({
      ok: false,
      error: { kind: 'conflict', problems: [{ message: expect.stringContaining(account) }] },
    });
    must(await controlPlane.deleteFailover(OPERATOR, owner));
    expect(must(await controlPlane.removeTrunkGroup(account, second)).value).toEqual({ removed: second });
    expect(await controlPlane.removeTrunkGroup(account, first)).toMatchObject({ ok: false });
    expect(must(await controlPlane.trunkGroups(account))).toHaveLength(1);
  });

  test('no two of an account have the same name', async () => {
    const { account, second } = await accountWithTwo();
    const again = await stand().controlPlane.createTrunkGroup(account, ' PBX ');
    expect(again).toMatchObject({ ok: false, error: { kind: 'conflict', problems: [{ field: 'name' }] } });
    const same = await stand().controlPlane.renameTrunkGroup(account, second, 'Branch office');
    expect(must(same).value.name).toBe('Branch office');
  });

  test('what belongs to another account is not there', async () => {
    const { second } = await accountWithTwo();
    const { account: other } = await stand().newAccount();
    const { controlPlane } = stand();
    for (const answer of [
      await controlPlane.renameTrunkGroup(other.id, second, 'Mine'),
      await controlPlane.removeTrunkGroup(other.id, second),
      await controlPlane.replaceCredentials(other.id, second),
      await controlPlane.removeTrunkGroup(accountId('acc_none'), trunkGroupId('tg_none')),
    ]) {
      expect(answer).toMatchObject({ ok: false, error: { kind: 'notFound' } });
    }
  });
});
