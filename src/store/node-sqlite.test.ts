import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import { ALICE, did, must, setUp } from '../../test/support/store-contract.ts';
import { ok } from '../base/result.ts';
import { sqliteBulkRows } from './bulk-rows.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import type { Tables } from './schema.ts';
import { Store } from './store.ts';

describe('SQLite', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-sqlite-'));
    path = join(folder, 'throughline.db');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('a path where no file can be made is an error that names it', () => {
    expect(Store.openSqlite(join(folder, 'none', 'x.db'), SEALING_KEY)).toMatchObject({
      ok: false,
      error: { kind: 'storeUnavailable', message: expect.stringContaining('none') },
    });
  });

  test('a file that is no database is an error', () => {
    writeFileSync(path, 'this is no database at all, but long enough to look into'.repeat(20));
    expect(Store.openSqlite(path, SEALING_KEY)).toMatchObject({
      ok: false,
      error: { kind: 'storeUnavailable' },
    });
  });

  test('a database of a newer version is refused', async () => {
    const store = must(Store.openSqlite(path, SEALING_KEY));
    must(await store.migrate());
    const other = new DatabaseSync(path);
    other.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2100')");
    other.close();
    expect(await store.migrate()).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('newer version') },
    });
    await store.close();
  });

  test('a database that another process holds is unavailable, and works again afterwards', async () => {
    const dialect = nodeSqliteDialect(path, 10);
    const store = new Store(new Kysely<Tables>({ dialect }), sqliteBulkRows, SEALING_KEY);
    must(await store.migrate());
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const next = () => store.write<number, never>(async (tables) => ok(await tables.revisions.next()));
    expect(await next()).toMatchObject({ ok: false, error: { kind: 'storeUnavailable' } });
    other.exec('rollback');
    other.close();
    expect(await next()).toEqual(ok(1));
    await store.close();
  });

  test('a full disk undoes the command and leaves the store usable', async () => {
    const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(path) });
    const store = new Store(db, sqliteBulkRows, SEALING_KEY);
    must(await store.migrate());
    must(await store.write<void, never>(async (tables) => ok(await setUp(tables))));
    // SQLite answers a page limit as it answers a disk without room: SQLITE_FULL.
    await sql`pragma max_page_count = 60`.execute(db);
    const many = Array.from({ length: 5_000 }, (_, i) => did(`+1212${String(5_000_000 + i)}`));
    const full = await store.write<void, never>(async (tables) => ok(await tables.dids.insert(many, 20, 2)));
    expect(full).toMatchObject({ ok: false, error: { kind: 'storeUnavailable' } });
    expect(must(await store.read((tables) => tables.dids.list({}, undefined, 1)))).toEqual([]);
    await sql`pragma max_page_count = 100000`.execute(db);
    must(await store.write<void, never>(async (tables) => ok(await tables.dids.insert(many, 20, 2))));
    await store.close();
  });

  test('a column that holds what nobody wrote makes the store unavailable, not the process', async () => {
    const store = must(Store.openSqlite(path, SEALING_KEY));
    must(await store.migrate());
    must(await store.write<void, never>(async (tables) => ok(await setUp(tables))));
    const other = new DatabaseSync(path);
    other.exec("update accounts set delivery_json = '{'");
    other.close();
    expect(await store.read((tables) => tables.accounts.get(ALICE))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('accounts.delivery_json') },
    });
    await store.close();
  });
});
