import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { OTHER_SEALING_KEY, SEALING_KEY } from '../../test/support/sealing-key.ts';
import {
  ALICE_PBX,
  BOB_PBX,
  must,
  onEveryDatabase,
  setUp,
  trunkGroup,
} from '../../test/support/store-contract.ts';
import { ok } from '../base/result.ts';
import { type Repositories, Store } from './store.ts';

const USER = {
  id: 'usr_1',
  account: undefined,
  email: 'ada@example.com',
  role: 'operator',
  createdAt: 1,
} as const;
const CHANGES = '[{"kind":"x","ha1":"c0ffee"}]';

async function addSecrets(tables: Repositories): Promise<void> {
  await tables.revisions.insert(await tables.revisions.next(), 10, CHANGES);
  await tables.users.insert(USER);
  await tables.users.proposeTotp(USER.id, 'PROPOSED');
}

async function secretsIn(tables: Repositories) {
  const [revision] = await tables.revisions.after(0, 1);
  return {
    ha1: (await tables.trunkGroups.get(ALICE_PBX))?.ha1,
    changes: revision?.changesJson,
    totp: (await tables.users.get(USER.id))?.totpProposed,
  };
}

const SECRETS = { ha1: trunkGroup().ha1, changes: CHANGES, totp: 'PROPOSED' };

onEveryDatabase('the sealing key', (use) => {
  test('another than that of the database is refused, and both are named', async () => {
    await use().run(addSecrets);
    await expect(use().reopen(OTHER_SEALING_KEY)).rejects.toThrow(
      `sealed with the key ${SEALING_KEY.id}, and the sealing key given here is ${OTHER_SEALING_KEY.id}`,
    );
    expect(await use().store.read(secretsIn)).toMatchObject({
      ok: false,
      error: {
        kind: 'storeUnavailable',
        message: expect.stringContaining(`is sealed with the key ${SEALING_KEY.id}`),
      },
    });
    expect(await use().store.changeKey(OTHER_SEALING_KEY)).toMatchObject({ error: { kind: 'otherKey' } });
    await use().reopen(SEALING_KEY);
    expect(await use().read(secretsIn)).toEqual(SECRETS);
  });

  test('can be changed, and everything is read with the new one alone', async () => {
    await use().run(addSecrets);
    must(await use().store.changeKey(OTHER_SEALING_KEY));
    await expect(use().reopen(SEALING_KEY)).rejects.toThrow('otherKey');
    await use().reopen(OTHER_SEALING_KEY);
    expect(await use().read(secretsIn)).toEqual(SECRETS);
  });
});

test('a database from before the sealing is sealed once, and its file shows nothing any more', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-sealing-'));
  const path = join(folder, 'old.db');
  const store = must(Store.openSqlite(path, SEALING_KEY));
  must(await store.migrate());
  must(
    await store.write<void, never>(async (tables) => {
      await setUp(tables);
      await addSecrets(tables);
      await tables.secrets.keep('signingKey', 'signed', 1);
      return ok(undefined);
    }),
  );
  const raw = new DatabaseSync(path);
  raw.exec(`update trunk_groups set ha1_md5 = 'clear-md5-' || id, ha1_sha256 = 'clear-sha256-' || id;
    update revision_changes set changes_json = '${CHANGES}';
    update users set totp_proposed = '${sealedBySigningKey('PROPOSED')}'`);
  raw.close();
  must(await store.takeKey(5));
  must(await store.takeKey(6));
  const opened = await store.read(async (tables) => ({
    ...(await secretsIn(tables)),
    bob: (await tables.trunkGroups.get(BOB_PBX))?.ha1,
  }));
  await store.close();
  expect(opened).toEqual(
    ok({
      ...SECRETS,
      ha1: { md5: 'clear-md5-tg_alice', sha256: 'clear-sha256-tg_alice' },
      bob: { md5: 'clear-md5-tg_bob', sha256: 'clear-sha256-tg_bob' },
    }),
  );
  const content = readFileSync(path, 'latin1');
  for (const secret of ['clear-md5', 'clear-sha256', 'c0ffee']) expect(content).not.toContain(secret);
  rmSync(folder, { recursive: true });
});

/** As it was done before there was a sealing key. */
function sealedBySigningKey(text: string): string {
  const key = Buffer.from(hkdfSync('sha256', 'signed', '', 'throughline second factor', 32));
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}
