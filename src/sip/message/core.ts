import { decimal, find, lowerWord, OCTETS, skipLws, spell } from '../uri/octets.ts';
import { cseqMethodStart, cseqNumber, cseqNumberEnd } from './cseq.ts';
import type { HeaderIndex } from './header-index.ts';
import { HeaderId } from './header-name.ts';
import { HeaderParam } from './header-params.ts';
import { methodAt } from './method.ts';
import { addressParamsStart } from './name-address.ts';
import type { Via } from './via.ts';

/** Header fields of which there is at most one and which we act upon (RFC 3261 7.3.1). */
const SINGLE =
  (1 << HeaderId.From) |
  (1 << HeaderId.To) |
  (1 << HeaderId.CallId) |
  (1 << HeaderId.CSeq) |
  (1 << HeaderId.MaxForwards) |
  (1 << HeaderId.ContentLength) |
  (1 << HeaderId.ContentType) |
  (1 << HeaderId.Expires);

/**
 * What is read of every message while it is found good. There is one for all messages: it is filled by `readCore`
 * and copied into the message at once, and one for each message would be made only to be thrown away.
 */
export class MessageCore {
  cseq = 0;
  cseqMethod = '';
  /** Where the tag of From lies; -1: there is none. */
  fromTagStart = 0;
  fromTagEnd = 0;
  /** Where the tag of To lies; -1: there is none. */
  toTagStart = 0;
  toTagEnd = 0;
  bodyEnd = 0;
}

/** Reads into `core` what requests and responses share. Returns what is wrong with it. */
export function readCore(
  text: string,
  headers: HeaderIndex,
  via: Via,
  mostVias: number,
  core: MessageCore,
): string | undefined {
  if (headers.problem !== undefined) return headers.problem;
  if (via.malformed) return 'Malformed Via';
  if ((headers.repeated & SINGLE) !== 0) return `More Than One ${firstRepeated(headers)}`;
  spell(text);
  if (tooManyVias(headers, mostVias)) return 'Too Many Via Values';
  const from = headers.find(HeaderId.From);
  if (from === -1) return 'Missing From';
  const to = headers.find(HeaderId.To);
  if (to === -1) return 'Missing To';
  const callId = headers.find(HeaderId.CallId);
  if (callId === -1 || headers.valueStart(callId) === headers.valueEnd(callId)) return 'Missing Call-ID';
  const cseq = headers.find(HeaderId.CSeq);
  if (cseq === -1) return 'Missing CSeq';

  const cseqEnd = headers.valueEnd(cseq);
  const cseqStart = headers.valueStart(cseq);
  const numberEnd = cseqNumberEnd(cseqStart, cseqEnd);
  core.cseq = cseqNumber(cseqStart, numberEnd);
  core.cseqMethod = methodAt(text, cseqMethodStart(numberEnd, cseqEnd), cseqEnd);
  if (core.cseq === -1 || core.cseqMethod === '') return 'Malformed CSeq';

  if (!readTag(headers.valueStart(from), headers.valueEnd(from))) return 'Malformed From';
  core.fromTagStart = tagStart;
  core.fromTagEnd = tagEnd;
  if (!readTag(headers.valueStart(to), headers.valueEnd(to))) return 'Malformed To';
  core.toTagStart = tagStart;
  core.toTagEnd = tagEnd;

  core.bodyEnd = bodyEndOf(headers);
  return core.bodyEnd === -1 ? 'Content-Length Malformed or Larger Than the Body' : undefined;
}

const SEMICOLON = 0x3b;
const COMMA = 0x2c;
/** As `lowerWord` reads it, but for the last octet. */
const TAG = 0x74616700;
const NONE = -1;
const octets = OCTETS;
const param = new HeaderParam();
let tagStart = NONE;
let tagEnd = NONE;

/** Finds the tag of a From or To value. False when what stands before its parameters is malformed. */
function readTag(start: number, end: number): boolean {
  tagStart = NONE;
  tagEnd = NONE;
  let p = addressParamsStart(start, end);
  if (p === -1) return false;
  p = skipLws(p, end);
  while (p !== -1 && p < end && octets[p] === SEMICOLON) {
    p = param.read(p, end);
    const { nameStart } = param;
    if (p !== -1 && param.nameEnd - nameStart === 3 && (lowerWord(nameStart) & 0xffffff00) === TAG) {
      tagStart = param.valueStart;
      tagEnd = param.valueEnd;
      break;
    }
  }
  return true;
}

/** Where the body ends that Content-Length counts, without one the text; -1 when that cannot be. */
function bodyEndOf(headers: HeaderIndex): number {
  const { text, bodyStart } = headers;
  const entry = headers.find(HeaderId.ContentLength);
  if (entry === -1) return text.length;
  const available = text.length - bodyStart;
  const length = decimal(headers.valueStart(entry), headers.valueEnd(entry), available);
  return length === -1 ? -1 : bodyStart + length;
}

/** The name of the first header field that is there again although it may stand there but once. */
function firstRepeated(headers: HeaderIndex): string {
  let seen = 0;
  for (let entry = 0; entry !== -1; entry = headers.next(entry)) {
    const id = headers.idAt(entry);
    if (id > HeaderId.Expires) continue;
    const bit = SINGLE & (1 << id);
    if ((seen & bit) !== 0) return headers.nameAt(entry);
    seen |= bit;
  }
  return '';
}

function tooManyVias(headers: HeaderIndex, most: number): boolean {
  let count = 0;
  for (let entry = headers.find(HeaderId.Via); entry !== -1; entry = headers.findNext(HeaderId.Via, entry)) {
    count += 1 + commasIn(headers.valueStart(entry), headers.valueEnd(entry));
  }
  return count > most;
}

function commasIn(start: number, end: number): number {
  let count = 0;
  for (let p = find(start, end, COMMA); p < end; p = find(p + 1, end, COMMA)) count += 1;
  return count;
}
