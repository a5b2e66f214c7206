import { CLASSES, LWS } from './characters.ts';

/**
 * The text that is being read, one octet for each of its characters: SIP messages are read as latin1. V8 compiles
 * `text.charCodeAt(i)` to 600 bytes of machine code wherever it stands, because a string may be of six kinds, and
 * `octets[i]` to twenty. With cold caches that was most of what reading cost.
 *
 * What takes a text spells it before it reads, which is one comparison where the same text was spelled last. What
 * takes offsets alone, here and in other files, reads what its caller has spelled.
 */
const ROOM = 65_536;
const octets = Buffer.alloc(ROOM + 1);
let spelled = '';

/** For loops of one's own. To be given a name in the module: V8 takes that for a constant, and what it imports not. */
export const OCTETS: Uint8Array = octets;
const classes = CLASSES;

/** Makes `text` what is read. A NUL is behind it; of what is longer than a datagram, NULs are all that is read. */
export function spell(text: string): void {
  if (text === spelled) return;
  spelled = text;
  octets.latin1Write(text, 0, ROOM);
  octets[Math.min(text.length, ROOM)] = 0;
}

export function octetAt(at: number): number {
  return octets[at] ?? 0;
}

/** True when the octet at `at` is in one of the classes `bits`. */
export function isAt(at: number, bits: number): boolean {
  return ((classes[octets[at] ?? 0] ?? 0) & bits) !== 0;
}

/** The first offset from `from` on that is not in the classes `bits`, at most `end`. */
export function skip(from: number, end: number, bits: number): number {
  let p = from;
  while (p < end && ((classes[octets[p] ?? 0] ?? 0) & bits) !== 0) p += 1;
  return p;
}

/** The first offset from `from` on that is not LWS, at most `end`. */
export function skipLws(from: number, end: number): number {
  return skip(from, end, LWS);
}

/** The offset behind the last octet before `end` that is not LWS, at least `start`. */
export function trimLws(start: number, end: number): number {
  let p = end;
  while (p > start && ((classes[octets[p - 1] ?? 0] ?? 0) & LWS) !== 0) p -= 1;
  return p;
}

/** True when there is one octet or more from `start` to `end`, all in the classes `bits`. */
export function areAll(start: number, end: number, bits: number): boolean {
  return start < end && skip(start, end, bits) === end;
}

/** The offset of the first `octet` from `from` on, `end` when there is none before. */
export function find(from: number, end: number, octet: number): number {
  let p = from;
  while (p < end && octets[p] !== octet) p += 1;
  return p;
}

/** The offset behind the quoted string whose opening quote is at `from`, or -1 when it does not end before `end`. */
export function skipQuoted(from: number, end: number): number {
  for (let p = from + 1; p < end; p += 1) {
    const octet = octets[p];
    if (octet === 0x5c) p += 1;
    else if (octet === 0x22) return p + 1;
  }
  return -1;
}

/** The number that the digits from `start` to `end` say, or -1 when they are not digits, none, or more than `max`. */
export function decimal(start: number, end: number, max: number): number {
  if (start >= end) return -1;
  let n = 0;
  for (let p = start; p < end; p += 1) {
    const digit = (octets[p] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    n = n * 10 + digit;
    if (n > max) return -1;
  }
  return n;
}

/** Four octets as a number of 32 bits, to be compared with those of a name. */
export function word(at: number): number {
  return (
    ((octets[at] ?? 0) << 24) |
    ((octets[at + 1] ?? 0) << 16) |
    ((octets[at + 2] ?? 0) << 8) |
    (octets[at + 3] ?? 0)
  );
}

/** The same with ASCII letters in lower case; nothing else becomes a letter. */
export function lowerWord(at: number): number {
  return word(at) | 0x20202020;
}
