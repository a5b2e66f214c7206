import { TOKEN } from '../uri/characters.ts';
import { areAll, spell, word } from '../uri/octets.ts';

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
  'MESSAGE',
  'REFER',
  'PUBLISH',
];

/** Of each, its first four letters, its last four, and its length: these make up the whole of it. */
const PARTS = 3;
const parts = new Int32Array(PARTS * KNOWN.length);
for (const [place, method] of KNOWN.entries()) {
  spell(method);
  parts[PARTS * place] = firstLetters(0, method.length);
  parts[PARTS * place + 1] = lastLetters(0, method.length);
  parts[PARTS * place + 2] = method.length;
}

function firstLetters(start: number, end: number): number {
  return end - start < 4 ? word(start) & 0xffffff00 : word(start);
}

function lastLetters(start: number, end: number): number {
  return end - start < 4 ? 0 : word(end - 4);
}

/**
 * The method text[start, end), '' when it is no token. Case counts (RFC 3261 7.1). `text` is the one that is spelled.
 */
export function methodAt(text: string, start: number, end: number): string {
  const first = firstLetters(start, end);
  const last = lastLetters(start, end);
  for (let at = 0; at < parts.length; at += PARTS) {
    if (parts[at] === first && parts[at + 1] === last && parts[at + 2] === end - start) {
      return KNOWN[at / PARTS] ?? '';
    }
  }
  return areAll(start, end, TOKEN) ? text.substring(start, end) : '';
}
