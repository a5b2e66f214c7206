import { describe, expect, test, vi } from 'vitest';
import { eachWithStand, must, NOW, TRUNK1, until } from '../../test/support/control-stand.ts';
import type { TrunkGroupId } from '../domain/ids.ts';
import { SpoolWriter } from '../link/spool-writer.ts';
import { ha1Of } from './tokens.ts';

const stand = eachWithStand();
const DAY = 86_400_000;

async function rotated(overlap?: number) {
  const { account, credentials: old } = await stand().newAccount();
  const edge = await stand().connect();
  const made = must(await stand().controlPlane.replaceCredentials(account.id, undefined, overlap));
  const row = edge.changes.at(-1)?.changes[0];
  return { account: account.id, old, made, edge, row };
}

async function firstGroup(account: Awaited<ReturnType<typeof rotated>>['account']) {
  return must(await stand().controlPlane.trunkGroups(account))[0];
}

function used(trunkGroup: TrunkGroupId, at: number): void {
  const writer = must(SpoolWriter.open(stand().spoolFolder, TRUNK1, NOW));
  must(writer.append([{ kind: 'oldPasswordUsed', trunkGroup, at }]));
  writer.close();
}

describe('a new SIP password', () => {
  test('leaves the old one valid for a day, at the trunk servers, too', async () => {
    const { account, old, made, row } = await rotated();
    const { username, password, realm, oldPasswordUntil } = made.value;
    expect(oldPasswordUntil).toBe(NOW + DAY);
    expect(made.warnings).toEqual([]);
    expect(row).toMatchObject({
      trunkGroup: {
        ha1: ha1Of(username, realm, password),
        oldHa1: { ...ha1Of(username, realm, old.password), until: NOW + DAY },
      },
    });
    const view = { oldPasswordUntil: NOW + DAY, oldPasswordLastUsed: undefined };
    expect(await firstGroup(account)).toMatchObject(view);
    expect(must(await stand().controlPlane.account(account)).trunkGroups[0]).toMatchObject(view);
  });

  test('stays what it is over a restart', async () => {
    const { row } = await rotated(60);
    await stand().restart();
    expect((await stand().connect()).snapshot).toContainEqual(row);
  });

  test('ends the old one at once where the overlap is 0', async () => {
    const { account, made, row } = await rotated(0);
    expect(made.value.oldPasswordUntil).toBeUndefined();
    expect(row).not.toHaveProperty('trunkGroup.oldHa1');
    expect(await firstGroup(account)).toMatchObject({ oldPasswordUntil: undefined });
  });

  test('a second one within the overlap ends the oldest, and says so', async () => {
    const { account, made, edge } = await rotated(3_600);
    const second = must(await stand().controlPlane.replaceCredentials(account, undefined, 60));
    expect(second.warnings).toEqual([
      { field: 'overlap', message: expect.stringContaining(new Date(NOW + 3_600_000).toISOString()) },
    ]);
    const { username, password, realm } = made.value;
    expect(edge.changes.at(-1)?.changes[0]).toMatchObject({
      trunkGroup: { oldHa1: { ...ha1Of(username, realm, password), until: NOW + 60_000 } },
    });
  });

  test.each([-1, 0.5, 2_592_001, Number.NaN])('takes no overlap of %d', async (overlap) => {
    const { account } = await stand().newAccount();
    expect(await stand().controlPlane.replaceCredentials(account.id, undefined, overlap)).toMatchObject({
      error: { kind: 'refused', problems: [{ field: 'overlap' }] },
    });
  });

  test('a PBX that still uses the old one is told, until the old one is over', async () => {
    const { account } = await rotated(3_600);
    const group = await firstGroup(account);
    if (group === undefined) throw new Error('an account begins with a trunk group');
    used(group.id, NOW + 5);
    await stand().restart();
    expect(await firstGroup(account)).toMatchObject({ oldPasswordLastUsed: NOW + 5 });
    used(group.id, NOW + 2);
    await stand().restart();
    expect(await firstGroup(account)).toMatchObject({ oldPasswordLastUsed: NOW + 5 });
    stand().now += 3_600_000;
    expect(await firstGroup(account)).toEqual({
      ...group,
      oldPasswordUntil: undefined,
      oldPasswordLastUsed: undefined,
    });
  });

  test('its old one is forgotten everywhere once its time is over', async () => {
    const { account, made } = await rotated(3_600);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await stand().restart();
    const edge = await stand().connect();
    stand().now += 3_599_999;
    await vi.advanceTimersByTimeAsync(60_000);
    stand().now += 1;
    await vi.advanceTimersByTimeAsync(60_000);
    await until(() => edge.changes.length > 0);
    const { username, password, realm } = made.value;
    const row = edge.changes[0]?.changes[0];
    expect(edge.changes).toHaveLength(1);
    expect(row).toMatchObject({ trunkGroup: { ha1: ha1Of(username, realm, password) } });
    expect(row).not.toHaveProperty('trunkGroup.oldHa1');
    expect(await stand().db.selectFrom('trunk_groups').selectAll().execute()).toMatchObject([
      { account, old_ha1_md5: null, old_ha1_sha256: null, old_valid_until: null, old_last_used: null },
    ]);
  });
});
