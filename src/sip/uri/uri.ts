import type { Params } from './params.ts';
import type { SipUri } from './sip-uri.ts';

/** The host of a URI or of sent-by. */
export type Host =
  | { readonly kind: 'ipv4'; readonly address: string }
  /** Without brackets. */
  | { readonly kind: 'ipv6'; readonly address: string }
  | { readonly kind: 'name'; readonly name: string };

export interface UriHeader {
  readonly name: string;
  readonly value: string;
}

/** RFC 3966. */
export interface TelUri {
  readonly kind: 'tel';
  /** As it was written, visual separators included; with its `+` when it is a global number. */
  readonly number: string;
  readonly params: Params;
}

/** An absoluteURI of any other scheme: we know no more of it than that. */
export interface OtherUri {
  readonly kind: 'other';
  /** In lower case. */
  readonly scheme: string;
  /** Everything behind the colon. */
  readonly rest: string;
}

export type Uri = SipUri | TelUri | OtherUri;

export interface UriError {
  readonly kind: 'malformedUri';
  /** What is wrong, for people. */
  readonly reason: string;
  /** Offset in the URI. */
  readonly at: number;
}
