import type { DidFormat } from '../domain/account.ts';
import type { Binding } from '../domain/binding.ts';
import type { CallRecord } from '../domain/call-record.ts';
import type {
  DeliverySettings,
  DeliveryTimings,
  TriggerPreset,
  TriggerSettings,
} from '../domain/delivery-settings.ts';
import type { AccountId, ApiKeyId, GatewayId, TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { EdgeHealth, PlanAnswer } from '../link/messages.ts';
import type { RoutingPolicy } from '../link/routing.ts';
import type { DidLine } from './did-lines.ts';
import type { Problem } from './errors.ts';
import type { Lag } from './lag.ts';

/** Who asks. An owner sees other accounts' things as not found. */
export type Scope = { readonly kind: 'operator' } | { readonly kind: 'account'; readonly account: AccountId };

/** A keyset page: what comes after the key `after`, `limit` entries (1–1,000) at most. */
export interface PageRequest<Key> {
  readonly after?: Key | undefined;
  readonly limit: number;
}

export interface Page<T, Key> {
  readonly entries: readonly T[];
  /** The key to ask the next page with; absent on the last page. */
  readonly next?: Key;
}

export interface TriggersInput {
  readonly preset?: TriggerPreset | undefined;
  readonly add?: readonly number[] | undefined;
  readonly remove?: readonly number[] | undefined;
}

/** What is absent stays as it is (or as it is by default, for a new account). */
export interface DeliveryInput {
  readonly triggers?: TriggersInput | undefined;
  readonly timings?: { readonly [K in keyof DeliveryTimings]?: DeliveryTimings[K] | undefined } | undefined;
  readonly noAnswerFailover?: boolean | undefined;
  readonly sharedRegistrations?: boolean | undefined;
  readonly legCap?: number | undefined;
}

export interface NewAccount {
  readonly name: string;
  readonly didFormat?: DidFormat | undefined;
  readonly delivery?: DeliveryInput | undefined;
  /** Its first DIDs as people write them, 0–10,000, on its first trunk group; all or nothing with the account. */
  readonly dids?: readonly string[] | undefined;
  /** Instead of `dids`. */
  readonly didRange?: DidRange | undefined;
}

export interface AccountChange {
  readonly name?: string | undefined;
  readonly didFormat?: DidFormat | undefined;
  readonly suspended?: boolean | undefined;
  readonly delivery?: DeliveryInput | undefined;
}

/** `read`: every change is refused. `failover`: every change but that of failover settings is refused. */
export type Access = 'read' | 'failover' | 'write';

export interface NewApiKey {
  readonly name: string;
  /** Absent: write. */
  readonly access?: Access | undefined;
  /** Milliseconds since the Unix epoch; absent: it does not expire. */
  readonly expiresAt?: number | undefined;
}

export interface ApiKeyView {
  readonly id: ApiKeyId;
  readonly name: string;
  readonly access: Access;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  /** Exact to a minute over a restart. */
  readonly lastUsedAt: number | undefined;
}

export interface CreatedApiKey {
  /** Shown by this answer alone. */
  readonly key: string;
  readonly apiKey: ApiKeyView;
}

export interface TrunkGroupView {
  readonly id: TrunkGroupId;
  readonly name: string;
  /** The digest user name. */
  readonly username: string;
  /** While the password before is taken, too: until when, in ms since the Unix epoch. */
  readonly oldPasswordUntil: number | undefined;
  /** When a PBX last registered with that one; undefined: none has since the new one was made. */
  readonly oldPasswordLastUsed: number | undefined;
}

export interface AccountView {
  readonly id: AccountId;
  readonly name: string;
  readonly suspended: boolean;
  readonly didFormat: DidFormat;
  readonly delivery: DeliverySettings;
  readonly failover: FailoverValue | undefined;
  readonly trunkGroups: readonly TrunkGroupView[];
  readonly dids: number;
  readonly createdAt: number;
}

/** What is entered in the PBX. The answer to the change that made the password is the only one that shows it. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly realm: string;
}

export interface ReplacedCredentials extends Credentials {
  /** Until when the old password is taken, too; undefined: it is refused already. */
  readonly oldPasswordUntil: number | undefined;
}

