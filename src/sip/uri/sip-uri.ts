import { hostOf } from './host.ts';
import { OCTETS, spell } from './octets.ts';
import { NO_PARAMS, type Params } from './params.ts';
import type { Host, UriHeader } from './uri.ts';
import { uriHeadersAt, uriParamEnd, uriParamsAt } from './uri-params.ts';

const AT = 0x40;
const EQUALS = 0x3d;
const octets = OCTETS;

/**
 * A sip or sips URI (RFC 3261 19.1), found well-formed by `parseUri`. It is its text: each part is cut out when it is
 * asked for, as it was written, escapes included.
 */
export class SipUri {
  readonly kind = 'sip';
  readonly scheme: 'sip' | 'sips';
  /** 1–65535. */
  readonly port: number | undefined;
  readonly #text: string;
  readonly #start: number;
  /** Where the user part ends: at the `@`, or at the colon before a password. -1: there is none. */
  readonly #userEnd: number;
  readonly #hostStart: number;
  readonly #hostEnd: number;
  readonly #hostKind: Host['kind'];
  readonly #paramsStart: number;
  readonly #paramsEnd: number;
  readonly #end: number;

  constructor(
    text: string,
    start: number,
    scheme: 'sip' | 'sips',
    userEnd: number,
    hostStart: number,
    hostEnd: number,
    hostKind: Host['kind'],
    port: number | undefined,
    paramsStart: number,
    paramsEnd: number,
    end: number,
  ) {
    this.scheme = scheme;
    this.port = port;
    this.#text = text;
    this.#start = start;
    this.#userEnd = userEnd;
    this.#hostStart = hostStart;
    this.#hostEnd = hostEnd;
    this.#hostKind = hostKind;
    this.#paramsStart = paramsStart;
    this.#paramsEnd = paramsEnd;
    this.#end = end;
  }

  get user(): string | undefined {
    const userStart = this.#start + this.scheme.length + 1;
    return this.#userEnd === -1 ? undefined : this.#text.substring(userStart, this.#userEnd);
  }

  get password(): string | undefined {
    const userEnd = this.#userEnd;
    if (userEnd === -1 || this.#text.charCodeAt(userEnd) === AT) return undefined;
    return this.#text.substring(userEnd + 1, this.#hostStart - 1);
  }

  get host(): Host {
    return hostOf(this.#hostKind, this.hostText);
  }

  /** The host as it stands in the URI: IPv6 with its brackets. */
  get hostText(): string {
    return this.#text.substring(this.#hostStart, this.#hostEnd);
  }

  /** True when the host is written so: IPv6 with its brackets. */
  hasHost(host: string): boolean {
    return this.#hostEnd - this.#hostStart === host.length && this.hostText === host;
  }

  get params(): Params {
    if (this.#paramsStart === this.#paramsEnd) return NO_PARAMS;
    return uriParamsAt(this.#text, this.#paramsStart, this.#paramsEnd);
  }

  get headers(): readonly UriHeader[] {
    return uriHeadersAt(this.#text, this.#paramsEnd, this.#end);
  }

  /** True when there is a parameter `name`, which is in lower case. */
  hasParam(name: string): boolean {
    const text = this.#text;
    const end = this.#paramsEnd;
    spell(text);
    let p = this.#paramsStart;
    while (p < end) {
      const start = p + 1;
      p = uriParamEnd(start, end);
      if (p - start === name.length && text.substring(start, p).toLowerCase() === name) return true;
      if (p < end && octets[p] === EQUALS) p = uriParamEnd(p + 1, end);
    }
    return false;
  }

  /** The URI as it was written. */
  toString(): string {
    return this.#text.substring(this.#start, this.#end);
  }
}
