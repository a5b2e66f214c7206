/** What the API answers, as /api/docs says it. */
export interface Page<T> {
  readonly entries: readonly T[];
  readonly next: string | null;
}

type Backup = string | { readonly trunkGroup: string };

export interface Failover {
  readonly number: string | null;
  readonly backup: Backup | null;
}

export interface Changed {
  readonly revision: number;
  readonly warnings?: readonly { readonly field: string; readonly message: string }[];
}

export interface TrunkGroup {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly oldPasswordUntil: string | null;
  readonly oldPasswordLastUsed: string | null;
}

export interface Delivery {
  readonly triggers: {
    readonly preset: 'unreachable' | 'unreachable-or-broken' | 'anything';
    readonly add: readonly number[];
    readonly remove: readonly number[];
  };
  readonly timings: {
    readonly noResponse: number;
    readonly noProgress: number | 'off';
    readonly ring: number | 'default';
  };
  readonly noAnswerFailover: boolean;
  readonly sharedRegistrations: boolean;
  readonly legCap: number;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly access: 'read' | 'failover' | 'write';
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly suspended: boolean;
  readonly delivery: Delivery;
  readonly failover: Failover | null;
  readonly trunkGroups: readonly TrunkGroup[];
  readonly dids: number;
  readonly createdAt: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  readonly trunkServers: readonly {
    readonly name: string;
    readonly address: string;
    readonly port: number;
  }[];
}

type Source = 'did' | 'account';

/** What a call gets, each part with whose setting it is. */
export interface Effective {
  readonly number: { readonly value: string; readonly source: Source } | null;
  readonly backup: { readonly value: Backup; readonly source: Source } | null;
}

export interface Did {
  readonly number: string;
  readonly account: string;
  readonly failover: Failover | null;
  readonly effective: Effective;
}

export interface DidPage extends Page<Did> {
  readonly total: number;
}

interface DidState {
  readonly trunkGroup: string;
  readonly failover: Failover | null;
}

/** What a file of DIDs changes, or would. */
export interface DidImport {
  readonly changes: readonly {
    readonly line: number;
    readonly did: string;
    readonly before: DidState;
    readonly after: DidState;
  }[];
  readonly unchanged: number;
}

export interface MassPreview {
  readonly changes: readonly { readonly did: string }[];
  readonly unchanged: number;
}

interface Binding {
  readonly contact: string;
  readonly from: string;
  readonly userAgent: string;
  readonly behindNat: boolean;
  readonly expiresAt: string;
}

export interface Registration {
  readonly account: string;
  readonly trunkGroup: string;
  readonly username: string;
  readonly trunkServers: readonly { readonly trunkServer: string; readonly bindings: readonly Binding[] }[];
  readonly warning: {
    readonly kind: 'notRegistered' | 'someTrunkServers' | 'suspended';
    readonly text: string;
    readonly reason: string;
    readonly remedy: string;
  } | null;
}

type ReasonKind = 'registered' | 'otherTrunkServer' | 'backup' | 'number';

export interface PlannedAttempt {
  readonly reason: { readonly kind: ReasonKind; readonly text: string };
  readonly target: {
    readonly kind: 'bindings' | 'trunkServer' | 'address' | 'number';
    readonly trunkServer?: string;
    readonly address?: string;
    readonly number?: string;
  };
  readonly skipped: { readonly text: string } | null;
  readonly text: string;
}

export interface Plan {
  readonly trunkServers: readonly {
    readonly trunkServer: string;
    readonly failure: { readonly text: string } | null;
    readonly revision: number | null;
    readonly attempts: readonly PlannedAttempt[];
    readonly bindings: readonly Binding[];
  }[];
}

export interface CallAttempt {
  readonly reason: { readonly kind: ReasonKind; readonly text: string };
  readonly target: string;
  readonly outcome: {
    readonly kind: 'answered' | 'rejected' | 'unreachable' | 'noResponse' | 'cancelled' | 'skipped';
    readonly status: number | null;
    readonly cause: string | null;
    readonly text: string;
  };
  readonly startedAt: string;
  readonly ringingAt: string | null;
  readonly endedAt: string;
}

export interface CallRecord {
  readonly id: string;
  readonly trunkServer: string;
  readonly did: string;
  readonly caller: string;
  readonly sipCallId: string;
  readonly outcome: 'answered' | 'cancelled' | 'failed';
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly finalAt: string;
  readonly finalStatus: number;
  readonly attempts: readonly CallAttempt[];
}

export interface Call extends CallRecord {
  readonly endedAt: string | null;
  readonly handedOver: readonly CallRecord[];
}

export interface Revision {
  readonly at: string;
  readonly active: boolean;
  readonly trunkServers: readonly { readonly trunkServer: string; readonly since: string | null }[];
}

export interface Gateway {
  readonly id: string;
  readonly name: string;
  readonly sources: readonly string[];
  readonly address: string | null;
  readonly priority: number;
  readonly weight: number;
  readonly trusted: boolean;
}

export interface TrunkServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly state: 'running' | 'starting' | 'down' | 'away';
  readonly reason: string | null;
  readonly revision: number | null;
  readonly lag: { readonly revision: number; readonly since: string } | null;
  readonly health: {
    readonly at: string | null;
    readonly bindings: number;
    readonly callsInProgress: number;
    readonly callsUp: number;
    readonly loopDelay: number;
    readonly calls: number;
    readonly datagramsIn: number;
    readonly datagramsOut: number;
    readonly discarded: number;
    readonly recordsLost: number;
  } | null;
}

export interface Service {
  readonly version: string;
  readonly startedAt: string;
  readonly database: { readonly kind: 'sqlite' | 'postgresql'; readonly reachable: boolean };
  readonly newestRevision: number | null;
  readonly spools: readonly { readonly trunkServer: string; readonly bytes: number }[];
  readonly mailsInvitations: boolean;
}

export interface Policy {
  readonly homeCountry: string;
  readonly allowedCountries: readonly string[];
  readonly blockedPrefixes: readonly string[];
  readonly allowedRanges: readonly string[];
  readonly maxDiversions: number;
  readonly newAccounts: Delivery;
  readonly settingsFile: string | null;
  readonly settings: readonly {
    readonly setting: string;
    readonly from: 'file' | 'environment' | 'default';
  }[];
}

export type Role = 'operator' | 'owner' | 'viewer';

export interface Session {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly role: Role;
    readonly secondFactor: boolean;
  };
  readonly account: { readonly id: string; readonly name: string } | null;
  readonly csrfToken: string;
}

export interface SessionEntry {
  readonly id: string;
  readonly current: boolean;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly userAgent: string;
  readonly address: string;
}

export interface User {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly secondFactor: boolean;
  readonly invited: boolean;
  readonly createdAt: string;
}

export interface Invited {
  readonly user: User;
  readonly invitation: { readonly link: string; readonly expiresAt: string; readonly mailed: boolean };
}

/** What happened to some things of one kind, in words. */
export interface AuditChange {
  readonly what: string;
  readonly ids: readonly string[];
  readonly count: number;
  readonly name: string | null;
  readonly text: string;
  /** What an undo would make of it. */
  readonly back: string;
}

export interface AuditEntry {
  readonly id: number;
  readonly at: string;
  readonly summary: string;
  readonly actor: {
    readonly kind: string;
    readonly name: string | null;
    readonly operator: boolean;
    readonly address: string | null;
  };
  readonly undoneBy: number | null;
  readonly undo: { readonly possible: boolean; readonly reason: string | null };
  readonly changeCount: number;
  readonly changes: readonly AuditChange[];
}
