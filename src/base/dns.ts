/** A question for the DNS. Names compare without regard to case and are written without the final dot. */
export interface DnsQuestion {
  readonly type: 'A' | 'AAAA' | 'SRV' | 'NAPTR';
  readonly name: string;
}

/** RFC 2782. */
export interface SrvRecord {
  /** 0–65535; lower is tried first. */
  readonly priority: number;
  /** 0–65535; share among records of one priority. */
  readonly weight: number;
  readonly port: number;
  /** Without the final dot: '' says that the service is decidedly not available at this domain. */
  readonly target: string;
}

/** RFC 3403, as far as RFC 3263 uses it. */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly replacement: string;
}

export type DnsAnswer =
  /** A or AAAA, in the order in which the server gave them. Never empty. */
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'srv'; readonly records: readonly SrvRecord[] }
  | { readonly kind: 'naptr'; readonly records: readonly NaptrRecord[] }
  /** The name does not exist, or has no record of this type. */
  | { readonly kind: 'none' }
  /** Nobody could tell. */
  | { readonly kind: 'failed'; readonly cause: DnsFailure };

export type DnsFailure =
  /** No name server answered in time, or none can be reached. */
  | 'timeout'
  /** SERVFAIL, REFUSED, or an answer that cannot be understood. */
  | 'serverFailure'
  /** The name cannot be asked for: a label or the whole is too long. */
  | 'badName'
  /** More questions are under way than we allow. */
  | 'overloaded';
