import { expect, test } from 'vitest';
import { onEveryDatabase } from '../../test/support/store-contract.ts';

onEveryDatabase('the audit log', (use) => {
  test('is not emptied as a whole either', async () => {
    for (const table of ['audit_entries', 'audit_targets']) {
      await expect(use().send(`truncate ${table}`)).rejects.toThrow(/append-only/);
    }
  });
});
