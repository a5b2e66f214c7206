import type { Millis } from '../../base/clock.ts';
import { hashText } from '../../base/hash-table.ts';
import { type AuthParam, formatAuth } from '../message/auth-params.ts';
import type { SipRequest } from '../message/message.ts';
import { type DigestAuthorization, digestAuthorization } from './authorization.ts';
import {
  algorithmOf,
  type DigestAlgorithm,
  type DigestCredentials,
  digestResponse,
  ha1Of,
  type KnownCredentials,
} from './digest.ts';
import { knowsOnlyMd5 } from './md5-only.ts';
import { NonceCounts, WITHOUT_COUNT } from './nonce-counts.ts';
import { Nonces, sameText } from './nonces.ts';
import { namesRequestUri } from './request-uri.ts';

export interface AuthenticatorSettings {
  readonly realm: string;
  /** As they are offered: the PBX takes the first that it knows (RFC 8760 section 2.4). */
  readonly algorithms: readonly DigestAlgorithm[];
  /** Unguessable and drawn anew at each start. */
  readonly nonceSecret: string;
  /** How long a nonce may be used, in ms: as long as a registration, then a refresh needs no challenge. */
  readonly nonceLifetime: Millis;
}

/** Those whom a registrar knows. */
export interface DigestUsers<U> {
  /** `username` as it came, one character for each byte. */
  find(username: string): U | undefined;
  /** Undefined for one who cannot be authenticated at all. */
  credentials(user: U, now: Millis): KnownCredentials | undefined;
}

/** What to do with a request that has to be authenticated. */
export type Verdict<U> =
  /** `byOld`: by the password before. */
  | { readonly kind: 'ok'; readonly user: U; readonly byOld: boolean }
  /** 401 with `challenge(now, stale)`. An unknown user and a wrong password are the same here. */
  | { readonly kind: 'challenge'; readonly stale: boolean }
  /** 400: the credentials break their grammar; `reason` is the reason phrase. */
  | { readonly kind: 'badRequest'; readonly reason: string };

const NO_CREDENTIALS: Verdict<never> = { kind: 'challenge', stale: false };
const STALE: Verdict<never> = { kind: 'challenge', stale: true };
/** Hashed in place of the credentials of a user that does not exist, so that the answer takes as long. */
const NOBODY: DigestCredentials = { md5: '0'.repeat(32), sha256: '0'.repeat(64) };

/** The line of a challenge that offers one algorithm, before and behind the nonce: only that is never the same. */
interface Offer {
  readonly algorithm: DigestAlgorithm;
  readonly before: string;
  readonly fresh: string;
  readonly stale: string;
}

function offerOf(realm: string, algorithm: DigestAlgorithm): Offer {
  const params: readonly AuthParam[] = [
    { name: 'realm', value: realm, quoted: true },
    { name: 'nonce', value: '', quoted: true },
    { name: 'algorithm', value: algorithm, quoted: false },
    { name: 'qop', value: 'auth', quoted: true },
  ];
  const line = `WWW-Authenticate: ${formatAuth('Digest', params)}`;
  // No realm holds this: its quotes are escaped.
  const nonce = line.indexOf('nonce=""') + 'nonce="'.length;
  const behind = line.substring(nonce);
  const stale = formatAuth(`${behind},`, [{ name: 'stale', value: 'true', quoted: false }]);
  return { algorithm, before: line.substring(0, nonce), fresh: `${behind}\r\n`, stale: `${stale}\r\n` };
}

/**
 * Digest authentication of a registrar (RFC 3261 section 22, RFC 7616 as RFC 8760 profiles it for SIP).
 *
 * qop=auth is offered and expected. A client that ignores qop (RFC 2069) is still let in, because RFC 3261
 * 22.4 asks for it; its nonce is then good for one request only, as nothing else stops a replay.
 */
export class DigestAuthenticator {
  readonly #settings: AuthenticatorSettings;
  readonly #nonces: Nonces;
  readonly #counts: NonceCounts;
  readonly #offers: readonly Offer[];
  readonly #offersMd5: boolean;

  constructor(settings: AuthenticatorSettings) {
    this.#settings = settings;
    this.#offers = settings.algorithms.map((algorithm) => offerOf(settings.realm, algorithm));
    this.#offersMd5 = settings.algorithms.includes('MD5');
    this.#nonces = new Nonces(settings.nonceSecret, settings.nonceLifetime);
    this.#counts = new NonceCounts(settings.nonceLifetime, hashText(settings.nonceSecret, 0));
  }

  /** How many users' nonces are remembered. */
  get users(): number {
    return this.#counts.users;
  }

  /**
   * The WWW-Authenticate header lines of a 401, one for each algorithm (RFC 8760 section 2.3). `userAgent`: the
   * User-Agent of the request, because some cannot be offered more than MD5. `peer`: the address it came from.
   */
  challenge(peer: string, now: Millis, stale: boolean, userAgent?: string): string {
    const nonce = this.#nonces.issue(peer, now);
    const md5Only = this.#offersMd5 && knowsOnlyMd5(userAgent);
    let lines = '';
    for (let i = 0; i < this.#offers.length; i += 1) {
      const offer = this.#offers[i];
      if (offer === undefined || (md5Only && offer.algorithm !== 'MD5')) continue;
      lines += offer.before + nonce + (stale ? offer.stale : offer.fresh);
    }
    return lines;
  }

  /** `peer`: the address that the request came from. */
  verify<U>(request: SipRequest, peer: string, users: DigestUsers<U>, now: Millis): Verdict<U> {
    const found = digestAuthorization(request.headers, this.#settings.realm);
    if (!found.ok) return { kind: 'badRequest', reason: found.error.reason };
    const authorization = found.value;
    if (authorization === undefined) return NO_CREDENTIALS;
    if (!namesRequestUri(authorization.uri, request)) {
      return { kind: 'badRequest', reason: 'Authorization Is for Another Request-URI' };
    }
    const algorithm = algorithmOf(authorization.algorithm);
    if (algorithm === undefined || !this.#settings.algorithms.includes(algorithm)) return NO_CREDENTIALS;
    const nonce = this.#nonces.recognise(authorization.nonce, peer, now);
    if (nonce === undefined) return STALE;
    const user = users.find(authorization.username);
    const credentials = user === undefined ? undefined : users.credentials(user, now);
    const right = isRight(algorithm, credentials ?? NOBODY, request.method, authorization);
    if (user === undefined || credentials === undefined) return NO_CREDENTIALS;
    const { old } = credentials;
    const byOld = !right && old !== undefined && isRight(algorithm, old, request.method, authorization);
    if (!right && !byOld) return NO_CREDENTIALS;
    const count = authorization.qop?.count ?? WITHOUT_COUNT;
    // The response was right, so a new nonce is all that the client needs (RFC 7616 3.4.4).
    if (!this.#counts.take(authorization.username, nonce, count, now)) return STALE;
    return { kind: 'ok', user, byOld };
  }
}

function isRight(
  algorithm: DigestAlgorithm,
  credentials: DigestCredentials,
  method: string,
  authorization: DigestAuthorization,
): boolean {
  const { uri, nonce, qop, response } = authorization;
  const expected = digestResponse(algorithm, ha1Of(credentials, algorithm), { method, uri, nonce, qop });
  return sameText(expected, response);
}
