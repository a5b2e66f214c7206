/** Character classes of RFC 3261 section 25.1, as bits. A message is latin1 text: one character per byte. */
export const TOKEN = 1;
/** SP, HTAB and the CR, LF that a folded line leaves inside a value. */
export const LWS = 2;
export const DIGIT = 4;
export const ALPHA = 8;
/** Of host names; `_` is no host character by the RFC, but names in the field have it. */
export const HOST = 16;
export const HEX = 32;
/** May stand unescaped in the user part: unreserved / user-unreserved. */
export const USER = 64;
/** May stand unescaped in a URI parameter: unreserved / param-unreserved. */
export const PARAM = 128;

const CLASSES = new Uint8Array(256);

function mark(characters: string, bits: number): void {
  for (let i = 0; i < characters.length; i += 1) {
    const code = characters.charCodeAt(i);
    CLASSES[code] = (CLASSES[code] ?? 0) | bits;
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
mark(LETTERS, TOKEN | ALPHA | HOST | USER | PARAM);
mark('0123456789', TOKEN | DIGIT | HOST | HEX | USER | PARAM);
mark('abcdefABCDEF', HEX);
mark("-.!%*_+`'~", TOKEN);
mark(' \t\r\n', LWS);
mark('-._', HOST);
mark("-_.!~*'()", USER | PARAM);
mark('&=+$,;?/', USER);
mark('[]/:&+$', PARAM);

/** True when the character code `code` is in one of the classes `bits`. */
export function isIn(code: number, bits: number): boolean {
  return ((CLASSES[code] ?? 0) & bits) !== 0;
}

/** The first offset from `from` on that is not LWS, at most `end`. */
export function skipLws(text: string, from: number, end: number): number {
  let p = from;
  while (p < end && isIn(text.charCodeAt(p), LWS)) p += 1;
  return p;
}

/** The offset behind the last character before `end` that is not LWS, at least `start`. */
export function trimLwsEnd(text: string, start: number, end: number): number {
  let p = end;
  while (p > start && isIn(text.charCodeAt(p - 1), LWS)) p -= 1;
  return p;
}

/** The first offset from `from` on that is not in the classes `bits`, at most `end`. */
export function skipWhile(text: string, from: number, end: number, bits: number): number {
  let p = from;
  while (p < end && isIn(text.charCodeAt(p), bits)) p += 1;
  return p;
}

/** True when text[start, end) is one character or more, all in the classes `bits`. */
export function isAll(text: string, start: number, end: number, bits: number): boolean {
  return start < end && skipWhile(text, start, end, bits) === end;
}

/**
 * The number that the digits text[start, end) say, or -1 when they are not digits, none at all, or more than
 * `max`.
 */
export function decimalAt(text: string, start: number, end: number, max: number): number {
  if (start >= end) return -1;
  let n = 0;
  for (let p = start; p < end; p += 1) {
    const code = text.charCodeAt(p);
    if (code < 48 || code > 57) return -1;
    n = n * 10 + (code - 48);
    if (n > max) return -1;
  }
  return n;
}

/**
 * True when text[start, end) equals `lower`, ASCII letters compared without regard to case. `lower` must be
 * in lower case.
 */
export function equalsIgnoreCase(text: string, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false;
  for (let i = 0; i < lower.length; i += 1) {
    const code = text.charCodeAt(start + i);
    const wanted = lower.charCodeAt(i);
    if (code !== wanted && (code < 65 || code > 90 || code + 32 !== wanted)) return false;
  }
  return true;
}

/**
 * The offset behind the quoted string whose opening quote is at `from`, or -1 when it does not end before
 * `end`.
 */
export function skipQuoted(text: string, from: number, end: number): number {
  for (let p = from + 1; p < end; p += 1) {
    const code = text.charCodeAt(p);
    if (code === 92) p += 1;
    else if (code === 34) return p + 1;
  }
  return -1;
}
