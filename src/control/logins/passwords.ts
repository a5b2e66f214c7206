import { hash, verify } from '@node-rs/argon2';
import type { Result } from '../../base/result.ts';
import { ok } from '../../base/result.ts';
import type { ControlError } from '../errors.ts';
import { refused } from '../refusals.ts';

const SHORTEST = 12;
const LONGEST = 200;

/** The commonest passwords of 12 characters and more, without case. */
const COMMON: ReadonlySet<string> = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456789123',
  '1234567891011',
  '123123123123',
  '123456123456',
  '1234567890abc',
  '0123456789ab',
  '1q2w3e4r5t6y',
  '1q2w3e4r5t6y7u8i',
  '1qaz2wsx3edc',
  '1qaz2wsx3edc4rfv',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiop[]',
  'qwertyuiopasdf',
  'qwerty123456',
  'qwerty12345678',
  'qwertyqwerty',
  'asdfghjkl123',
  'asdfghjklzxcvbnm',
  'zxcvbnm12345',
  'abcdefghijkl',
  'abcdefghijklm',
  'abc123abc123',
  'abcd12345678',
  'password1234',
  'password12345',
  'password123456',
  'passwordpassword',
  'password123!',
  'password1234!',
  'mypassword123',
  'administrator',
  'administrator1',
  'adminadminadmin',
  'admin1234567',
  'letmein12345',
  'letmeinletmein',
  'iloveyou1234',
  'iloveyouiloveyou',
  'welcome12345',
  'changeme1234',
  'changemechangeme',
  'correcthorsebatterystaple',
  'throughline1',
  'throughline123',
]);

/** Whether a person may have this password; says what is wrong with it. `field`: where it stands. */
export function readPassword(password: string, email: string, field: string): Result<string, ControlError> {
  const length = [...password].length;
  if (length < SHORTEST) {
    return refused(field, `The password has ${length} characters; ${SHORTEST} are the fewest.`);
  }
  if (length > LONGEST)
    return refused(field, `The password has ${length} characters; ${LONGEST} are the most.`);
  const plain = password.toLowerCase();
  if (plain === email) return refused(field, 'The password is your e-mail address; choose another.');
  if (COMMON.has(plain)) {
    return refused(field, 'The password is one of the commonest and is tried first; choose another.');
  }
  if (new Set(plain).size < 5) {
    return refused(field, 'The password has fewer than 5 different characters; choose another.');
  }
  return ok(password);
}

/** Argon2id with 19 MiB and two passes, which is the package's default and what OWASP recommends. */
export async function hashPassword(password: string): Promise<string> {
  return await hash(password.normalize('NFKC'));
}

let nobodys: Promise<string> | undefined;

/** Does the same work where there is no hash, so that the time does not tell whether there is a user. */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  nobodys ??= hashPassword('the password of nobody');
  const against = kept ?? (await nobodys);
  const right = await verify(against, password.normalize('NFKC'));
  return right && kept !== undefined;
}
