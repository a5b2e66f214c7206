import { skipLws, skipQuoted, trimLwsEnd } from '../uri/characters.ts';

/**
 * The offset of the comma that ends the list element beginning at `from`, or `end`. Commas within quotes and
 * angle brackets belong to the element (RFC 3261 7.3.1).
 */
export function elementEnd(text: string, from: number, end: number): number {
  let p = from;
  while (p < end) {
    const code = text.charCodeAt(p);
    if (code === 0x2c) return p;
    if (code === 0x22) {
      const behind = skipQuoted(text, p, end);
      if (behind === -1) return end;
      p = behind;
    } else if (code === 0x3c) {
      const close = text.indexOf('>', p);
      if (close === -1 || close >= end) return end;
      p = close + 1;
    } else {
      p += 1;
    }
  }
  return end;
}

/** Appends the trimmed elements of the list text[start, end) to `into`; empty ones are left out. */
export function splitElements(text: string, start: number, end: number, into: string[]): void {
  let p = start;
  while (p < end) {
    const comma = elementEnd(text, p, end);
    const from = skipLws(text, p, comma);
    const to = trimLwsEnd(text, from, comma);
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
    const next = skipLws(value, lf, value.length);
    if (next < value.length) unfolded += ' ';
    done = next;
    lf = value.indexOf('\n', next);
  }
  return unfolded + value.substring(done);
}
