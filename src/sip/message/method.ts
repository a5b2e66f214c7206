import { TOKEN } from '../uri/characters.ts';
import { areAll, OCTETS, spell } from '../uri/octets.ts';

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

const octets = OCTETS;
/** The place of each method in `KNOWN`, by length and first letter, of which there is one each; 255 for none. */
const places = new Uint8Array(512).fill(255);
const ROOM = 16;
const letters = new Uint8Array(ROOM * KNOWN.length);
for (const [place, method] of KNOWN.entries()) {
  spell(method);
  places[slotOf(0, method.length)] = place;
  letters.set(octets.subarray(0, method.length), ROOM * place);
}

function slotOf(start: number, end: number): number {
  return (((octets[start] ?? 0) & 31) << 4) | ((end - start) & 15);
}

/**
 * The method text[start, end), '' when it is no token. Case counts (RFC 3261 7.1). `text` is the one that is spelled.
 */
export function methodAt(text: string, start: number, end: number): string {
  const place = places[slotOf(start, end)] ?? 255;
  const known = KNOWN[place];
  if (known?.length === end - start && isWritten(start, end, ROOM * place)) return known;
  return areAll(start, end, TOKEN) ? text.substring(start, end) : '';
}

function isWritten(start: number, end: number, at: number): boolean {
  let p = start;
  while (p < end && octets[p] === letters[at + p - start]) p += 1;
  return p === end;
}
