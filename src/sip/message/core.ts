import { decimalAt } from '../uri/characters.ts';
import { cseqMethodStart, cseqNumber } from './cseq.ts';
import type { HeaderIndex } from './header-index.ts';
import { HeaderId } from './header-name.ts';
import { headerParam } from './header-params.ts';
import type { MessageCore } from './message.ts';
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

/** What requests and responses share, or what is wrong with it. */
export function readCore(
  text: string,
  start: number,
  headers: HeaderIndex,
  via: Via,
  mostVias: number,
): MessageCore | string {
  if (headers.problem !== undefined) return headers.problem;
  if (hasBareNul(text, start, headers.end)) return 'NUL in Header Field';
  if (via.malformed) return 'Malformed Via';
  let seen = 0;
  let vias = 0;
  let from = -1;
  let to = -1;
  let callId = -1;
  let cseq = -1;
  let contentLength = -1;
  for (let entry = 0; entry !== -1; entry = headers.next(entry)) {
    const id = headers.idAt(entry);
    if (id === HeaderId.Unknown || id > HeaderId.Expires) continue;
    const bit = 1 << id;
    if ((seen & bit & SINGLE) !== 0) return `More Than One ${headers.nameAt(entry)}`;
    seen |= bit;
    switch (id) {
      case HeaderId.Via:
        vias += 1 + commasIn(text, headers.valueStart(entry), headers.valueEnd(entry));
        break;
      case HeaderId.From:
        from = entry;
        break;
      case HeaderId.To:
        to = entry;
        break;
      case HeaderId.CallId:
        callId = entry;
        break;
      case HeaderId.CSeq:
        cseq = entry;
        break;
      case HeaderId.ContentLength:
        contentLength = entry;
        break;
    }
  }
  if (vias > mostVias) return 'Too Many Via Values';
  if (from === -1) return 'Missing From';
  if (to === -1) return 'Missing To';
  if (callId === -1 || headers.valueStart(callId) === headers.valueEnd(callId)) return 'Missing Call-ID';
  if (cseq === -1) return 'Missing CSeq';

  const cseqStart = headers.valueStart(cseq);
  const cseqEnd = headers.valueEnd(cseq);
  const number = cseqNumber(text, cseqStart, cseqEnd);
  const cseqMethod = methodAt(text, cseqMethodStart(text, cseqStart, cseqEnd), cseqEnd);
  if (number === -1 || cseqMethod === '') return 'Malformed CSeq';

  const fromEnd = headers.valueEnd(from);
  const fromParams = addressParamsStart(text, headers.valueStart(from), fromEnd);
  if (fromParams === -1) return 'Malformed From';
  const toEnd = headers.valueEnd(to);
  const toParams = addressParamsStart(text, headers.valueStart(to), toEnd);
  if (toParams === -1) return 'Malformed To';

  let bodyEnd = text.length;
  if (contentLength !== -1) {
    const available = text.length - headers.bodyStart;
    const length = decimalAt(
      text,
      headers.valueStart(contentLength),
      headers.valueEnd(contentLength),
      available,
    );
    if (length === -1) return 'Content-Length Malformed or Larger Than the Body';
    bodyEnd = headers.bodyStart + length;
  }
  return {
    text,
    start,
    headers,
    bodyEnd,
    via,
    cseq: number,
    cseqMethod,
    callId: headers.valueAt(callId),
    fromTag: headerParam(text, fromParams, fromEnd, 'tag'),
    toTag: headerParam(text, toParams, toEnd, 'tag'),
  };
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
