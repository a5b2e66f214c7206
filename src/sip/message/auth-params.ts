import { err, ok, type Result } from '../../base/result.ts';
import { IN_AUTH_VALUE, TOKEN } from '../uri/characters.ts';
import { OCTETS, skip, skipLws, skipQuoted, spell } from '../uri/octets.ts';
import { Params, quote } from '../uri/params.ts';
import { unfold } from './element.ts';
import { type HeaderError, malformed } from './header-error.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const octets = OCTETS;

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
  spell(value);
  const end = value.length;
  const schemeEnd = skip(0, end, TOKEN);
  const params = skipLws(schemeEnd, end);
  if (schemeEnd === 0 || (params === schemeEnd && params < end)) {
    return err(malformed(header, 'a scheme such as Digest, then name=value parameters'));
  }
  const parsed = parseAuthParams(value, params, end);
  if (parsed === undefined) return err(malformed(header, 'name=value parameters, each once, between commas'));
  return ok({ scheme: value.substring(0, schemeEnd), params: parsed });
}

/** Reads `name=value, name="value"` in the text that is spelled. */
function parseAuthParams(text: string, from: number, end: number): Params | undefined {
  const names: string[] = [];
  const values: string[] = [];
  let p = skipLws(from, end);
  while (p < end) {
    const nameEnd = skip(p, end, TOKEN);
    const name = text.substring(p, nameEnd);
    p = skipLws(nameEnd, end);
    if (name === '' || octets[p] !== EQUALS || p >= end) return undefined;
    const valueStart = skipLws(p + 1, end);
    const valueEnd = authValueEnd(valueStart, end);
    if (valueEnd <= valueStart || hasName(names, name)) return undefined;
    names.push(name);
    values.push(unfold(text.substring(valueStart, valueEnd)));
    p = skipLws(valueEnd, end);
    if (p === end) break;
    if (octets[p] !== COMMA) return undefined;
    p = skipLws(p + 1, end);
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
function authValueEnd(from: number, end: number): number {
  return octets[from] === QUOTE ? skipQuoted(from, end) : skip(from, end, IN_AUTH_VALUE);
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
