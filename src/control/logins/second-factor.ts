import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Repositories } from '../../store/store.ts';
import type { User } from '../../store/users.ts';
import { hashToken } from './tokens.ts';

const PERIOD = 30;
const RECOVERY_CODES = 10;
/** 32 letters and digits that do not look alike; 16 of them are 80 bits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function totpOf(secret: string, email: string): TOTP {
  return new TOTP({
    issuer: 'Throughline',
    label: email,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD,
    secret: Secret.fromBase32(secret),
  });
}

/** A fresh secret (base 32), and the same as the otpauth URI that authenticator apps read as a QR code. */
export function newTotp(email: string): { readonly secret: string; readonly uri: string } {
  const secret = new Secret({ size: 20 }).base32;
  return { secret, uri: totpOf(secret, email).toString() };
}

/** The time step to which the code belongs: now, the one before or the next; undefined where it is wrong. */
export function stepOf(secret: string, email: string, code: string, now: number): number | undefined {
  const delta = totpOf(secret, email).validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? undefined : Math.floor(now / 1_000 / PERIOD) + delta;
}

/** Ten codes such as `0c3d-9k2m-…`, to be shown once. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () =>
    Array.from({ length: 4 }, () =>
      Array.from({ length: 4 }, () => ALPHABET.charAt(randomInt(32))).join(''),
    ).join('-'),
  );
}

/** As people type them: hyphens, blanks and case do not count. */
export function hashRecoveryCode(code: string): string {
  return hashToken(code.toLowerCase().replace(/[\s-]/g, ''));
}

/** Takes a code of the authenticator or a recovery code, each once. */
export async function takeCode(
  tables: Repositories,
  user: User,
  code: string,
  now: number,
): Promise<boolean> {
  if (user.totpSecret === undefined) return false;
  const typed = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(typed)) return await tables.recoveryCodes.use(user.id, hashRecoveryCode(code), now);
  const step = stepOf(user.totpSecret, user.email, typed, now);
  return step !== undefined && (await tables.users.takeTotpStep(user.id, step));
}
