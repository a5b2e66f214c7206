import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OTHER_SEALING_KEY, SEALING_KEY, SEALING_TEXT } from '../../../test/support/sealing-key.ts';
import { ALICE_PBX, must, setUp, trunkGroup } from '../../../test/support/store-contract.ts';
import { ok } from '../../base/result.ts';
import { Store } from '../../store/store.ts';
import { runProgram } from '../program.ts';

const OTHER = '0123456789abcdef'.repeat(4);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-move-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(data: string, ...args: readonly string[]) {
  return await runWith(data, {}, ...args);
}

async function runWith(data: string, settings: Readonly<Record<string, string>>, ...args: readonly string[]) {
  let out = '';
  let err = '';
  const exit = await runProgram(args, {
    version: '1.2.3',
    environment: { THROUGHLINE_DATA_FOLDER: join(folder, data), ...settings },
    out: (text) => (out += text),
    err: (text) => (err += text),
    serve: async () => 0,
  });
  return { exit, out, err };
}

async function fill(data: string, sealed = false): Promise<void> {
  const store = must(Store.openSqlite(join(folder, data, 'throughline.db'), SEALING_KEY));
  if (sealed) must(await store.takeKey(1));
  must(await store.write<void, never>(async (tables) => ok(await setUp(tables))));
  await store.close();
}

describe('migrate', () => {
  test('makes the database, says from where to where, and has nothing to do then', async () => {
    expect(await run('a', 'migrate', '--status')).toMatchObject({
      exit: 66,
      err: expect.stringContaining('there is no database at'),
    });
    expect(await run('a', 'migrate')).toMatchObject({
      exit: 0,
      out: expect.stringMatching(
        /^SQLite .*throughline\.db: from nothing to \d{4}-\S+ \(\d+ migrations\)\n$/,
      ),
    });
    expect((await run('a', 'migrate')).out).toContain('nothing to do');
    expect((await run('a', 'migrate', '--status')).out).toContain(', which is the newest');
    expect(JSON.parse((await run('a', 'migrate', '--status', '--json')).out)).toMatchObject({
      database: { kind: 'sqlite', where: join(folder, 'a', 'throughline.db') },
      schema: expect.stringMatching(/^\d{4}-/),
      pending: [],
      unknown: [],
    });
  });
});

describe('export and import', () => {
  test('take everything from one database to another', async () => {
    const file = join(folder, 'all.jsonl');
    await run('a', 'migrate');
    await fill('a');
    expect(await run('a', 'export', file)).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/^TABLE +ROWS\naccounts +2\n[\s\S]*\nexported SQLite .* rows\n$/),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const taken = await run('b', 'import', file, '--json');
    expect(taken).toMatchObject({ exit: 0, err: '' });
    expect(JSON.parse(taken.out)).toMatchObject({ tables: { accounts: { rows: 2 }, dids: { rows: 0 } } });
    const again = join(folder, 'again.jsonl');
    await run('b', 'export', again);
    const withoutTime = (path: string) => readFileSync(path, 'utf8').split('\n').slice(1, -2);
    expect(withoutTime(again)).toEqual(withoutTime(file));
  });

  test('say what is wrong, with the line, and what would be right', async () => {
    const file = join(folder, 'all.jsonl');
    await run('a', 'migrate');
    await fill('a');
    await run('a', 'export', file);
    expect(await run('a', 'export', file)).toMatchObject({
      exit: 73,
      err: expect.stringContaining('is there already'),
    });
    expect(await run('a', 'import', file)).toMatchObject({
      exit: 65,
      err: expect.stringContaining('Import into a new, empty database'),
    });
    expect(await run('a', 'export', join(folder, 'no', 'folder'))).toMatchObject({
      exit: 73,
      err: expect.stringContaining('cannot be written (ENOENT)'),
    });
    expect(await run('none', 'export', join(folder, 'x'))).toMatchObject({ exit: 66 });
    expect(await run('b', 'import', join(folder, 'nowhere'))).toMatchObject({ exit: 66 });
    writeFileSync(join(folder, 'other.jsonl'), 'hello\n');
    expect(await run('b', 'import', join(folder, 'other.jsonl'))).toMatchObject({
      exit: 65,
      err: expect.stringMatching(/other\.jsonl:1: this is not the beginning of an export/),
    });
  });
});

describe('a sealed database', () => {
  test('is imported where the same key is, and refused elsewhere', async () => {
    const file = join(folder, 'sealed.jsonl');
    await run('a', 'migrate');
    await fill('a', true);
    await run('a', 'export', file);
    expect(await run('b', 'import', file)).toMatchObject({
      exit: 65,
      err: expect.stringContaining(`it is sealed with the key ${SEALING_KEY.id}, and there is none here`),
    });
    const key = { THROUGHLINE_SEALING_KEY: SEALING_TEXT };
    expect(await runWith('b', key, 'import', file)).toMatchObject({ exit: 0, err: '' });
  });

  test('gets another key with rekey, and is not changed by the wrong one', async () => {
    await run('a', 'migrate');
    await fill('a', true);
    const file = join(folder, 'new.key');
    const [old, other] = [{ THROUGHLINE_SEALING_KEY: SEALING_TEXT }, { THROUGHLINE_SEALING_KEY: OTHER }];
    expect(await runWith('a', old, 'rekey', file)).toMatchObject({ exit: 66 });
    writeFileSync(file, `${OTHER}\n`);
    expect(await run('a', 'rekey', file)).toMatchObject({
      exit: 78,
      err: expect.stringContaining('there is no key at'),
    });
    expect(await runWith('a', other, 'rekey', file)).toMatchObject({
      exit: 78,
      err: expect.stringContaining(`sealed with the key ${SEALING_KEY.id}`),
    });
    expect(await runWith('a', old, 'rekey', file)).toMatchObject({
      exit: 0,
      out: expect.stringContaining(`with the key ${OTHER_SEALING_KEY.id} instead of ${SEALING_KEY.id}`),
    });
    const store = must(Store.openSqlite(join(folder, 'a', 'throughline.db'), OTHER_SEALING_KEY));
    expect(must(await store.read((tables) => tables.trunkGroups.get(ALICE_PBX)))).toEqual(trunkGroup());
    await store.close();
  });
});
