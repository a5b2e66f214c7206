import { createHash } from 'node:crypto';
import type { Millis } from '../../src/base/clock.ts';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import type { SipResponse } from '../../src/sip/message/message.ts';
import { buildRequest } from '../../src/sip/message/request.ts';
import type { ClientTransactionUser } from '../../src/sip/transaction/context.ts';
import type { AgentOptions } from './agent.ts';
import type { Network } from './network.ts';
import { Phone } from './phone.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly realm: string;
}

export interface RegisterOptions {
  readonly expires?: number;
  /** Whole Contact values; else its own contact. Empty: the bindings are only asked for. */
  readonly contacts?: readonly string[];
  readonly password?: string;
  readonly username?: string;
  readonly algorithm?: 'MD5' | 'SHA-256';
  /** Further header lines, each with its CRLF. */
  readonly headers?: string;
  /** Another address of record than its own. */
  readonly aor?: string;
}

/** The REGISTERs that one order to register led to. */
export class Registering {
  readonly responses: SipResponse[] = [];

  get status(): number | undefined {
    return this.responses.at(-1)?.status;
  }

  /** The bindings that the last response told of. */
  get bindings(): readonly string[] {
    return this.responses.at(-1)?.headers.elements(HeaderId.Contact) ?? [];
  }
}

/** A PBX: a phone that registers with digest authentication (10.2, 22.4, RFC 8760). */
export class Pbx extends Phone {
  readonly #credentials: Credentials;
  readonly #cseqs = new Map<string, number>();

  constructor(network: Network, options: AgentOptions, credentials: Credentials) {
    super(network, options);
    this.#credentials = credentials;
  }

  register(place: string, options: RegisterOptions = {}): Registering {
    const registering = new Registering();
    this.#send(place, options, registering, '');
    return registering;
  }

  #send(place: string, options: RegisterOptions, registering: Registering, authorization: string): void {
    const { username, realm } = this.#credentials;
    const cseq = (this.#cseqs.get(place) ?? 0) + 1;
    this.#cseqs.set(place, cseq);
    const aor = options.aor ?? `sip:${username}@${realm}`;
    const branch = this.newBranch();
    const contacts = options.contacts ?? [`<${this.contact}>`];
    const expires = options.expires === undefined ? '' : `Expires: ${options.expires}\r\n`;
    const text = buildRequest({
      method: 'REGISTER',
      uri: `sip:${place}`,
      via: this.via(branch),
      from: `<${aor}>;tag=${this.unique('t')}`,
      to: `<${aor}>`,
      callId: `reg-${this.name}-${place}`,
      cseq,
      headers:
        contacts.map((contact) => `Contact: ${contact}\r\n`).join('') +
        `${expires}User-Agent: Scenario PBX\r\n${options.headers ?? ''}${authorization}`,
    });
    const user: ClientTransactionUser = {
      response: (_, response) => {
        registering.responses.push(response);
        const challenge = response.status === 401 && authorization === '';
        if (challenge) this.#send(place, options, registering, this.#authorize(place, options, response));
      },
      timedOut: () => {},
      transportFailed: () => {},
    };
    this.layer.sendNonInvite('REGISTER', text, branch, this.flowTo(`sip:${place}`), user, this.network.now);
  }

  #authorize(place: string, options: RegisterOptions, response: SipResponse): string {
    const wanted = options.algorithm ?? 'MD5';
    const challenge = response.headers
      .values(HeaderId.WwwAuthenticate)
      .find((value) => (parameter(value, 'algorithm') ?? 'MD5') === wanted);
    if (challenge === undefined) throw new Error(`no ${wanted} challenge for ${this.name}`);
    const { realm } = this.#credentials;
    const username = options.username ?? this.#credentials.username;
    const nonce = parameter(challenge, 'nonce') ?? '';
    const hash = (text: string) =>
      createHash(wanted === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const ha1 = hash(`${username}:${realm}:${options.password ?? this.#credentials.password}`);
    const ha2 = hash(`REGISTER:sip:${place}`);
    const answer = hash(`${ha1}:${nonce}:00000001:abcd:auth:${ha2}`);
    return (
      `Authorization: Digest username="${username}", realm="${realm}", nonce="${nonce}", ` +
      `uri="sip:${place}", response="${answer}", algorithm=${wanted}, cnonce="abcd", qop=auth, nc=00000001\r\n`
    );
  }
}

/** How long two round trips and some take: a registration with its challenge. */
export const REGISTERING: Millis = 200;

function parameter(challenge: string, name: string): string | undefined {
  const found = new RegExp(`[ ,]${name}="?([^",]*)"?`, 'i').exec(challenge);
  return found?.[1];
}
