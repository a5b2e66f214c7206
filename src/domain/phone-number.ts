import { type Brand, mint } from '../base/brand.ts';
import type { DialPlan } from './dial-plan.ts';

/** A phone number in E.164: `+` and 7–15 digits, the first not 0. */
export type E164 = Brand<string, 'E164'>;

const MIN_DIGITS = 7;
const MAX_DIGITS = 15;

/** Longer texts are no phone numbers, however many separators are forgiven. */
const MAX_TEXT = 64;

const ZERO = 0x30;
const NINE = 0x39;

/** Reads a number that is written exactly as E.164: `+` and digits, no separators. */
export function parseE164(text: string): E164 | undefined {
  if (text.charCodeAt(0) !== 0x2b) return undefined;
  const length = text.length;
  if (length < MIN_DIGITS + 1 || length > MAX_DIGITS + 1 || text.charCodeAt(1) === ZERO) return undefined;
  for (let i = 1; i < length; i += 1) {
    if (!isDigit(text.charCodeAt(i))) return undefined;
  }
  return mint<E164>(text);
}

/** The digits as a number: it is exact, and another for every phone number. */
export function integerOf(number: E164): number {
  return digitsAsInteger(number, 1, number.length);
}

/** text[from, until), which are at most 15 digits, as a number. */
export function digitsAsInteger(text: string, from: number, until: number): number {
  let value = 0;
  for (let index = from; index < until; index += 1) value = value * 10 + (text.charCodeAt(index) - ZERO);
  return value;
}

/**
 * Completes a dialled number, such as the user part of a Request-URI, to E.164. Undefined where it is none.
 *
 * Understood are E.164 with and without `+`, national numbers of the home country, and the international
 * prefixes 00 and (in North America) 011. Visual separators (RFC 3966 section 5.1.1) and spaces are passed
 * over; parameters behind the user (`;npdi`, RFC 4694) end the number. Only the form is checked, not whether
 * the number is assigned.
 */
export function normaliseDialled(user: string, homeCountry: DialPlan): E164 | undefined {
  const digits = digitsOf(user);
  if (digits === undefined) return undefined;
  if (digits.charCodeAt(0) === 0x2b) return international(digits.slice(1));
  if (digits.startsWith('00')) return international(digits.slice(2));
  return homeCountry.callingCode === '1'
    ? northAmerican(digits)
    : national(digits, homeCountry.callingCode, homeCountry.nationalPrefix, homeCountry.nationalLength);
}

/** The digits with a leading `+` where there was one; undefined at the first character that fits neither. */
function digitsOf(user: string): string | undefined {
  const length = user.length;
  if (length > MAX_TEXT) return undefined;
  let i = user.charCodeAt(0) === 0x2b ? 1 : 0;
  while (i < length && isDigit(user.charCodeAt(i))) i += 1;
  if (i === length) return user;
  let digits = user.slice(0, i);
  for (; i < length; i += 1) {
    const code = user.charCodeAt(i);
    if (isDigit(code)) digits += user.charAt(i);
    else if (code === 0x3b) return digits;
    else if (code === 0x2b && digits === '') digits = '+';
    else if (!isSeparator(code)) return undefined;
  }
  return digits;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** `-` `.` `(` `)` and space. */
function isSeparator(code: number): boolean {
  return code === 0x2d || code === 0x2e || code === 0x28 || code === 0x29 || code === 0x20;
}

function international(digits: string): E164 | undefined {
  // A North American number has ten digits behind the 1, whoever writes it.
  if (digits.charCodeAt(0) === 0x31) return tenDigits(digits, 1);
  return parseE164(`+${digits}`);
}

function northAmerican(digits: string): E164 | undefined {
  if (digits.startsWith('011')) return international(digits.slice(3));
  if (digits.length === 10) return tenDigits(digits, 0);
  if (digits.charCodeAt(0) === 0x31) return tenDigits(digits, 1);
  // Too long to be one of ours: carriers do send E.164 without its `+`.
  return digits.length > 10 ? parseE164(`+${digits}`) : undefined;
}

/** The ten digits from `start` to the end; neither area code nor exchange begins with 0 or 1. */
function tenDigits(digits: string, start: number): E164 | undefined {
  if (digits.length !== start + 10) return undefined;
  if (digits.charCodeAt(start) < 0x32 || digits.charCodeAt(start + 3) < 0x32) return undefined;
  return parseE164(start === 1 ? `+${digits}` : `+1${digits}`);
}

/**
 * Where there is a national prefix, a number without it is taken as E.164 when it begins with our own calling
 * code. Where there is none, only its length tells `45 12 34 56` from `45 12 34 56 78` in Denmark.
 */
function national(digits: string, callingCode: string, prefix: string, length: number): E164 | undefined {
  if (prefix !== '' && digits.startsWith(prefix)) {
    return parseE164(`+${callingCode}${digits.slice(prefix.length)}`);
  }
  if (digits.startsWith(callingCode) && digits.length > length) return parseE164(`+${digits}`);
  return parseE164(`+${callingCode}${digits}`);
}
