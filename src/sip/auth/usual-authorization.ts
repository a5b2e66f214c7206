import type { HeaderIndex } from '../message/header-index.ts';
import { HeaderId } from '../message/header-name.ts';
import { isIn, LWS } from '../uri/characters.ts';
import type { DigestAuthorization } from './authorization.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const SCHEME = 'Digest ';

const USERNAME = 0;
const REALM = 1;
const NONCE = 2;
const URI = 3;
const RESPONSE = 4;
const QOP = 5;
const NC = 6;
const CNONCE = 7;
const ALGORITHM = 8;
const OPAQUE = 9;

/** One bit for each of those without which the general way has to decide. */
const NEEDED = (1 << ALGORITHM) - 1;

/** Where the value of each parameter begins and ends. */
const starts = new Int32Array(OPAQUE + 1);
const ends = new Int32Array(OPAQUE + 1);

/**
 * The credentials for `realm` where they are written as nearly everybody writes them: with qop, names in lower case and
 * nothing escaped, on one line. They are found in one go, and nothing is cut out that is not needed. Undefined is no
 * verdict: `digestAuthorization` then reads them in the general way.
 */
export function usualAuthorization(headers: HeaderIndex, realm: string): DigestAuthorization | undefined {
  const entry = headers.find(HeaderId.Authorization);
  if (entry === -1 || headers.folded) return undefined;
  const { text } = headers;
  const start = headers.valueStart(entry);
  const end = headers.valueEnd(entry);
  if (!text.startsWith(SCHEME, start) || !findValues(text, start + SCHEME.length, end)) return undefined;
  if (!isValue(text, REALM, realm) || !isValue(text, QOP, 'auth')) return undefined;
  const count = countAt(text, starts[NC] ?? 0, ends[NC] ?? 0);
  if (count === 0 || !isLowerHex(text, starts[RESPONSE] ?? 0, ends[RESPONSE] ?? 0)) return undefined;
  return {
    username: valueNamed(text, USERNAME),
    nonce: valueNamed(text, NONCE),
    uri: valueNamed(text, URI),
    response: valueNamed(text, RESPONSE),
    algorithm: ends[ALGORITHM] === 0 ? undefined : valueNamed(text, ALGORITHM),
    qop: { nc: valueNamed(text, NC), count, cnonce: valueNamed(text, CNONCE) },
  };
}

/** False unless text[from, end) has all that are needed, none twice, and none that is not known. */
function findValues(text: string, from: number, end: number): boolean {
  const escaped = text.indexOf('\\', from);
  if (escaped !== -1 && escaped < end) return false;
  ends[ALGORITHM] = 0;
  let found = 0;
  for (let p = from; ; ) {
    const equals = text.indexOf('=', p);
    if (equals === -1 || equals >= end) return false;
    const name = nameAt(text, p, equals - p);
    if (name === -1 || (found & (1 << name)) !== 0) return false;
    found |= 1 << name;
    if (text.charCodeAt(equals + 1) === QUOTE) {
      const close = text.indexOf('"', equals + 2);
      if (close === -1 || close >= end) return false;
      starts[name] = equals + 2;
      ends[name] = close;
      p = close + 1;
    } else {
      p = bareEnd(text, equals + 1, end);
      if (p === equals + 1) return false;
      starts[name] = equals + 1;
      ends[name] = p;
    }
    if (p >= end) return (found & NEEDED) === NEEDED;
    if (text.charCodeAt(p) !== COMMA) return false;
    p += text.charCodeAt(p + 1) === SPACE ? 2 : 1;
  }
}

/** Which parameter has its name at `at`; -1 for one that is not known. */
function nameAt(text: string, at: number, length: number): number {
  switch (length) {
    case 2:
      return text.startsWith('nc', at) ? NC : -1;
    case 3:
      if (text.startsWith('uri', at)) return URI;
      return text.startsWith('qop', at) ? QOP : -1;
    case 5:
      if (text.startsWith('nonce', at)) return NONCE;
      return text.startsWith('realm', at) ? REALM : -1;
    case 6:
      if (text.startsWith('cnonce', at)) return CNONCE;
      return text.startsWith('opaque', at) ? OPAQUE : -1;
    case 8:
      if (text.startsWith('response', at)) return RESPONSE;
      return text.startsWith('username', at) ? USERNAME : -1;
    case 9:
      return text.startsWith('algorithm', at) ? ALGORITHM : -1;
    default:
      return -1;
  }
}

/** Behind a value without quotes. */
function bareEnd(text: string, from: number, end: number): number {
  let p = from;
  while (p < end) {
    const code = text.charCodeAt(p);
    if (code === COMMA || isIn(code, LWS)) break;
    p += 1;
  }
  return p;
}

function valueNamed(text: string, name: number): string {
  return text.substring(starts[name] ?? 0, ends[name] ?? 0);
}

function isValue(text: string, name: number, value: string): boolean {
  const start = starts[name] ?? 0;
  return (ends[name] ?? 0) - start === value.length && text.startsWith(value, start);
}

/** The number that up to eight hexadecimal digits say; 0 for all else. */
function countAt(text: string, start: number, end: number): number {
  if (end - start > 8) return 0;
  let count = 0;
  for (let p = start; p < end; p += 1) {
    const digit = hexDigit(lowerCase(text.charCodeAt(p)));
    if (digit === -1) return 0;
    count = count * 16 + digit;
  }
  return count;
}

function isLowerHex(text: string, start: number, end: number): boolean {
  for (let p = start; p < end; p += 1) if (hexDigit(text.charCodeAt(p)) === -1) return false;
  return true;
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x46 ? code + 0x20 : code;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}