export interface CreatedTrunkGroup {
  readonly trunkGroup: TrunkGroupView;
  readonly credentials: Credentials;
}

export interface CreatedAccount {
  readonly account: AccountView;
  readonly credentials: Credentials;
}

/** Every number from the first to the last, as people write them; 10,000 at most. */
export interface DidRange {
  readonly from: string;
  readonly to: string;
}

/** One of the two. */
export interface DidNumbers {
  /** As people write them; 1–10,000. */
  readonly numbers?: readonly string[] | undefined;
  readonly range?: DidRange | undefined;
}

export interface NewDids extends DidNumbers {
  /** Instead of numbers or a range: the lines of a file, 10,000 at most. */
  readonly lines?: readonly DidLine[] | undefined;
  /** Absent: the account's first trunk group. */
  readonly trunkGroup?: TrunkGroupId | undefined;
}

export interface DidAdditionPreview {
  /** What can be added, which it would be if nothing were refused. */
  readonly dids: readonly DidView[];
  readonly warnings: readonly Problem[];
  readonly refused: readonly Problem[];
}

/** Failover settings, and for operators trunk groups, of DIDs that are there already. */
export interface DidImport {
  /** 10,000 at most. */
  readonly lines: readonly DidLine[];
  /** The DIDs must be this account's. */
  readonly account?: AccountId | undefined;
}

interface DidState {
  readonly trunkGroup: TrunkGroupId;
  readonly failover: FailoverValue | undefined;
}

export interface DidsImported {
  readonly changes: readonly {
    readonly line: number;
    readonly did: E164;
    readonly before: DidState;
    readonly after: DidState;
  }[];
  /** How many are so already. */
  readonly unchanged: number;
  /** Number, trunk group and failover settings of each of the DIDs, by number: what the next change depends on. */
  readonly state: readonly (readonly [E164, TrunkGroupId, FailoverValue | null])[];
}

export interface DidImportPreview extends DidsImported {
  readonly refused: readonly Problem[];
}

/** A DID as a file shows it. */
export interface ExportedDid {
  readonly number: E164;
  readonly account: AccountId;
  /** Names of trunk groups instead of their ids. */
  readonly trunkGroup: string;
  readonly failoverNumber: E164 | undefined;
  readonly backup: string | undefined;
  readonly effectiveFailoverNumber: E164 | undefined;
  readonly effectiveBackup: string | undefined;
}

export interface DidFilter {
  readonly account?: AccountId | undefined;
  readonly trunkGroup?: TrunkGroupId | undefined;
  /** Part of a number, national or with `+` from its beginning; punctuation does not matter. */
  readonly search?: string | undefined;
  /** Failover settings of its own, only the account's, or none at all. */
  readonly failover?: 'own' | 'global' | 'none' | undefined;
}

export interface DidPageRequest extends PageRequest<E164> {
  /** The highest number first. */
  readonly descending?: boolean | undefined;
}

export interface DidPage extends Page<ListedDid, E164> {
  /** How many match the filter, on all pages. */
  readonly total: number;
}

/** A DID with what a call for it gets. */
export interface ListedDid extends DidView {
  readonly effective: FailoverView['effective'];
}

export interface DidView {
  readonly number: E164;
  readonly account: AccountId;
  readonly trunkGroup: TrunkGroupId;
  /** Its own; the account's applies where a part is absent. */
  readonly failover: FailoverValue | undefined;
  readonly triggers: TriggerSettings | undefined;
}

export interface DidChange {
  /** Its own triggers; what is absent in them is as it applies so far. null: those of the account apply again. */
  readonly triggers: TriggersInput | null;
}

