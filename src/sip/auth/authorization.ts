import { err, ok, type Result } from '../../base/result.ts';
import { parseAuth } from '../message/auth-params.ts';
import type { HeaderIndex } from '../message/header-index.ts';
import { HeaderId } from '../message/header-name.ts';
import { HEX, isAll } from '../uri/characters.ts';
import type { Params } from '../uri/params.ts';
import { usualAuthorization } from './usual-authorization.ts';

/** The Digest credentials of a request for one realm (RFC 3261 20.7). Values without their quotes. */
export interface DigestAuthorization {
  readonly username: string;
  readonly nonce: string;
  readonly uri: string;
  /** Lower-case hex. */
  readonly response: string;
  /** As it was written; undefined means MD5. */
  readonly algorithm: string | undefined;
  /** Undefined: without qop, as RFC 2069 has it. */
  readonly qop: { readonly nc: string; readonly count: number; readonly cnonce: string } | undefined;
}

/** What is wrong with the credentials, as a reason phrase. */
export interface AuthorizationError {
  readonly kind: 'malformedAuthorization';
  readonly reason: string;
}

/**
 * The credentials for `realm`; undefined when there are none. RFC 3261 22.3: there may be several, for
 * several realms; RFC 8760 section 2.5: for one realm there is one, so the first counts.
 */
export function digestAuthorization(
  headers: HeaderIndex,
  realm: string,
): Result<DigestAuthorization | undefined, AuthorizationError> {
  if (!headers.has(HeaderId.Authorization)) return NONE;
  const usual = usualAuthorization(headers, realm);
  return usual === undefined ? generalAuthorization(headers, realm) : ok(usual);
}

const NONE = ok(undefined);

/** The same, however they are written. */
export function generalAuthorization(
  headers: HeaderIndex,
  realm: string,
): Result<DigestAuthorization | undefined, AuthorizationError> {
  let broken = false;
  for (
    let at = headers.find(HeaderId.Authorization);
    at !== -1;
    at = headers.findNext(HeaderId.Authorization, at)
  ) {
    const value = parseAuth(headers.valueAt(at), 'Authorization');
    if (!value.ok) {
      broken = true;
      continue;
    }
    const { scheme, params } = value.value;
    if (scheme.toLowerCase() === 'digest' && params.get('realm') === realm) return readDigest(params);
  }
  // A broken value might have been meant for us: a challenge would only make the peer send it again.
  return broken ? malformed('Malformed Authorization') : ok(undefined);
}

function readDigest(params: Params): Result<DigestAuthorization | undefined, AuthorizationError> {
  const username = params.get('username');
  const nonce = params.get('nonce');
  const uri = params.get('uri');
  const response = params.get('response')?.toLowerCase();
  if (username === undefined || nonce === undefined || uri === undefined || response === undefined) {
    return malformed('Authorization Lacks username, nonce, uri or response');
  }
  const algorithm = params.get('algorithm');
  const qop = params.get('qop');
  if (qop === undefined) return ok({ username, nonce, uri, response, algorithm, qop });
  if (qop.toLowerCase() !== 'auth') return malformed('qop Was Not Offered');
  const nc = params.get('nc');
  const cnonce = params.get('cnonce');
  if (nc === undefined || cnonce === undefined) return malformed('Authorization With qop Lacks nc or cnonce');
  const count = isAll(nc, 0, nc.length, HEX) && nc.length <= 8 ? Number.parseInt(nc, 16) : 0;
  if (count === 0) return malformed('nc Is Not a Hexadecimal Number From 00000001 On');
  return ok({ username, nonce, uri, response, algorithm, qop: { nc, count, cnonce } });
}

function malformed(reason: string): Result<DigestAuthorization | undefined, AuthorizationError> {
  return err({ kind: 'malformedAuthorization', reason });
}
