import { decimalAt } from '../uri/characters.ts';
import { cseqMethodStart, cseqNumber } from './cseq.ts';
import type { HeaderIndex } from './header-index.ts';
import { HeaderId } from './header-name.ts';
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
  /** Where the parameters of From begin. */
  fromParams = 0;
  /** Where the parameters of To begin. */
  toParams = 0;
  bodyEnd = 0;
}

/** Reads into `core` what requests and responses share. Returns what is wrong with it. */
export function readCore(
  text: string,
  start: number,
  headers: HeaderIndex,
  via: Via,
  mostVias: number,
  core: MessageCore,
): string | undefined {
  if (headers.problem !== undefined) return headers.problem;
  if (hasBareNul(text, start, headers.end)) return 'NUL in Header Field';
  if (via.malformed) return 'Malformed Via';
  if ((headers.repeated & SINGLE) !== 0) return `More Than One ${firstRepeated(headers)}`;
  if (tooManyVias(headers, mostVias)) return 'Too Many Via Values';
  const from = headers.find(HeaderId.From);
  if (from === -1) return 'Missing From';
  const to = headers.find(HeaderId.To);
  if (to === -1) return 'Missing To';
  const callId = headers.find(HeaderId.CallId);
  if (callId === -1 || headers.valueStart(callId) === headers.valueEnd(callId)) return 'Missing Call-ID';
  const cseq = headers.find(HeaderId.CSeq);
  if (cseq === -1) return 'Missing CSeq';

  const cseqStart = headers.valueStart(cseq);
  const cseqEnd = headers.valueEnd(cseq);
  core.cseq = cseqNumber(text, cseqStart, cseqEnd);
  core.cseqMethod = methodAt(text, cseqMethodStart(text, cseqStart, cseqEnd), cseqEnd);
  if (core.cseq === -1 || core.cseqMethod === '') return 'Malformed CSeq';

  core.fromParams = addressParamsStart(text, headers.valueStart(from), headers.valueEnd(from));
  if (core.fromParams === -1) return 'Malformed From';
  core.toParams = addressParamsStart(text, headers.valueStart(to), headers.valueEnd(to));
  if (core.toParams === -1) return 'Malformed To';

  core.bodyEnd = bodyEndOf(headers);
  return core.bodyEnd === -1 ? 'Content-Length Malformed or Larger Than the Body' : undefined;
}

/** Where the body ends that Content-Length counts, without one the text; -1 when that cannot be. */
function bodyEndOf(headers: HeaderIndex): number {
  const { text, bodyStart } = headers;
  const entry = headers.find(HeaderId.ContentLength);
  if (entry === -1) return text.length;
  const available = text.length - bodyStart;
  const length = decimalAt(text, headers.valueStart(entry), headers.valueEnd(entry), available);
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
    count += 1 + commasIn(headers.text, headers.valueStart(entry), headers.valueEnd(entry));
  }
  return count > most;
}

/**
 * A NUL ends the text for receivers written in C: they would see another message than we do. Only as a
 * quoted-pair is it grammatical (RFC 3261 25.1).
 */
function hasBareNul(text: string, start: number, end: number): boolean {
  for (let nul = text.indexOf('\0', start); nul !== -1 && nul < end; nul = text.indexOf('\0', nul + 1)) {
    if (text.charCodeAt(nul - 1) !== 0x5c) return true;
  }
  return false;
}

function commasIn(text: string, start: number, end: number): number {
  let count = 0;
  for (
    let comma = text.indexOf(',', start);
    comma !== -1 && comma < end;
    comma = text.indexOf(',', comma + 1)
  ) {
    count += 1;
  }
  return count;
}