export type FailoverOwner =
  | { readonly kind: 'account'; readonly account: AccountId }
  /** The number as people write it. */
  | { readonly kind: 'did'; readonly number: string };

/** What people set: at least one of the two. */
export interface FailoverInput {
  /** `host[:port][;transport=udp|tcp|tls]`, or another trunk group of the account. */
  readonly backup?: string | { readonly trunkGroup: TrunkGroupId } | undefined;
  /** 10 or 11 digits, or E.164. */
  readonly number?: string | undefined;
}

/** The same as it is stored: the address in its canonical text, the number in E.164. */
export interface FailoverValue {
  readonly backup?: string | { readonly trunkGroup: TrunkGroupId };
  readonly number?: E164;
}

export interface FailoverView {
  readonly failover: FailoverValue | undefined;
  /** What a call gets, each part with whose setting it is. On an account the same as `failover`. */
  readonly effective: {
    readonly backup?: {
      readonly value: string | { readonly trunkGroup: TrunkGroupId };
      readonly source: 'did' | 'account';
    };
    readonly number?: { readonly value: E164; readonly source: 'did' | 'account' };
  };
}

export interface FailoverChanged {
  readonly before: FailoverValue | undefined;
  readonly after: FailoverValue | undefined;
}

export interface MassFailover {
  /** 1–10,000 numbers as people write them; absent: every DID that `filter` lets through. */
  readonly dids?: readonly string[] | undefined;
  /** 10,000 DIDs at most. Read only where `dids` is absent. */
  readonly filter?: DidFilter | undefined;
  /** null clears. */
  readonly failover: FailoverInput | null;
}

export interface MassFailoverPreview {
  /** The DIDs whose failover settings would be others, with what they have now. */
  readonly changes: readonly {
    readonly did: E164;
    readonly before: FailoverValue | undefined;
    readonly after: FailoverValue | undefined;
  }[];
  /** How many have exactly that already. */
  readonly unchanged: number;
  /** What each of the DIDs has now, by number: what the change depends on. */
  readonly state: readonly (readonly [E164, FailoverValue | null])[];
}

export interface MassFailoverChanged {
  readonly dids: number;
  /** What each of the DIDs has afterwards, for the next change. */
  readonly state: MassFailoverPreview['state'];
  readonly failover: FailoverValue | undefined;
}

/** Failover settings of many DIDs, to each its own. */
export interface EachFailover {
  /** 1–10,000 DIDs as people write them; null clears. */
  readonly changes: readonly { readonly did: string; readonly failover: FailoverInput | null }[];
}

export interface EachFailoverChanged {
  /** What each of the DIDs has afterwards, by number. */
  readonly state: MassFailoverPreview['state'];
  readonly changes: readonly {
    readonly did: E164;
    readonly before: FailoverValue | undefined;
    readonly after: FailoverValue | undefined;
  }[];
}

export interface GatewayInput {
  readonly name: string;
  /** Addresses or CIDR ranges from which its calls come. */
  readonly sources?: readonly string[] | undefined;
  /** `host[:port][;transport=…]` where numbers are dialled; absent: it only sends calls. */
  readonly address?: string | undefined;
  readonly priority?: number | undefined;
  readonly weight?: number | undefined;
  readonly trusted?: boolean | undefined;
}

/** What is absent stays. */
export interface GatewayChange {
  readonly name?: string | undefined;
  readonly sources?: readonly string[] | undefined;
  /** null: it no longer takes calls. */
  readonly address?: string | null | undefined;
  readonly priority?: number | undefined;
  readonly weight?: number | undefined;
  readonly trusted?: boolean | undefined;
}

export interface GatewayView {
  readonly id: GatewayId;
  readonly name: string;
  readonly sources: readonly string[];
  readonly address: string | undefined;
  readonly priority: number;
  readonly weight: number;
  readonly trusted: boolean;
}

