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
/** Neither ends a line nor, as a NUL does, the text for receivers written in C. */
export const IN_LINE = 256;
/** Neither ends an unquoted parameter value nor is LWS. */
export const IN_VALUE = 512;
/** Of a name-addr or addr-spec, outside quotes and angle brackets. */
export const IN_ADDRESS = 1_024;
/** Of an element of a list, outside quotes and angle brackets. */
export const IN_ELEMENT = 2_048;
/** May stand in a Request-URI. */
export const IN_REQUEST_URI = 4_096;
/** Of a name or value among the parameters of a URI. */
export const IN_URI_PARAM = 8_192;
/** Of the host of a URI that is no IPv6 reference. */
export const IN_URI_HOST = 16_384;
/** Neither ends an unquoted value of credentials nor is LWS. */
export const IN_AUTH_VALUE = 32_768;

/** The classes of each octet. */
export const CLASSES = new Uint16Array(256);

function mark(characters: string, bits: number): void {
  for (let i = 0; i < characters.length; i += 1) {
    const code = characters.charCodeAt(i);
    CLASSES[code] = (CLASSES[code] ?? 0) | bits;
  }
}

function markOthers(characters: string, bits: number): void {
  for (let code = 0; code < CLASSES.length; code += 1) {
    if (!characters.includes(String.fromCharCode(code))) CLASSES[code] = (CLASSES[code] ?? 0) | bits;
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
markOthers('\0\r\n', IN_LINE);
markOthers(';, \t\r\n', IN_VALUE);
markOthers('"<;', IN_ADDRESS);
markOthers('",<', IN_ELEMENT);
markOthers('<>"', IN_REQUEST_URI);
for (let code = 0; code <= 0x20; code += 1) CLASSES[code] = (CLASSES[code] ?? 0) & ~IN_REQUEST_URI;
markOthers(';=', IN_URI_PARAM);
markOthers(':;?', IN_URI_HOST);
markOthers(', \t\r\n', IN_AUTH_VALUE);

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
