import type { Kysely } from 'kysely';
import { trunkGroupId } from '../domain/ids.ts';
import { SEALED_AS, type SealingKey } from '../link/sealing.ts';
import type { Tables } from './schema.ts';
import { unseal } from './unseal.ts';

/** Makes of a text in the database another one. `as`: what it is sealed as. */
export interface Rewrite {
  /** HA1s, changes and answers. */
  text(text: string, as: string): string;
  totp(text: string, as: string): string;
}

const BATCH = 1_000;

/** From one key to another. */
export function fromKeyToKey(from: SealingKey, to: SealingKey): Rewrite {
  const text = (sealed: string, as: string) => to.seal(unseal(from, sealed, as), as);
  return { text, totp: text };
}

/** Rewrites everything that is kept sealed but the check of the key, within a transaction. */
export async function rewriteSealed(db: Kysely<Tables>, rewrite: Rewrite): Promise<void> {
  await rewriteTrunkGroups(db, rewrite);
  await rewriteChanges(db, rewrite);
  await rewriteUsers(db, rewrite);
  await rewriteAnswers(db, rewrite);
}

async function rewriteTrunkGroups(db: Kysely<Tables>, { text }: Rewrite): Promise<void> {
  const one = (sealed: string | null, as: string) => (sealed === null ? null : text(sealed, as));
  let after = trunkGroupId('');
  for (;;) {
    const rows = await db
      .selectFrom('trunk_groups')
      .select(['id', 'ha1_md5', 'ha1_sha256', 'old_ha1_md5', 'old_ha1_sha256'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    for (const { id, ha1_md5, ha1_sha256, old_ha1_md5, old_ha1_sha256 } of rows) {
      await db
        .updateTable('trunk_groups')
        .set({
          ha1_md5: text(ha1_md5, SEALED_AS.ha1(id, 'MD5')),
          ha1_sha256: text(ha1_sha256, SEALED_AS.ha1(id, 'SHA-256')),
          old_ha1_md5: one(old_ha1_md5, SEALED_AS.oldHa1(id, 'MD5')),
          old_ha1_sha256: one(old_ha1_sha256, SEALED_AS.oldHa1(id, 'SHA-256')),
        })
        .where('id', '=', id)
        .execute();
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

async function rewriteChanges(db: Kysely<Tables>, { text }: Rewrite): Promise<void> {
  const revisions = await db.selectFrom('revision_changes').select('revision').execute();
  // One by one: what a revision changed may be large.
  for (const { revision } of revisions) {
    const { changes_json } = await db
      .selectFrom('revision_changes')
      .select('changes_json')
      .where('revision', '=', revision)
      .executeTakeFirstOrThrow();
    await db
      .updateTable('revision_changes')
      .set({ changes_json: text(changes_json, SEALED_AS.changes(revision)) })
      .where('revision', '=', revision)
      .execute();
  }
}

async function rewriteUsers(db: Kysely<Tables>, { totp }: Rewrite): Promise<void> {
  const users = await db
    .selectFrom('users')
    .select(['id', 'totp_secret', 'totp_proposed'])
    .where((where) =>
      where.or([where('totp_secret', 'is not', null), where('totp_proposed', 'is not', null)]),
    )
    .execute();
  for (const { id, totp_secret, totp_proposed } of users) {
    const one = (sealed: string | null) => (sealed === null ? null : totp(sealed, SEALED_AS.totp(id)));
    await db
      .updateTable('users')
      .set({ totp_secret: one(totp_secret), totp_proposed: one(totp_proposed) })
      .where('id', '=', id)
      .execute();
  }
}

async function rewriteAnswers(db: Kysely<Tables>, { text }: Rewrite): Promise<void> {
  const answers = await db.selectFrom('given_answers').select('id').where('answer', 'is not', null).execute();
  // One by one: an answer may be large.
  for (const { id } of answers) {
    const { answer } = await db
      .selectFrom('given_answers')
      .select('answer')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await db
      .updateTable('given_answers')
      .set({ answer: text(answer ?? '', SEALED_AS.answer(id)) })
      .where('id', '=', id)
      .execute();
  }
}
