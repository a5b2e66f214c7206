import type { Params } from './params.ts';

/** The host of a URI or of sent-by. */
export type Host =
  | { readonly kind: 'ipv4'; readonly address: string }
  /** Without brackets. */
  | { readonly kind: 'ipv6'; readonly address: string }
  | { readonly kind: 'name'; readonly name: string };

/** RFC 3261 19.1. User, password, parameters and headers are kept as they were written, escapes included. */
export interface SipUri {
  readonly kind: 'sip';
  readonly scheme: 'sip' | 'sips';
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: Host;
  /** 1–65535. */
  readonly port: number | undefined;
  readonly params: Params;
  readonly headers: readonly UriHeader[];
}

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