export interface RegistrationView {
  readonly trunkGroup: TrunkGroupId;
  readonly account: AccountId;
  readonly username: string;
  /** For every trunk server, also one without a binding. */
  readonly trunkServers: readonly {
    readonly trunkServer: TrunkServerId;
    readonly bindings: readonly Binding[];
  }[];
  /** Absent where all is well. */
  readonly warning?: {
    readonly kind: 'notRegistered' | 'someTrunkServers' | 'suspended';
    readonly text: string;
    readonly reason: string;
    readonly remedy: string;
  };
}

/** Why there is no plan from a trunk server. `didUnknown`: it does not route by that revision yet. */
export type PlanFailure = 'notRunning' | 'noAnswer' | 'didUnknown';

export interface PlanView {
  readonly number: E164;
  readonly account: AccountId;
  readonly trunkServers: readonly {
    readonly trunkServer: TrunkServerId;
    /** Absent: the trunk server is not running, does not know the DID yet, or did not answer within 1 s. */
    readonly answer: PlanAnswer | undefined;
    readonly failure?: PlanFailure;
  }[];
}

type CallOutcome = 'answered' | 'cancelled' | 'failed';

export interface CallFilter {
  /** As people write it. */
  readonly did?: string | undefined;
  readonly account?: AccountId | undefined;
  readonly outcome?: CallOutcome | undefined;
  /** Answered, and not by the registered PBX. Only true is a filter. */
  readonly saved?: boolean | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

export interface CallView {
  readonly record: CallRecord;
  readonly outcome: CallOutcome;
  /** When the conversation ended; absent while it lasts and where it never began. */
  readonly endedAt: number | undefined;
  /** The records of the trunk servers to which this one handed the call over, oldest first. */
  readonly legs: readonly { readonly record: CallRecord; readonly outcome: CallOutcome }[];
}

/** What only the start of the process knows. */
export interface ServiceAbout {
  readonly database: 'sqlite' | 'postgresql';
  /** Absent: there is none, and all settings are defaults or environment variables. */
  readonly settingsFile?: string | undefined;
  /** Where the settings come from that are not left at their defaults, by their paths. */
  readonly origins: ReadonlyMap<string, 'file' | 'environment'>;
}

/** How the process is that answers. */
export interface ServiceView {
  readonly startedAt: number;
  readonly database: { readonly kind: ServiceAbout['database']; readonly reachable: boolean };
  /** The newest revision that is known. */
  readonly newestRevision: number | undefined;
  /** Of its own trunk servers: what is on disk and not in the store yet. */
  readonly spools: readonly { readonly trunkServer: TrunkServerId; readonly bytes: number }[];
  readonly mailsInvitations: boolean;
}

/** What the operator allows, and where that is set. */
export interface PolicyView extends RoutingPolicy {
  readonly newAccounts: DeliverySettings;
  readonly settingsFile: string | undefined;
  readonly settings: readonly {
    readonly setting: string;
    readonly from: 'file' | 'environment' | 'default';
  }[];
}

export interface TrunkServerView {
  readonly id: TrunkServerId;
  readonly address: string;
  readonly port: number;
  /** `away`: it belongs to another process, which has not been heard of lately. */
  readonly state: 'running' | 'starting' | 'down' | 'away';
  /** Why, where it is down or away. */
  readonly reason: string | undefined;
  /** The revision that it routes by. */
  readonly revision: number | undefined;
  readonly health: EdgeHealth | undefined;
  /** When the health came. */
  readonly healthAt: number | undefined;
  /** It does not route by a revision that is more than a second old. */
  readonly lag: Lag | undefined;
}

export interface RevisionView {
  readonly revision: number;
  readonly at: number;
  /** The newest revision of all. */
  readonly newest: number;
  readonly trunkServers: readonly {
    readonly trunkServer: TrunkServerId;
    /** What it routes by now; absent while it is not running. */
    readonly routingBy: number | undefined;
    /** Since when it routes by this revision or a newer one; absent while it does not. */
    readonly since: number | undefined;
    /** It does not route yet by a revision that is more than a second old. */
    readonly lags: boolean;
  }[];
}
