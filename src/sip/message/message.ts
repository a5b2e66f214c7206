import type { Result } from '../../base/result.ts';
import { find, spell } from '../uri/octets.ts';
import { parseUri } from '../uri/parse.ts';
import type { Uri, UriError } from '../uri/uri.ts';
import { type Contacts, parseContacts } from './contact.ts';
import type { MessageCore } from './core.ts';
import { deltaSeconds } from './expires.ts';
import type { HeaderError } from './header-error.ts';
import type { HeaderIndex } from './header-index.ts';
import { HeaderId } from './header-name.ts';
import { maxForwardsOf } from './max-forwards.ts';
import { type NameAddress, parseNameAddress } from './name-address.ts';
import { parseRoutes } from './route.ts';
import { reasonAt } from './start-line.ts';
import { isVia, parseVia, type Via } from './via.ts';

const COMMA = 0x2c;

/**
 * What requests and responses have in common. The mandatory header fields are there and well-formed as far
 * as their fields here go; everything else is parsed when it is asked for, and kept.
 */
abstract class SipMessage {
  readonly text: string;
  readonly start: number;
  readonly headers: HeaderIndex;
  /** Behind the last byte that Content-Length counts; without one, the end of the text. */
  readonly bodyEnd: number;
  /** The top Via value. */
  readonly via: Via;
  readonly cseq: number;
  readonly cseqMethod: string;
  readonly #fromTagStart: number;
  readonly #fromTagEnd: number;
  readonly #toTagStart: number;
  readonly #toTagEnd: number;
  #callId: string | undefined;
  #fromTag: string | undefined;
  #toTag: string | undefined;
  #typed: TypedHeaders | undefined;

  constructor(text: string, start: number, headers: HeaderIndex, via: Via, core: MessageCore) {
    this.text = text;
    this.start = start;
    this.headers = headers;
    this.bodyEnd = core.bodyEnd;
    this.via = via;
    this.cseq = core.cseq;
    this.cseqMethod = core.cseqMethod;
    this.#fromTagStart = core.fromTagStart;
    this.#fromTagEnd = core.fromTagEnd;
    this.#toTagStart = core.toTagStart;
    this.#toTagEnd = core.toTagEnd;
    this.#callId = undefined;
    this.#fromTag = undefined;
    this.#toTag = undefined;
    this.#typed = undefined;
  }

  get bodyStart(): number {
    return this.headers.bodyStart;
  }

  get callId(): string {
    this.#callId ??= this.headers.value(HeaderId.CallId) ?? '';
    return this.#callId;
  }

