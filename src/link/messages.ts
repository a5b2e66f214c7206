import type { Binding } from '../domain/binding.ts';
import type { CallOutcome, CallRecord } from '../domain/call-record.ts';
import type { AttemptOutcome, DeliveryPlan } from '../domain/delivery.ts';
import type { AccountId, CallId, TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { PeerAddress, RoutingChange, TrunkServerAddress } from './routing.ts';
import type { SpoolPosition } from './spool.ts';

/** What a trunk server is started with; changing it takes a restart. */
export interface EdgeStart {
  readonly self: TrunkServerAddress;
  /** The other trunk servers, in the order in which a call is handed over. Replaced by a `peers` message. */
  readonly peers: readonly PeerAddress[];
  /** The digest realm. */
  readonly realm: string;
  /** Offered in this order; a PBX takes the first that it knows (RFC 8760 section 2.4). */
  readonly digestAlgorithms: readonly ('MD5' | 'SHA-256')[];
  /** Signs Record-Route and hand-over marks. The same on every trunk server, kept over restarts. */
  readonly signingKey: string;
  /** The sealing key as text: it opens what a REGISTER is checked by. */
  readonly sealingKey: string;
  readonly registrationExpiry: { readonly min: number; readonly max: number; readonly default: number };
  readonly spoolFolder: string;
  /** Name servers to ask instead of the machine's, `address[:port]`. */
  readonly nameServers: readonly string[];
}

/** Control plane → trunk server. */
export type ToEdge =
  /** Routing tables are replaced whole: begin, rows in any number of messages, end. */
  | { readonly kind: 'snapshotBegin' }
  /** `SnapshotRow`s as JSON: written once, and read by each trunk server on its own thread. */
  | { readonly kind: 'snapshotRows'; readonly json: string }
  /**
   * Many DIDs, behind their trunk groups: lines of a number and the id of its trunk group. Those with settings of their
   * own come as rows again.
   */
  | { readonly kind: 'snapshotDids'; readonly lines: string }
  | { readonly kind: 'snapshotEnd'; readonly revision: number }
  /** What a large revision changed, in pieces: they count once its `change` comes, with the last of them. */
  | { readonly kind: 'changePart'; readonly revision: number; readonly changes: readonly RoutingChange[] }
  /** Everything that revision `revision` changed; the edge must be at `revision - 1`. */
  | { readonly kind: 'change'; readonly revision: number; readonly changes: readonly RoutingChange[] }
  /** Bindings from before the restart. Sent before the snapshot ends. */
  | { readonly kind: 'bindings'; readonly bindings: readonly Binding[] }
  /** The other trunk servers as they are from now on. */
  | { readonly kind: 'peers'; readonly peers: readonly PeerAddress[] }
  /** Everything before this position is in the store for good. */
  | { readonly kind: 'spoolConsumed'; readonly position: SpoolPosition }
  /** What another trunk server told of its legs to numbers. `anew`: all that was told before is void. */
  | {
      readonly kind: 'numberLegs';
      readonly trunkServer: TrunkServerId;
      readonly counts: NumberLegCounts;
      readonly anew: boolean;
    }
  | { readonly kind: 'planQuery'; readonly query: number; readonly did: E164 }
  | { readonly kind: 'stop' };

/** Trunk server → control plane. */
export type FromEdge =
  | { readonly kind: 'listening'; readonly address: string; readonly port: number }
  /** It cannot run, and why, in one sentence for the operator. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** It routes by this revision from `at` on. */
  | { readonly kind: 'routingBy'; readonly revision: number; readonly at: number }
  /** It lacks a revision and needs a snapshot. */
  | { readonly kind: 'snapshotNeeded' }
  /** The spool has grown to this position. */
  | { readonly kind: 'spooled'; readonly position: SpoolPosition }
  /** How many legs to numbers these accounts have up now, where that has changed. */
  | { readonly kind: 'numberLegs'; readonly counts: NumberLegCounts }
  | { readonly kind: 'planAnswer'; readonly query: number; readonly answer: PlanAnswer | undefined }
  | { readonly kind: 'health'; readonly health: EdgeHealth }
  | {
      readonly kind: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly message: string;
      readonly fields: Readonly<Record<string, string | number | boolean>>;
    }
  | { readonly kind: 'stopped' };

/** Accounts with how many legs to failover numbers they have up at one trunk server. */
export type NumberLegCounts = readonly (readonly [AccountId, number])[];

/** What would happen at one trunk server to a call for a DID now. */
export interface PlanAnswer {
  readonly trunkServer: TrunkServerId;
  readonly revision: number;
  readonly plan: DeliveryPlan;
  /** The live bindings that the plan was made with. */
  readonly bindings: readonly Binding[];
}

/** How a trunk server is, every second. */
export interface EdgeHealth {
  readonly trunkServer: TrunkServerId;
  readonly revision: number;
  readonly bindings: number;
  readonly callsInProgress: number;
  readonly transactions: number;
  readonly timers: number;
  /** Since the start. */
  readonly calls: number;
  readonly datagramsIn: number;
  readonly datagramsOut: number;
  /** Datagrams that were not SIP, or too broken to answer. */
  readonly discarded: number;
  /** Records that could not be spooled (disk full) and are lost. */
  readonly recordsLost: number;
  /** By how many milliseconds the latest of its timers was late since the last report. */
  readonly loopDelay: number;
  readonly counts: EdgeCounts;
}

/** Since the start of the trunk server, but for `callsUp`. */
export interface EdgeCounts {
  /** Handed-over calls are counted where they came in. */
  readonly calls: Readonly<Record<CallOutcome, number>>;
  readonly attempts: Readonly<Record<AttemptOutcome['kind'], number>>;
  /** REGISTER requests with credentials. */
  readonly registrations: Readonly<Record<'accepted' | 'challenged' | 'refused', number>>;
  /** Answered and not ended, as far as a BYE has come by. */
  readonly callsUp: number;
}

/** One line of the spool: what happened at a trunk server and has to reach the store. */
export type SpoolEvent =
  | { readonly kind: 'bound'; readonly binding: Binding }
  | { readonly kind: 'unbound'; readonly trunkGroup: TrunkGroupId; readonly contact: string }
  /** A PBX has registered with the password before, which is taken only for a while. */
  | { readonly kind: 'oldPasswordUsed'; readonly trunkGroup: TrunkGroupId; readonly at: number }
  | { readonly kind: 'call'; readonly record: CallRecord }
  | { readonly kind: 'callEnded'; readonly call: CallId; readonly at: number };
