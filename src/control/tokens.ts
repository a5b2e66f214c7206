import { createHash, randomInt } from 'node:crypto';
import type { Millis } from '../base/clock.ts';

/** Crockford's base 32 in lower case: nothing in it is taken for something else when it is read aloud. */
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';
/** Letters and digits without those that look alike. All are legal unescaped wherever SIP puts them. */
const PASSWORD = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

const PASSWORD_LENGTH = 24;
const TIME_LENGTH = 10;

/** An id such as `acc_01k7…`: what was made later sorts later. */
export function newId(prefix: 'acc' | 'tg' | 'gw' | 'key', now: Millis): string {
  let time = '';
  for (let rest = Math.floor(now); time.length < TIME_LENGTH; rest = Math.floor(rest / 32)) {
    time = BASE32.charAt(rest % 32) + time;
  }
  return `${prefix}_${time}${pick(BASE32, 8)}`;
}

/** The SIP credentials of a new trunk group. */
export function newCredentials(): { readonly username: string; readonly password: string } {
  return { username: `t${pick(BASE32, 11)}`, password: newPassword() };
}

/** A SIP password of about 140 bits. */
export function newPassword(): string {
  return pick(PASSWORD, PASSWORD_LENGTH);
}

/** H(A1) of RFC 3261 section 22.4 (RFC 2617 section 3.2.2.2), and with SHA-256 (RFC 8760). */
export function ha1Of(username: string, realm: string, password: string): { md5: string; sha256: string } {
  const a1 = `${username}:${realm}:${password}`;
  return {
    md5: createHash('md5').update(a1).digest('hex'),
    sha256: createHash('sha256').update(a1).digest('hex'),
  };
}

function pick(alphabet: string, length: number): string {
  let text = '';
  while (text.length < length) text += alphabet.charAt(randomInt(alphabet.length));
  return text;
}
