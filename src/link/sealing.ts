import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { err, ok, type Result } from '../base/result.ts';

/** Stands before the key's id, the nonce, the tag and the sealed text. */
const VERSION = 'sealed1';
const NONCE = 12;
const TAG = 16;

/** Why a sealed text cannot be read. */
export type Unreadable =
  | { readonly kind: 'notSealed' }
  /** `keyId`: of the key that it was sealed with. */
  | { readonly kind: 'otherKey'; readonly keyId: string }
  /** It was changed, or belongs to something else. */
  | { readonly kind: 'damaged' };

/**
 * A key from outside the database that keeps what is secret in it unreadable: AES-256-GCM with a random nonce. A
 * sealed text says which key it needs, and can be read only as what it was sealed as.
 */
export class SealingKey {
  /** Tells keys apart; says nothing of the key. */
  readonly id: string;
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
    this.id = createHash('sha256').update('throughline sealing key').update(key).digest('hex').slice(0, 8);
  }

  /** From 64 hexadecimal digits; undefined for all else. */
  static parse(text: string): SealingKey | undefined {
    return /^[0-9a-f]{64}$/i.test(text) ? new SealingKey(Buffer.from(text, 'hex')) : undefined;
  }

  /** As `parse` takes it, for a trunk server's thread. */
  get text(): string {
    return this.#key.toString('hex');
  }

  /** A new key, as `parse` takes it. */
  static newText(): string {
    return randomBytes(32).toString('hex');
  }

  /** For whoever opens a store and reads nothing sealed in it. */
  static throwAway(): SealingKey {
    return new SealingKey(randomBytes(32));
  }

  /** `as`: what the text is and whose, such as the HA1 of one trunk group. */
  seal(text: string, as: string): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(as, 'utf8'));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${VERSION}.${this.id}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  }

  /** Whether it says that it was sealed with this key; whether it was is seen when it is unsealed. */
  sealed(text: string): boolean {
    return text.startsWith(`${VERSION}.${this.id}.`);
  }

  unseal(sealed: string, as: string): Result<string, Unreadable> {
    const keyId = keyIdOf(sealed);
    if (keyId === undefined) return err({ kind: 'notSealed' });
    if (keyId !== this.id) return err({ kind: 'otherKey', keyId });
    const bytes = Buffer.from(sealed.slice(VERSION.length + keyId.length + 2), 'base64url');
    if (bytes.length < NONCE + TAG) return err({ kind: 'damaged' });
    const nonce = bytes.subarray(0, NONCE);
    const cipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG });
    cipher.setAAD(Buffer.from(as, 'utf8')).setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    try {
      const text = Buffer.concat([cipher.update(bytes.subarray(NONCE + TAG)), cipher.final()]);
      return ok(text.toString('utf8'));
    } catch {
      return err({ kind: 'damaged' });
    }
  }
}

/** The id of the key that a text was sealed with; undefined for a text that is not sealed. */
export function keyIdOf(sealed: string): string | undefined {
  return /^sealed1\.([0-9a-f]{8})\./.exec(sealed.slice(0, 40))?.[1];
}

/** What the sealed texts of the database are sealed as. */
export const SEALED_AS = {
  ha1: (trunkGroup: string, algorithm: 'MD5' | 'SHA-256') => `the ${algorithm} HA1 of ${trunkGroup}`,
  oldHa1: (trunkGroup: string, algorithm: 'MD5' | 'SHA-256') => `the old ${algorithm} HA1 of ${trunkGroup}`,
  changes: (revision: number) => `what revision ${revision} changed`,
  totp: (user: string) => `the second factor of ${user}`,
  answer: (id: string) => `the answer ${id}`,
  check: 'the check of the sealing key',
} as const;
