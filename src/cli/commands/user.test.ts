import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SEALING_KEY, SEALING_TEXT } from '../../../test/support/sealing-key.ts';
import { must } from '../../../test/support/store-contract.ts';
import { ok } from '../../base/result.ts';
import { Store } from '../../store/store.ts';
import { runProgram } from '../program.ts';

let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-user-'));
  await run('migrate');
  const store = must(Store.openSqlite(join(folder, 'throughline.db'), SEALING_KEY));
  must(await store.takeKey(1));
  const jo = { id: 'usr_jo', email: 'jo@example.com', role: 'operator', createdAt: 1 } as const;
  must(await store.write<void, never>(async (tables) => ok(await tables.users.insert(jo))));
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  let out = '';
  let err = '';
  const environment = {
    THROUGHLINE_DATA_FOLDER: folder,
    THROUGHLINE_SEALING_KEY: SEALING_TEXT,
    THROUGHLINE_PUBLIC_URL: 'https://trunks.example.com/',
  };
  const exit = await runProgram(args, {
    version: '1.2.3',
    environment,
    out: (text) => (out += text),
    err: (text) => (err += text),
    serve: async () => 0,
  });
  return { exit, out, err };
}

describe('user reset', () => {
  test('prints a link for the person, in whatever case the e-mail address is given', async () => {
    expect(await run('user', 'reset', 'Jo@Example.com')).toEqual({
      exit: 0,
      out: expect.stringMatching(/^https:\/\/trunks\.example\.com\/password-resets\/[\w-]{43}\n$/),
      err: '',
    });
    expect(JSON.parse((await run('user', 'reset', 'jo@example.com', '--json')).out)).toEqual({
      link: expect.stringMatching(/^https:\/\/trunks\.example\.com\/password-resets\/[\w-]{43}$/),
      expiresAt: expect.stringMatching(/Z$/),
    });
  });

  test('says where nobody has the address', async () => {
    expect(await run('user', 'reset', 'al@example.com')).toMatchObject({
      exit: 66,
      err: 'throughline: nobody logs in with al@example.com\n',
    });
  });
});
