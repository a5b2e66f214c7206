import { err, ok, type Result } from '../../base/result.ts';
import { isIn, LWS, skipLws, skipQuoted, skipWhile, TOKEN } from '../uri/characters.ts';
import { Params, quote } from '../uri/params.ts';
import { unfold } from './element.ts';
import { type HeaderError, malformed } from './header-error.ts';

/**
 * A challenge or credentials (RFC 3261 25.1): WWW-Authenticate, Proxy-Authenticate, Authorization,
 * Proxy-Authorization. One header field holds one of them: its commas separate parameters.
 */
export interface AuthValue {
  /** `Digest` and so on, as it was written; compare without regard to case. */
  readonly scheme: string;
  /** `get` takes the quotes off. No name occurs twice. */
  readonly params: Params;
}

/** Reads one value. `header` names the header field in the error. */
export function parseAuth(value: string, header: string): Result<AuthValue, HeaderError> {
  const end = value.length;
  const schemeEnd = skipWhile(value, 0, end, TOKEN);
  const params = skipLws(value, schemeEnd, end);
  if (schemeEnd === 0 || (params === schemeEnd && params < end)) {
    return err(malformed(header, 'a scheme such as Digest, then name=value parameters'));
  }
  const parsed = parseAuthParams(value, params, end);
  if (parsed === undefined) return err(malformed(header, 'name=value parameters, each once, between commas'));
  return ok({ scheme: value.substring(0, schemeEnd), params: parsed });
}

/** Reads `name=value, name="value"`. */
function parseAuthParams(text: string, from: number, end: number): Params | undefined {
  const names: string[] = [];
  const values: string[] = [];
  let p = skipLws(text, from, end);
  while (p < end) {
    const nameEnd = skipWhile(text, p, end, TOKEN);
    const name = text.substring(p, nameEnd);
    p = skipLws(text, nameEnd, end);
    if (name === '' || text.charCodeAt(p) !== 0x3d || p >= end) return undefined;
    const valueStart = skipLws(text, p + 1, end);
    const valueEnd = authValueEnd(text, valueStart, end);
    if (valueEnd <= valueStart || hasName(names, name)) return undefined;
    names.push(name);
    values.push(unfold(text.substring(valueStart, valueEnd)));
    p = skipLws(text, valueEnd, end);
    if (p === end) break;
    if (text.charCodeAt(p) !== 0x2c) return undefined;
    p = skipLws(text, p + 1, end);
    if (p === end) return undefined;
  }
  return new Params(names, values);
}

function hasName(names: readonly string[], name: string): boolean {
  for (const other of names) {
    if (other.length === name.length && other.toLowerCase() === name.toLowerCase()) return true;
  }
  return false;
}

/** Behind a quoted string; or behind all up to a comma or LWS, because some write URIs and base64 unquoted. */
function authValueEnd(text: string, from: number, end: number): number {
  if (text.charCodeAt(from) === 0x22) return skipQuoted(text, from, end);
  let p = from;
  while (p < end && text.charCodeAt(p) !== 0x2c && !isIn(text.charCodeAt(p), LWS)) p += 1;
  return p;
}

/** One parameter to be written: quoted where the grammar asks for it (realm, nonce, uri, …), else bare. */
export interface AuthParam {
  readonly name: string;
  readonly value: string;
  readonly quoted: boolean;
}

/** `Digest realm="example.com", algorithm=MD5` */
export function formatAuth(scheme: string, params: readonly AuthParam[]): string {
  return `${scheme} ${params.map((p) => `${p.name}=${p.quoted ? quote(p.value) : p.value}`).join(', ')}`;
}
