/** Where a PBX is reached: `host[:port][;transport=udp|tcp|tls]`. */
export interface PbxAddress {
  readonly host:
    | { readonly kind: 'ipv4'; readonly address: string }
    /** Without brackets. */
    | { readonly kind: 'ipv6'; readonly address: string }
    | { readonly kind: 'name'; readonly name: string };
  /** Absent: an SRV record decides where one exists, else 5060 (5061 for TLS). */
  readonly port?: number;
  /** Absent: as RFC 3263 section 4.1 chooses; for us UDP. */
  readonly transport?: 'udp' | 'tcp' | 'tls';
}
