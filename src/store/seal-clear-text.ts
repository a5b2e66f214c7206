import { createDecipheriv, hkdfSync } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { SealingKey } from '../link/sealing.ts';
import { DamagedRow } from './json-column.ts';
import type { Tables } from './schema.ts';
import { rewriteSealed } from './sealed-rows.ts';
import { Secrets } from './secrets.ts';

/**
 * Seals what versions before the sealing key left readable: HA1s and changes stood in clear, second factors were
 * sealed with a key that came out of the signing key in the same database.
 */
export async function sealClearText(db: Kysely<Tables>, key: SealingKey): Promise<void> {
  const signingKey = await new Secrets(db).get('signingKey');
  await rewriteSealed(db, {
    text: (text, as) => key.seal(text, as),
    totp: (text, as) => key.seal(openBySigningKey(text, signingKey ?? '', as), as),
  });
}

/** AES-256-GCM: nonce, tag and text in base64url. */
function openBySigningKey(sealed: string, signingKey: string, as: string): string {
  const key = Buffer.from(hkdfSync('sha256', signingKey, '', 'throughline second factor', 32));
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    const open = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
    open.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([open.update(bytes.subarray(28)), open.final()]).toString('utf8');
  } catch {
    throw new DamagedRow(`${as} cannot be read with the signing key`);
  }
}
