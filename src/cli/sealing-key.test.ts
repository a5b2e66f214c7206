import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OTHER_SEALING_KEY, SEALING_KEY, SEALING_TEXT } from '../../test/support/sealing-key.ts';
import { must } from '../../test/support/store-contract.ts';
import { SealingKey } from '../link/sealing.ts';
import { Store } from '../store/store.ts';
import { configSchema } from './config-schema.ts';
import { sealingKeyFor } from './sealing-key.ts';

let dataFolder = '';
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'throughline-key-'));
});
afterEach(() => rmSync(dataFolder, { recursive: true }));

async function keyFor(settings: Readonly<Record<string, string>>) {
  return await sealingKeyFor(configSchema.parse({ dataFolder, ...settings }));
}

describe('the sealing key', () => {
  test('is made once beside a new SQLite database, readable to its owner alone', async () => {
    const made = must(await keyFor({}));
    const file = join(dataFolder, 'sealing.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(SealingKey.parse(readFileSync(file, 'utf8').trim())?.id).toBe(made.id);
    expect(must(await keyFor({})).id).toBe(made.id);
  });

  test('is not made anew where the database is sealed and the file is gone', async () => {
    const store = must(Store.openSqlite(join(dataFolder, 'throughline.db'), SEALING_KEY));
    must(await store.migrate());
    must(await store.takeKey(1));
    await store.close();
    expect(await keyFor({})).toMatchObject({
      ok: false,
      error: { exit: 78, reason: expect.stringContaining(`is sealed with the key ${SEALING_KEY.id}`) },
    });
    expect(existsSync(join(dataFolder, 'sealing.key'))).toBe(false);
  });

  test('comes from the setting, or from the file that is named', async () => {
    expect(must(await keyFor({ sealingKey: SEALING_TEXT })).id).toBe(SEALING_KEY.id);
    const sealingKeyFile = join(dataFolder, 'other.key');
    writeFileSync(sealingKeyFile, `${'0123456789abcdef'.repeat(4)}\n`);
    expect(must(await keyFor({ sealingKeyFile })).id).toBe(OTHER_SEALING_KEY.id);
    expect(existsSync(join(dataFolder, 'sealing.key'))).toBe(false);
  });

  test.each([
    [{ database: 'postgres://db/throughline' }, /PostgreSQL needs a sealing key.*openssl rand -hex 32/],
    [{ sealingKeyFile: '/nowhere/sealing.key' }, /cannot be read from \/nowhere\/sealing.key \(ENOENT\)/],
    [{ sealingKeyFile: '/etc/hostname' }, /holds no sealing key, which is 64 hexadecimal digits/],
  ])('%j is refused with what would be right', async (settings, why) => {
    expect(await keyFor(settings)).toMatchObject({
      ok: false,
      error: { exit: 78, reason: expect.stringMatching(why) },
    });
  });
});
