import { expect, test } from 'vitest';
import { postgresUnderTest } from '../../test/support/postgres-under-test.ts';
import { must } from '../../test/support/store-contract.ts';
import { ok } from '../base/result.ts';

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
