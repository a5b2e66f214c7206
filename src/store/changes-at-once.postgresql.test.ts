import { expect, test } from 'vitest';
import { postgresUnderTest } from '../../test/support/postgres-under-test.ts';
import { ALICE, account, must } from '../../test/support/store-contract.ts';
import { ok } from '../base/result.ts';
import { apiKeyId } from '../domain/ids.ts';

const place = postgresUnderTest();

test('changes that wait for a long one leave connections to those who need not wait', async () => {
  const database = await place?.();
  if (database === undefined) throw new Error('only with PostgreSQL');
  const [other, store] = [database.open(), database.open()];
  must(await other.migrate());
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let holds = () => {};
  const held = new Promise<void>((resolve) => {
    holds = resolve;
  });
  const long = other.writeChange<number, never>(async (tables) => {
    const revision = await tables.revisions.next();
    holds();
    await released;
    return ok(revision);
  });
  await held;
  const waiting = Array.from({ length: 30 }, () =>
    store.writeChange<number, never>(async (tables) => ok(await tables.revisions.next())),
  );
  // More than the connections that are left, so that none of them is kept either.
  for (let i = 0; i < 20; i++) {
    expect((await store.read((tables) => tables.revisions.newest())).ok).toBe(true);
    expect((await store.write<void, never>(async () => ok(undefined))).ok).toBe(true);
  }
  release();
  expect(await long).toEqual(ok(1));
  const revisions = (await Promise.all(waiting)).map((done) => must(done));
  expect(revisions.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 2));
  await store.close();
  await other.close();
  await database.remove();
});

test('what refers to an account that another closes meanwhile finds that there is none', async () => {
  const database = await place?.();
  if (database === undefined) throw new Error('only with PostgreSQL');
  const [other, store] = [database.open(), database.open()];
  must(await other.migrate());
  must(await other.write<void, never>(async (tables) => ok(await tables.accounts.insert(account(), 10, 1))));
  const [deleted, read] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const closing = other.write<void, never>(async (tables) => {
    await tables.accounts.delete(ALICE);
    deleted.resolve();
    await read.promise;
    return ok(undefined);
  });
  await deleted.promise;
  const seen: boolean[] = [];
  const done = await store.write<string, 'noAccount'>(async (tables) => {
    const isThere = (await tables.accounts.get(ALICE)) !== undefined;
    seen.push(isThere);
    read.resolve();
    if (!isThere) return { ok: false, error: 'noAccount' };
    await tables.apiKeys.insert({
      id: apiKeyId('key_1'),
      account: ALICE,
      name: 'late',
      access: 'write',
      keyHash: '00',
      createdBy: 'somebody',
      createdAt: 10,
      expiresAt: undefined,
      lastUsedAt: undefined,
      revokedAt: undefined,
    });
    return ok('made');
  });
  must(await closing);
  expect([done, seen]).toEqual([{ ok: false, error: 'noAccount' }, [true, false]]);
  await store.close();
  await other.close();
  await database.remove();
});
