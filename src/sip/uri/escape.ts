import { HEX, isIn, USER } from './characters.ts';
import { isAt, octetAt, skip } from './octets.ts';

const PERCENT = 0x25;

const UPPER_HEX = '0123456789ABCDEF';

function escapeCode(code: number): string {
  return `%${UPPER_HEX.charAt((code >> 4) & 15)}${UPPER_HEX.charAt(code & 15)}`;
}

/** `text`, one character per byte, as it may stand in the user part of a URI (RFC 3261 25.1 user). */
export function escapeUser(text: string): string {
  let escaped = '';
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    escaped += isIn(code, USER) ? text.charAt(i) : escapeCode(code);
  }
  return escaped;
}

/** The offset behind the octets of the classes `bits` and %HH escapes at `from`, at most `end`. */
export function skipEscaped(from: number, end: number, bits: number): number {
  let p = skip(from, end, bits);
  while (p < end && octetAt(p) === PERCENT && isAt(p + 1, HEX) && isAt(p + 2, HEX)) {
    p = skip(p + 3, end, bits);
  }
  return Math.min(p, end);
}

/** The byte that the escape at `at` stands for, or -1 when there is no escape. */
function escapedCodeAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x25) return -1;
  if (!isIn(text.charCodeAt(at + 1), HEX) || !isIn(text.charCodeAt(at + 2), HEX)) return -1;
  return Number.parseInt(text.substring(at + 1, at + 3), 16);
}

/** `text` with every %HH replaced by the byte that it stands for; a % without two hex digits stays. */
export function unescapeUri(text: string): string {
  if (text.indexOf('%') === -1) return text;
  let plain = '';
  for (let p = 0; p < text.length; p += 1) {
    const code = escapedCodeAt(text, p);
    plain += code === -1 ? text.charAt(p) : String.fromCharCode(code);
    if (code !== -1) p += 2;
  }
  return plain;
}

/** The `reserved` set of RFC 3261 25.1. */
const RESERVED = ';/?:@&=+$,';

/**
 * `text` in the one form that all its equivalent writings have: characters other than the reserved ones equal
 * their %HH (RFC 3261 19.1.4), so those that may stand unescaped do.
 */
export function normalizeEscapes(text: string): string {
  if (text.indexOf('%') === -1) return text;
  let normal = '';
  for (let p = 0; p < text.length; p += 1) {
    const code = escapedCodeAt(text, p);
    if (code === -1) {
      normal += text.charAt(p);
    } else {
      const character = String.fromCharCode(code);
      normal += mayStandUnescaped(code, character) ? character : escapeCode(code);
      p += 2;
    }
  }
  return normal;
}

function mayStandUnescaped(code: number, character: string): boolean {
  return (isIn(code, USER) || code === 0x5b || code === 0x5d) && !RESERVED.includes(character);
}
