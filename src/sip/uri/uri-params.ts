import { IN_URI_PARAM, PARAM } from './characters.ts';
import { skipEscaped } from './escape.ts';
import { find, OCTETS, skip, spell } from './octets.ts';
import { NO_PARAMS, Params } from './params.ts';
import type { UriError, UriHeader } from './uri.ts';

const EQUALS = 0x3d;
const QUESTION = 0x3f;
const SEMICOLON = 0x3b;
const AMPERSAND = 0x26;
const octets = OCTETS;

/** Parameters, and headers, of one URI: comparing two URIs costs the product of theirs. */
const MAX_PARTS = 64;

/** What is wrong with the `;name=value;name` from `from` to `end` of a URI that is spelled; undefined when nothing is. */
export function uriParamsFault(from: number, end: number): UriError | undefined {
  let count = 0;
  let p = from;
  while (p < end) {
    if (octets[p] !== SEMICOLON) return fault('only ;parameters and ?headers may stand here', p);
    if (count === MAX_PARTS) return fault('there are too many parameters', p);
    count += 1;
    const nameEnd = skipEscaped(p + 1, end, PARAM);
    if (nameEnd === p + 1) return fault('a parameter has a name', p + 1);
    p = nameEnd;
    if (p < end && octets[p] === EQUALS) {
      p = skipEscaped(nameEnd + 1, end, PARAM);
      if (p === nameEnd + 1) return fault('a parameter with = has a value', p);
    }
  }
  return undefined;
}

/** Where the name or value at `from` ends in parameters that are spelled, and in which nothing is wrong. */
export function uriParamEnd(from: number, end: number): number {
  return skip(from, end, IN_URI_PARAM);
}

/** The parameters text[from, end), in which nothing is wrong. */
export function uriParamsAt(text: string, from: number, end: number): Params {
  if (from === end) return NO_PARAMS;
  spell(text);
  const names: string[] = [];
  const values: (string | undefined)[] = [];
  let p = from;
  while (p < end) {
    const nameEnd = uriParamEnd(p + 1, end);
    names.push(text.substring(p + 1, nameEnd));
    p = nameEnd;
    if (p < end && octets[p] === EQUALS) {
      p = uriParamEnd(nameEnd + 1, end);
      values.push(text.substring(nameEnd + 1, p));
    } else {
      values.push(undefined);
    }
  }
  return new Params(names, values);
}

const NO_HEADERS: readonly UriHeader[] = [];

/** What is wrong with the `?name=value&name=value` from `from` to `end` of a URI that is spelled; undefined when nothing is. */
export function uriHeadersFault(from: number, end: number): UriError | undefined {
  if (from === end) return undefined;
  let count = 0;
  let p = from + 1;
  while (p <= end) {
    if (count === MAX_PARTS) return fault('there are too many headers', p);
    count += 1;
    const headerEnd = find(p, end, AMPERSAND);
    const equals = find(p, headerEnd, EQUALS);
    if (equals === headerEnd || equals === p) return fault('a header is name=value', p);
    const bad = skipHeaderText(p, equals, headerEnd);
    if (bad !== headerEnd) return fault('this must be escaped in a header', bad);
    p = headerEnd + 1;
  }
  return undefined;
}

/** The headers text[from, end), in which nothing is wrong. */
export function uriHeadersAt(text: string, from: number, end: number): readonly UriHeader[] {
  if (from === end) return NO_HEADERS;
  spell(text);
  const headers: UriHeader[] = [];
  let p = from + 1;
  while (p <= end) {
    const headerEnd = find(p, end, AMPERSAND);
    const equals = find(p, headerEnd, EQUALS);
    headers.push({ name: text.substring(p, equals), value: text.substring(equals + 1, headerEnd) });
    p = headerEnd + 1;
  }
  return headers;
}

/** hname and hvalue: `[]/?:+$` and unreserved, else escaped; `equals` is the one bare `=`. */
function skipHeaderText(from: number, equals: number, end: number): number {
  let p = from;
  while (p < end) {
    p = skipEscaped(p, end, PARAM);
    if (p < end && (p === equals || octets[p] === QUESTION)) p += 1;
    else break;
  }
  return p;
}

function fault(reason: string, at: number): UriError {
  return { kind: 'malformedUri', reason, at };
}
