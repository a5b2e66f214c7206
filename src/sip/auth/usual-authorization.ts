import type { HeaderIndex } from '../message/header-index.ts';
import { HeaderId } from '../message/header-name.ts';
import { HEX, IN_AUTH_VALUE } from '../uri/characters.ts';
import { areAll, find, OCTETS, skip, spell } from '../uri/octets.ts';
import type { DigestAuthorization } from './authorization.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const SCHEME = word('Digest ');

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

/** The names, each at its number. */
const NAMES: readonly Uint8Array[] = [
  ...['username', 'realm', 'nonce', 'uri', 'response', 'qop', 'nc', 'cnonce', 'algorithm', 'opaque'].map(
    word,
  ),
];

/** One bit for each of those without which the general way has to decide. */
const NEEDED = (1 << ALGORITHM) - 1;

const octets = OCTETS;

/** Where the value of each parameter begins and ends. */
const starts = new Int32Array(OPAQUE + 1);
const ends = new Int32Array(OPAQUE + 1);

function word(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

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
  spell(text);
  if (!isWord(start, SCHEME) || !findValues(start + SCHEME.length, end)) return undefined;
  const count = countFrom(starts[NC] ?? 0, ends[NC] ?? 0);
  if (count === 0 || !isLowerHex(starts[RESPONSE] ?? 0, ends[RESPONSE] ?? 0)) return undefined;
  if (valueNamed(text, REALM) !== realm || valueNamed(text, QOP) !== 'auth') return undefined;
  return {
    username: valueNamed(text, USERNAME),
    nonce: valueNamed(text, NONCE),
    uri: valueNamed(text, URI),
    response: valueNamed(text, RESPONSE),
    algorithm: ends[ALGORITHM] === 0 ? undefined : valueNamed(text, ALGORITHM),
    qop: { nc: valueNamed(text, NC), count, cnonce: valueNamed(text, CNONCE) },
  };
}

/** False unless all that are needed stand there, none twice, none that is not known and nothing escaped. */
function findValues(from: number, end: number): boolean {
  if (find(from, end, BACKSLASH) !== end) return false;
  ends[ALGORITHM] = 0;
  let found = 0;
  for (let p = from; ; ) {
    const equals = find(p, end, EQUALS);
    if (equals === end) return false;
    const name = nameAt(p, equals - p);
    if (name === -1 || (found & (1 << name)) !== 0) return false;
    found |= 1 << name;
    let start = equals + 1;
    if (octets[start] === QUOTE) {
      start += 1;
      p = find(start, end, QUOTE);
      if (p === end) return false;
      ends[name] = p;
      p += 1;
    } else {
      p = skip(start, end, IN_AUTH_VALUE);
      if (p === start) return false;
      ends[name] = p;
    }
    starts[name] = start;
    if (p >= end) return (found & NEEDED) === NEEDED;
    if (octets[p] !== COMMA) return false;
    p += octets[p + 1] === SPACE ? 2 : 1;
  }
}

/** Which parameter has its name at `at`; -1 for one that is not known. */
function nameAt(at: number, length: number): number {
  const name = likelyName(octets[at] ?? 0, length);
  const known = NAMES[name];
  return known !== undefined && known.length === length && isWord(at, known) ? name : -1;
}

/** By its first letter and how long it is. */
function likelyName(first: number, length: number): number {
  switch (first) {
    case 0x61:
      return ALGORITHM;
    case 0x63:
      return CNONCE;
    case 0x6e:
      return length === 2 ? NC : NONCE;
    case 0x6f:
      return OPAQUE;
    case 0x71:
      return QOP;
    case 0x72:
      return length === 5 ? REALM : RESPONSE;
    case 0x75:
      return length === 3 ? URI : USERNAME;
    default:
      return -1;
  }
}

function isWord(at: number, known: Uint8Array): boolean {
  let i = 0;
  while (i < known.length && octets[at + i] === known[i]) i += 1;
  return i === known.length;
}

function valueNamed(text: string, name: number): string {
  return text.substring(starts[name] ?? 0, ends[name] ?? 0);
}

/** The number that one to eight hexadecimal digits say; 0 for all else. */
function countFrom(start: number, end: number): number {
  if (end - start > 8 || !areAll(start, end, HEX)) return 0;
  let count = 0;
  for (let p = start; p < end; p += 1) {
    const octet = octets[p] ?? 0;
    count = count * 16 + (octet & 0x0f) + (octet > 0x39 ? 9 : 0);
  }
  return count;
}

/** As `digestAuthorization` has it: no letter in upper case. */
function isLowerHex(start: number, end: number): boolean {
  if (skip(start, end, HEX) !== end) return false;
  for (let p = start; p < end; p += 1) if ((octets[p] ?? 0) > 0x39 && (octets[p] ?? 0) < 0x61) return false;
  return true;
}
