import { expect, test } from 'vitest';
import { onEveryDatabase, TRUNK1, TRUNK2 } from '../../test/support/store-contract.ts';

onEveryDatabase('the store', (use) => {
  test('revisions are told from any point on, until their changes are forgotten', async () => {
    await use().run(async (tables) => {
      for (const at of [10, 20, 30]) {
        const revision = await tables.revisions.next();
        await tables.revisions.insert(revision, at, `["${revision}"]`);
      }
    });
    expect(await use().read((tables) => tables.revisions.newest())).toBe(3);
    expect(await use().read((tables) => tables.revisions.after(1, 1))).toEqual([
      { revision: 2, at: 20, changesJson: '["2"]' },
    ]);
    await use().run((tables) => tables.revisions.forgetOldChanges(2, 1_000));
    const kept = await use().read((tables) => tables.revisions.after(0, 5));
    expect(kept.map(({ changesJson }) => changesJson)).toEqual([undefined, '["2"]', '["3"]']);
    await use().run((tables) => tables.revisions.forgetOldChanges(2, 9));
    expect(await use().read((tables) => tables.revisions.after(1, 5))).toEqual([
      { revision: 2, at: 20, changesJson: undefined },
      { revision: 3, at: 30, changesJson: '["3"]' },
    ]);
    expect(await use().read((tables) => tables.revisions.get(9))).toBeUndefined();
  });

  test('the first activation of a revision stands, and answers for the revisions before it', async () => {
    await use().run(async (tables) => {
      await tables.activations.insert([
        { trunkServer: TRUNK1, revision: 3, at: 30 },
        { trunkServer: TRUNK1, revision: 5, at: 50 },
      ]);
      await tables.activations.insert([{ trunkServer: TRUNK1, revision: 5, at: 90 }]);
    });
    expect(await use().read((tables) => tables.activations.since(TRUNK1, 2))).toBe(30);
    expect(await use().read((tables) => tables.activations.since(TRUNK1, 4))).toBe(50);
    expect(await use().read((tables) => tables.activations.since(TRUNK1, 6))).toBeUndefined();
    expect(await use().read((tables) => tables.activations.since(TRUNK2, 1))).toBeUndefined();
  });

  test('a secret that stands is kept', async () => {
    expect(await use().run((tables) => tables.secrets.keep('key', 'first', 1))).toBe('first');
    expect(await use().run((tables) => tables.secrets.keep('key', 'second', 2))).toBe('first');
    expect(await use().read((tables) => tables.secrets.get('other'))).toBeUndefined();
  });
});
