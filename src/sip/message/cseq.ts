import { DIGIT, decimalAt, skipLws, skipWhile } from '../uri/characters.ts';

/** CSeq numbers are less than 2**31 (RFC 3261 8.1.1.5). */
const MAX_CSEQ = 2 ** 31 - 1;

/** The sequence number of the CSeq value text[start, end), or -1. */
export function cseqNumber(text: string, start: number, end: number): number {
  return decimalAt(text, start, skipWhile(text, start, end, DIGIT), MAX_CSEQ);
}

/** Where the method of the CSeq value text[start, end) begins; `end` when there is none. */
export function cseqMethodStart(text: string, start: number, end: number): number {
  const digitsEnd = skipWhile(text, start, end, DIGIT);
  const method = skipLws(text, digitsEnd, end);
  return method === digitsEnd ? end : method;
}
