import { equalsIgnoreCase, isIn, LWS, skipLws, skipQuoted, skipWhile, TOKEN } from '../uri/characters.ts';
import { NO_PARAMS, Params } from '../uri/params.ts';
import { unfold } from './element.ts';

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

/**
 * The value of the parameter `name` (in lower case) among the parameters text[start, end), as it was written;
 * '' for a parameter without a value; undefined when it is not there.
 */
export function headerParam(text: string, start: number, end: number, name: string): string | undefined {
  let p = skipLws(text, start, end);
  while (p < end && text.charCodeAt(p) === SEMICOLON) {
    const nameStart = skipLws(text, p + 1, end);
    const nameEnd = skipWhile(text, nameStart, end, TOKEN);
    p = skipLws(text, nameEnd, end);
    let valueStart = p;
    let valueEnd = p;
    if (p < end && text.charCodeAt(p) === EQUALS) {
      valueStart = skipLws(text, p + 1, end);
      valueEnd = paramValueEnd(text, valueStart, end);
      if (valueEnd === -1) return undefined;
      p = skipLws(text, valueEnd, end);
    }
    if (equalsIgnoreCase(text, nameStart, nameEnd, name)) return text.substring(valueStart, valueEnd);
  }
  return undefined;
}

/** The parameters text[start, end), which must be well-formed (RFC 3261 25.1 generic-param). */
export function parseHeaderParams(text: string, start: number, end: number): Params | undefined {
  let p = skipLws(text, start, end);
  if (p === end) return NO_PARAMS;
  const names: string[] = [];
  const values: (string | undefined)[] = [];
  while (p < end) {
    if (text.charCodeAt(p) !== SEMICOLON) return undefined;
    const nameStart = skipLws(text, p + 1, end);
    const nameEnd = skipWhile(text, nameStart, end, TOKEN);
    if (nameEnd === nameStart) return undefined;
    names.push(text.substring(nameStart, nameEnd));
    p = skipLws(text, nameEnd, end);
    if (p < end && text.charCodeAt(p) === EQUALS) {
      const valueStart = skipLws(text, p + 1, end);
      const valueEnd = paramValueEnd(text, valueStart, end);
      if (valueEnd <= valueStart) return undefined;
      values.push(unfold(text.substring(valueStart, valueEnd)));
      p = skipLws(text, valueEnd, end);
    } else {
      values.push(undefined);
    }
  }
  return new Params(names, values);
}

/** True when `parseHeaderParams` would read text[start, end). */
export function areHeaderParams(text: string, start: number, end: number): boolean {
  let p = skipLws(text, start, end);
  while (p < end) {
    if (text.charCodeAt(p) !== SEMICOLON) return false;
    const nameStart = skipLws(text, p + 1, end);
    const nameEnd = skipWhile(text, nameStart, end, TOKEN);
    if (nameEnd === nameStart) return false;
    p = skipLws(text, nameEnd, end);
    if (p < end && text.charCodeAt(p) === EQUALS) {
      const valueStart = skipLws(text, p + 1, end);
      const valueEnd = paramValueEnd(text, valueStart, end);
      if (valueEnd <= valueStart) return false;
      p = skipLws(text, valueEnd, end);
    }
  }
  return true;
}

/**
 * The offset behind the parameter value at `from`, or -1 for a quoted string without an end. Wider than
 * token / host / quoted-string: whatever does not end the value belongs to it, because peers write URIs and
 * base64 there unquoted.
 */
export function paramValueEnd(text: string, from: number, end: number): number {
  if (from < end && text.charCodeAt(from) === 0x22) return skipQuoted(text, from, end);
  let p = from;
  while (p < end) {
    const code = text.charCodeAt(p);
    if (code === SEMICOLON || code === 0x2c || isIn(code, LWS)) break;
    p += 1;
  }
  return p;
}
