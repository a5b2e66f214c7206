import { isAll, TOKEN } from '../uri/characters.ts';

const KNOWN: readonly string[] = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'REGISTER',
  'OPTIONS',
  'PRACK',
  'UPDATE',
  'INFO',
  'NOTIFY',
  'SUBSCRIBE',
  'MESSAGE',
  'REFER',
  'PUBLISH',
];

/** The method text[start, end), '' when it is no token. Case counts (RFC 3261 7.1). */
export function methodAt(text: string, start: number, end: number): string {
  for (let i = 0; i < KNOWN.length; i += 1) {
    const known = KNOWN[i] ?? '';
    if (known.length === end - start && text.startsWith(known, start)) return known;
  }
  return isAll(text, start, end, TOKEN) ? text.substring(start, end) : '';
}
