import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { err, ok } from '../../base/result.ts';
import type { Seal } from './context.ts';

/** AES-256-GCM with a key that comes out of `secret`. */
export function sealWith(secret: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'throughline second factor', 32));
  return {
    seal(text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    unseal(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const open = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
        open.setAuthTag(bytes.subarray(12, 28));
        return ok(Buffer.concat([open.update(bytes.subarray(28)), open.final()]).toString('utf8'));
      } catch (error) {
        return err(error);
      }
    },
  };
}
