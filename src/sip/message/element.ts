import { IN_ELEMENT, skipLws as skipLwsIn, trimLwsEnd } from '../uri/characters.ts';
import { find, OCTETS, skip, skipLws, skipQuoted, spell, trimLws } from '../uri/octets.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const GREATER = 0x3e;
const octets = OCTETS;

/**
 * The offset of the comma that ends the list element beginning at `from`, or `end`. Commas within quotes and
 * angle brackets belong to the element (RFC 3261 7.3.1).
 */
export function elementEnd(text: string, from: number, end: number): number {
  spell(text);
  let p = skip(from, end, IN_ELEMENT);
  while (p < end && octets[p] !== COMMA) {
    if (octets[p] === QUOTE) {
      p = skipQuoted(p, end);
      if (p === -1) return end;
    } else {
      p = find(p, end, GREATER) + 1;
    }
    p = skip(p, end, IN_ELEMENT);
  }
  return Math.min(p, end);
}

/** Appends the trimmed elements of the list text[start, end) to `into`; empty ones are left out. */
export function splitElements(text: string, start: number, end: number, into: string[]): void {
  let p = start;
  while (p < end) {
    const comma = elementEnd(text, p, end);
    const from = skipLws(p, comma);
    const to = trimLws(from, comma);
    if (to > from) into.push(unfold(text.substring(from, to)));
    p = comma + 1;
  }
}

/** `value` with each line fold replaced by one SP (RFC 3261 7.3.1). */
export function unfold(value: string): string {
  let lf = value.indexOf('\n');
  if (lf === -1) return value;
  let unfolded = '';
  let done = 0;
  while (lf !== -1) {
    unfolded += value.substring(done, trimLwsEnd(value, done, lf));
    const next = skipLwsIn(value, lf, value.length);
    if (next < value.length) unfolded += ' ';
    done = next;
    lf = value.indexOf('\n', next);
  }
  return unfolded + value.substring(done);
}