  get fromTag(): string | undefined {
    if (this.#fromTagStart === -1) return undefined;
    this.#fromTag ??= this.text.substring(this.#fromTagStart, this.#fromTagEnd);
    return this.#fromTag;
  }

  get toTag(): string | undefined {
    if (this.#toTagStart === -1) return undefined;
    this.#toTag ??= this.text.substring(this.#toTagStart, this.#toTagEnd);
    return this.#toTag;
  }

  get #lazy(): TypedHeaders {
    this.#typed ??= new TypedHeaders();
    return this.#typed;
  }

  get body(): string {
    return this.text.substring(this.bodyStart, this.bodyEnd);
  }

  get from(): Result<NameAddress, HeaderError> {
    const typed = this.#lazy;
    typed.from ??= parseNameAddress(this.headers.value(HeaderId.From) ?? '', 'From');
    return typed.from;
  }

  get to(): Result<NameAddress, HeaderError> {
    const typed = this.#lazy;
    typed.to ??= parseNameAddress(this.headers.value(HeaderId.To) ?? '', 'To');
    return typed.to;
  }

  get contacts(): Result<Contacts, HeaderError> {
    const typed = this.#lazy;
    typed.contacts ??= parseContacts(this.headers.elements(HeaderId.Contact));
    return typed.contacts;
  }

  get routes(): Result<readonly NameAddress[], HeaderError> {
    const typed = this.#lazy;
    typed.routes ??= parseRoutes(this.headers.elements(HeaderId.Route), 'Route');
    return typed.routes;
  }

  get recordRoutes(): Result<readonly NameAddress[], HeaderError> {
    const typed = this.#lazy;
    typed.recordRoutes ??= parseRoutes(this.headers.elements(HeaderId.RecordRoute), 'Record-Route');
    return typed.recordRoutes;
  }

  /** Undefined when there is none. */
  get maxForwards(): Result<number | undefined, HeaderError> {
    return maxForwardsOf(this.headers);
  }

  /** Expires in seconds; undefined when there is none or it is malformed (RFC 3261 10.3 step 7). */
  get expires(): number | undefined {
    return deltaSeconds(this.headers.value(HeaderId.Expires));
  }

  /** As the header field says; undefined when there is none. */
  get contentLength(): number | undefined {
    return this.headers.has(HeaderId.ContentLength) ? this.bodyEnd - this.bodyStart : undefined;
  }

  get supported(): readonly string[] {
    return this.headers.elements(HeaderId.Supported);
  }

  get require(): readonly string[] {
    return this.headers.elements(HeaderId.Require);
  }

  get proxyRequire(): readonly string[] {
    return this.headers.elements(HeaderId.ProxyRequire);
  }

  /** The Via value below the top one: where a response goes on to. Undefined when none, or a broken one. */
  get nextVia(): Via | undefined {
    const start = this.#nextViaStart();
    return start === -1 ? undefined : parseVia(this.text, start, this.#nextViaEnd(start));
  }

  /** True when there is a `nextVia`. */
  get hasNextVia(): boolean {
    const start = this.#nextViaStart();
    return start !== -1 && isVia(this.text, start, this.#nextViaEnd(start));
  }

  /** Behind the comma on the line of the top Via, or on the next line. -1: there is none. */
  #nextViaStart(): number {
    const { headers } = this;
    const top = headers.find(HeaderId.Via);
    spell(this.text);
    const comma = find(this.via.end, headers.valueEnd(top), COMMA);
    if (comma < headers.valueEnd(top)) return comma + 1;
    const below = headers.findNext(HeaderId.Via, top);
    return below === -1 ? -1 : headers.valueStart(below);
  }

  /** The end of the line with the value at `start`. */
  #nextViaEnd(start: number): number {
    const { headers } = this;
    const top = headers.find(HeaderId.Via);
    const end = headers.valueEnd(top);
    return start <= end ? end : headers.valueEnd(headers.findNext(HeaderId.Via, top));
  }
}

/** The parsed header fields of one message, filled in as they are asked for. */
class TypedHeaders {
  from: Result<NameAddress, HeaderError> | undefined = undefined;
  to: Result<NameAddress, HeaderError> | undefined = undefined;
  contacts: Result<Contacts, HeaderError> | undefined = undefined;
  routes: Result<readonly NameAddress[], HeaderError> | undefined = undefined;
  recordRoutes: Result<readonly NameAddress[], HeaderError> | undefined = undefined;
}

export class SipRequest extends SipMessage {
  readonly kind = 'request';
  readonly method: string;
  /** The Request-URI as it was written. */
  readonly uri: string;
  readonly #uriStart: number;
  #requestUri: Result<Uri, UriError> | undefined;

  constructor(
    text: string,
    start: number,
    headers: HeaderIndex,
    via: Via,
    core: MessageCore,
    method: string,
    uriStart: number,
    uriEnd: number,
  ) {
    super(text, start, headers, via, core);
    this.method = method;
    this.uri = text.substring(uriStart, uriEnd);
    this.#uriStart = uriStart;
    this.#requestUri = undefined;
  }

  get requestUri(): Result<Uri, UriError> {
    this.#requestUri ??= parseUri(this.text, this.#uriStart, this.#uriStart + this.uri.length);
    return this.#requestUri;
  }
}

export class SipResponse extends SipMessage {
  readonly kind = 'response';
  /** 100–699. */
  readonly status: number;

  constructor(
    text: string,
    start: number,
    headers: HeaderIndex,
    via: Via,
    core: MessageCore,
    status: number,
  ) {
    super(text, start, headers, via, core);
    this.status = status;
  }

  /** The reason phrase; '' when there is none. */
  get reason(): string {
    return reasonAt(this.text, this.start);
  }
}

/**
 * A request that is to be answered with an error and nothing else. Its top Via says where the answer goes;
 * any other header field may be missing, doubled or malformed.
 */
export class BadRequest {
  readonly text: string;
  readonly method: string;
  readonly headers: HeaderIndex;
  readonly via: Via;

  constructor(text: string, method: string, headers: HeaderIndex, via: Via) {
    this.text = text;
    this.method = method;
    this.headers = headers;
    this.via = via;
  }
}
