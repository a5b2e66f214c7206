import type { TrunkGroupId, TrunkServerId } from './ids.ts';

/** A binding as a trunk server keeps it and as the store holds it for the time after a restart. */
export interface Binding {
  readonly trunkServer: TrunkServerId;
  readonly trunkGroup: TrunkGroupId;
  /** The Contact URI as the PBX gave it. */
  readonly contact: string;
  /** 0–1000: the q-value times 1000. */
  readonly q: number;
  readonly registeredAt: number;
  readonly expiresAt: number;
  readonly callId: string;
  readonly cseq: number;
  readonly userAgent: string;
  /** Where the REGISTER came from: its flow. */
  readonly source: {
    readonly transport: 'UDP' | 'TCP' | 'TLS';
    readonly address: string;
    readonly port: number;
  };
  /** True where calls must go along the flow and not to the Contact: the PBX is behind a NAT, or a Path was given. */
  readonly behindNat: boolean;
  /** `+sip.instance` (RFC 5626 section 4.1), in lower case. */
  readonly instance?: string;
  /** `reg-id` (RFC 5626 section 4.2). */
  readonly regId?: number;
  /** Path header values (RFC 3327), outermost first. */
  readonly path: readonly string[];
}
