import type { Kysely } from 'kysely';
import { err, ok, type Result } from '../base/result.ts';
import { keyIdOf, SEALED_AS, type SealingKey } from '../link/sealing.ts';
import type { Tables } from './schema.ts';
import { sealClearText } from './seal-clear-text.ts';
import { fromKeyToKey, rewriteSealed } from './sealed-rows.ts';
import { Secrets } from './secrets.ts';
import { type AnyTables, tablesOf } from './whole-rows.ts';

/** The name among the secrets of a text that only the right key reads. */
const CHECK = 'sealingCheck';

/** The database is sealed with another key than the one at hand. */
export interface OtherKey {
  readonly kind: 'otherKey';
  readonly message: string;
}

/** The id of the key that a database is sealed with; undefined while it is not, or has no tables. */
export async function sealedWith(db: Kysely<AnyTables>): Promise<string | undefined> {
  if (!(await tablesOf(db)).some(({ name }) => name === 'secrets')) return undefined;
  const row = await db.selectFrom('secrets').select('value').where('name', '=', CHECK).executeTakeFirst();
  return row === undefined ? undefined : (keyIdOf(String(row['value'])) ?? 'of a newer version');
}

/** Within a transaction: checks that this is the key of the database, or makes it so where it has none yet. */
export async function takeKey(
  db: Kysely<Tables>,
  key: SealingKey,
  now: number,
): Promise<Result<void, OtherKey>> {
  const secrets = new Secrets(db);
  const fresh = key.seal('', SEALED_AS.check);
  const known = await secrets.keep(CHECK, fresh, now);
  if (known === fresh) {
    await sealClearText(db, key);
    return ok(undefined);
  }
  return key.unseal(known, SEALED_AS.check).ok ? ok(undefined) : err(otherKey(known, key));
}

/** Within a transaction: seals everything with another key instead. */
export async function changeKey(
  db: Kysely<Tables>,
  from: SealingKey,
  to: SealingKey,
): Promise<Result<void, OtherKey>> {
  const known = (await new Secrets(db).get(CHECK)) ?? '';
  if (!from.unseal(known, SEALED_AS.check).ok) return err(otherKey(known, from));
  await rewriteSealed(db, fromKeyToKey(from, to));
  await db
    .updateTable('secrets')
    .set({ value: to.seal('', SEALED_AS.check) })
    .where('name', '=', CHECK)
    .execute();
  return ok(undefined);
}

function otherKey(known: string, key: SealingKey): OtherKey {
  const message = `it is sealed with the key ${keyIdOf(known) ?? 'of a newer version'}, and the sealing key given here is ${key.id}; give the one that the database was made with (docs/operating.md, "The sealing key")`;
  return { kind: 'otherKey', message };
}
