import { DIGIT } from '../uri/characters.ts';
import { decimal, skip, skipLws } from '../uri/octets.ts';

/** CSeq numbers are less than 2**31 (RFC 3261 8.1.1.5). */
const MAX_CSEQ = 2 ** 31 - 1;

/** Where the digits of the CSeq value from `start` to `end` end in the text that is spelled. */
export function cseqNumberEnd(start: number, end: number): number {
  return skip(start, end, DIGIT);
}

/** The sequence number that these digits say, or -1. */
export function cseqNumber(start: number, numberEnd: number): number {
  return decimal(start, numberEnd, MAX_CSEQ);
}

/** Where the method begins behind the digits; `end` when there is none. */
export function cseqMethodStart(numberEnd: number, end: number): number {
  const method = skipLws(numberEnd, end);
  return method === numberEnd ? end : method;
}
