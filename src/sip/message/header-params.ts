import { IN_VALUE, TOKEN } from '../uri/characters.ts';
import { OCTETS, skip, skipLws, skipQuoted, spell } from '../uri/octets.ts';
import { NO_PARAMS, Params } from '../uri/params.ts';
import { unfold } from './element.ts';

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const octets = OCTETS;

/** Where the parts of one parameter lie in the text that is spelled. There is one for all parameters. */
export class HeaderParam {
  nameStart = 0;
  nameEnd = 0;
  /** Without an `=`, where the name ends. */
  valueStart = 0;
  valueEnd = 0;

  /**
   * Reads the parameter whose `;` is at `at`. Returns the offset behind it and white space, or -1 when a quoted string
   * has no end. Name and value may be empty.
   */
  read(at: number, end: number): number {
    const nameStart = skipLws(at + 1, end);
    const nameEnd = skip(nameStart, end, TOKEN);
    this.nameStart = nameStart;
    this.nameEnd = nameEnd;
    this.valueStart = nameEnd;
    this.valueEnd = nameEnd;
    const p = skipLws(nameEnd, end);
    if (p === end || octets[p] !== EQUALS) return p;
    const valueStart = skipLws(p + 1, end);
    const valueEnd = paramValueEnd(valueStart, end);
    this.valueStart = valueStart;
    this.valueEnd = valueEnd;
    return valueEnd === -1 ? -1 : skipLws(valueEnd, end);
  }

  /** True when there is a name, and a value behind an `=` (RFC 3261 25.1 generic-param). */
  get isGood(): boolean {
    return (
      this.nameStart < this.nameEnd && (this.valueStart < this.valueEnd || this.valueStart === this.nameEnd)
    );
  }
}

const param = new HeaderParam();

/**
 * The value of the parameter `name` (in lower case) among the parameters text[start, end), as it was written;
 * '' for a parameter without a value; undefined when it is not there.
 */
export function headerParam(text: string, start: number, end: number, name: string): string | undefined {
  spell(text);
  let p = skipLws(start, end);
  while (p < end && octets[p] === SEMICOLON) {
    p = param.read(p, end);
    if (p === -1) return undefined;
    const { nameStart, nameEnd } = param;
    if (nameEnd - nameStart !== name.length) continue;
    if (text.substring(nameStart, nameEnd).toLowerCase() === name) {
      return text.substring(param.valueStart, param.valueEnd);
    }
  }
  return undefined;
}

/** The parameters text[start, end), which must be well-formed (RFC 3261 25.1 generic-param). */
export function parseHeaderParams(text: string, start: number, end: number): Params | undefined {
  spell(text);
  let p = skipLws(start, end);
  if (p === end) return NO_PARAMS;
  const names: string[] = [];
  const values: (string | undefined)[] = [];
  while (p < end) {
    if (octets[p] !== SEMICOLON) return undefined;
    p = param.read(p, end);
    if (p === -1 || !param.isGood) return undefined;
    const { nameEnd, valueStart } = param;
    names.push(text.substring(param.nameStart, nameEnd));
    values.push(valueStart === nameEnd ? undefined : unfold(text.substring(valueStart, param.valueEnd)));
  }
  return new Params(names, values);
}

/** True when `parseHeaderParams` would read text[start, end). */
export function areHeaderParams(text: string, start: number, end: number): boolean {
  spell(text);
  let p = skipLws(start, end);
  while (p < end) {
    if (octets[p] !== SEMICOLON) return false;
    p = param.read(p, end);
    if (p === -1 || !param.isGood) return false;
  }
  return true;
}

/**
 * The offset behind the parameter value at `from`, or -1 for a quoted string without an end. Wider than
 * token / host / quoted-string: whatever does not end the value belongs to it, because peers write URIs and
 * base64 there unquoted.
 */
function paramValueEnd(from: number, end: number): number {
  if (from < end && octets[from] === QUOTE) return skipQuoted(from, end);
  return skip(from, end, IN_VALUE);
}
