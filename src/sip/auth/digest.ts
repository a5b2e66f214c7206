import { hash } from 'node:crypto';
import { assertNever } from '../../base/assert-never.ts';
import { ownText } from '../../base/own-text.ts';

/** The algorithms that RFC 8760 lets SIP use, as far as PBXs do. The -sess variants are not offered. */
export type DigestAlgorithm = 'MD5' | 'SHA-256';

/** H(username:realm:password) for each algorithm, as lower-case hex: what a registrar keeps instead of a password. */
export interface DigestCredentials {
  readonly md5: string;
  readonly sha256: string;
}

/** What is known of a user. */
export interface KnownCredentials extends DigestCredentials {
  /** Those of the password before, where it is taken, too. */
  readonly old?: DigestCredentials | undefined;
}

/** What a response is computed over, beside the credentials (RFC 7616 3.4.1). Values without their quotes. */
export interface DigestInput {
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** Undefined: the response of RFC 2069, without counter and client nonce. */
  readonly qop: { readonly nc: string; readonly cnonce: string } | undefined;
}

/** `MD5` or `SHA-256` in any case, MD5 where there is none (RFC 7616 3.3); undefined for every other. */
export function algorithmOf(text: string | undefined): DigestAlgorithm | undefined {
  // Nearly all write it as it was offered.
  if (text === undefined || text === 'MD5') return 'MD5';
  switch (text.toUpperCase()) {
    case 'MD5':
      return 'MD5';
    case 'SHA-256':
      return 'SHA-256';
    default:
      return undefined;
  }
}

/** H of text with one character for each byte, as lower-case hex. */
export function digestOf(algorithm: DigestAlgorithm, text: string): string {
  // A text is hashed as UTF-8, which for ASCII is the same: nearly always nothing has to be copied.
  const data = isAscii(text) ? text : Buffer.from(text, 'latin1');
  switch (algorithm) {
    case 'MD5':
      return hash('md5', data, 'hex');
    case 'SHA-256':
      return hash('sha256', data, 'hex');
    default:
      return assertNever(algorithm);
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** HA1 for one algorithm. */
export function ha1Of(credentials: DigestCredentials, algorithm: DigestAlgorithm): string {
  return algorithm === 'MD5' ? credentials.md5 : credentials.sha256;
}

/** H(method:uri) of the request before: nearly all PBXs of a trunk server register with the same Request-URI. */
const last = { algorithm: '', method: '', uri: '', ha2: '' };

function ha2Of(algorithm: DigestAlgorithm, method: string, uri: string): string {
  if (last.uri !== uri || last.method !== method || last.algorithm !== algorithm) {
    last.ha2 = digestOf(algorithm, `${method}:${uri}`);
    last.algorithm = algorithm;
    last.method = ownText(method);
    last.uri = ownText(uri);
  }
  return last.ha2;
}

/** The `response` of Authorization (RFC 7616 3.4.1) with qop=auth, or that of RFC 2069. */
export function digestResponse(algorithm: DigestAlgorithm, ha1: string, input: DigestInput): string {
  const ha2 = ha2Of(algorithm, input.method, input.uri);
  const { nonce, qop } = input;
  const data = qop === undefined ? `${nonce}:${ha2}` : `${nonce}:${qop.nc}:${qop.cnonce}:auth:${ha2}`;
  return digestOf(algorithm, `${ha1}:${data}`);
}
