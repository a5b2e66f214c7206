import { equalsIgnoreCase } from './characters.ts';
import { hostOf } from './host.ts';
import { NO_PARAMS, type Params } from './params.ts';
import type { Host, UriHeader } from './uri.ts';
import { uriHeadersAt, uriParamEnd, uriParamsAt } from './uri-params.ts';

const AT = 0x40;
const EQUALS = 0x3d;

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
    const start = this.#hostStart;
    return this.#hostEnd - start === host.length && this.#text.startsWith(host, start);
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
    const end = this.#paramsEnd;
    let p = this.#paramsStart;
    while (p < end) {
      const nameEnd = uriParamEnd(this.#text, p + 1, end);
      if (equalsIgnoreCase(this.#text, p + 1, nameEnd, name)) return true;
      p = this.#text.charCodeAt(nameEnd) === EQUALS ? uriParamEnd(this.#text, nameEnd + 1, end) : nameEnd;
    }
    return false;
  }

  /** The URI as it was written. */
  toString(): string {
    return this.#text.substring(this.#start, this.#end);
  }
}
