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

export interface Did {
  readonly number: string;
  readonly account: string;
  readonly failover: Failover | null;
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
  readonly trunkGroup: string;
  readonly username: string;
  readonly trunkServers: readonly { readonly trunkServer: string; readonly bindings: readonly Binding[] }[];
  readonly warning: {
    readonly kind: string;
    readonly text: string;
    readonly reason: string;
    readonly remedy: string;
  } | null;
}

export interface Plan {
  readonly trunkServers: readonly {
    readonly trunkServer: string;
    readonly failure: { readonly text: string } | null;
    readonly attempts: readonly {
      readonly reason: { readonly kind: string };
      readonly skipped: { readonly text: string } | null;
      readonly text: string;
    }[];
  }[];
}

export interface CallRecord {
  readonly id: string;
  readonly trunkServer: string;
  readonly did: string;
  readonly caller: string;
  readonly outcome: 'answered' | 'cancelled' | 'failed';
  readonly startedAt: string;
  readonly finalAt: string;
  readonly finalStatus: number;
  readonly attempts: readonly {
    readonly reason: { readonly kind: string; readonly text: string };
    readonly target: string;
    readonly outcome: { readonly kind: string; readonly status: number | null; readonly text: string };
    readonly startedAt: string;
    readonly ringingAt: string | null;
    readonly endedAt: string;
  }[];
}

export interface Call extends CallRecord {
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
}

export interface TrunkServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly state: 'running' | 'starting' | 'down' | 'away';
  readonly reason: string | null;
  readonly revision: number | null;
  readonly health: {
    readonly bindings: number;
    readonly callsInProgress: number;
    readonly calls: number;
  } | null;
}

export interface Session {
  readonly user: { readonly email: string; readonly role: 'operator' | 'owner' | 'viewer' };
  readonly account: { readonly id: string; readonly name: string } | null;
  readonly csrfToken: string;
}
