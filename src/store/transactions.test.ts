import { describe, expect, test } from 'vitest';
import { ALICE, account, did, e164, onEveryDatabase } from '../../test/support/store-contract.ts';
import { err } from '../base/result.ts';

onEveryDatabase('the store', (use) => {
  describe('transactions', () => {
    test('a command that is refused leaves nothing behind', async () => {
      const refused = await use().store.write(async (tables) => {
        await tables.revisions.next();
        await tables.accounts.update({ ...account(), name: 'Mallory' }, 2);
        return err('no');
      });
      expect(refused).toEqual(err('no'));
      expect((await use().read((tables) => tables.accounts.get(ALICE)))?.account.name).toBe('Alice');
      expect(await use().read((tables) => tables.revisions.newest())).toBe(0);
    });

    test('a command that throws leaves nothing behind, and the next one works', async () => {
      const thrown = use().store.write(async (tables) => {
        await tables.accounts.update({ ...account(), name: 'Mallory' }, 2);
        throw new Error('a bug');
      });
      await expect(thrown).rejects.toThrow('a bug');
      expect((await use().read((tables) => tables.accounts.get(ALICE)))?.account.name).toBe('Alice');
    });

    test('commands that are given at once are made one after another', async () => {
      const revisions = await Promise.all(
        Array.from({ length: 20 }, () => use().run((tables) => tables.revisions.next())),
      );
      expect(revisions.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    });

    test('what was accepted is there after the database was opened again', async () => {
      await use().run((tables) => tables.dids.insert([did('+12125550100')], 20, 2));
      await use().reopen();
      expect(await use().read((tables) => tables.dids.get(e164('+12125550100')))).toEqual(
        did('+12125550100'),
      );
    });
  });
});
