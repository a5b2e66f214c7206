import type { DidFormat } from './account.ts';
import type { DeliveryTimings, TriggerSettings } from './delivery-settings.ts';
import type { FailoverSettings } from './failover-settings.ts';
import type { AccountId, TrunkGroupId } from './ids.ts';
import type { PbxAddress } from './pbx-address.ts';

/** What an entry of the audit log says was done. */
export const AUDIT_ACTIONS = [
  'accountCreated',
  'accountChanged',
  'accountClosed',
  'failoverChanged',
  'didsAdded',
  'didsRemoved',
  'didsMoved',
  'didsImported',
  'didTriggersChanged',
  'trunkGroupCreated',
  'trunkGroupRenamed',
  'trunkGroupRemoved',
  'sipPasswordReplaced',
  'oldSipPasswordEnded',
  'gatewayCreated',
  'gatewayChanged',
  'gatewayRemoved',
  'trunkServerRemoved',
  'apiKeyCreated',
  'apiKeyRevoked',
  'userInvited',
  'userInvitedAgain',
  'userChanged',
  'userRemoved',
  'firstOperatorMade',
  'invitationAccepted',
  'passwordChanged',
  'passwordReset',
  'userLetIn',
  'secondFactorTurnedOn',
  'secondFactorTurnedOff',
  'loggedIn',
  'logInFailed',
  'loggedOut',
  'loginEnded',
  'undone',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Who did it, copied: it stays when the key or the user is gone. */
export interface AuditActor {
  /**
   * `service`: it happened by itself, when its time had come. `commandLine`: a command on the server, straight in its
   * database. `unknown`: somebody who did not show who they are, such as whoever gave a wrong password.
   */
  readonly kind: 'operatorKey' | 'apiKey' | 'login' | 'service' | 'commandLine' | 'unknown';
  /** Of the API key or the user. */
  readonly id?: string;
  /** The name of the API key, or the e-mail of the user. */
  readonly name?: string;
  /** Whose key or login it was; absent for operators. */
  readonly account?: AccountId;
}

/**
 * What things are made of, field by field. What is compared, put back and shown stands in here, and no secret does.
 * null: not set.
 */
export interface AuditStates {
  readonly account: {
    readonly name?: string;
    readonly suspended?: boolean;
    readonly didFormat?: DidFormat;
    readonly failover?: FailoverSettings | null;
    readonly triggers?: TriggerSettings;
    readonly noResponse?: DeliveryTimings['noResponse'];
    readonly noProgress?: DeliveryTimings['noProgress'];
    readonly ring?: DeliveryTimings['ring'];
    readonly noAnswerFailover?: boolean;
    readonly sharedRegistrations?: boolean;
    readonly legCap?: number;
  };
  readonly did: {
    readonly account?: AccountId;
    readonly trunkGroup?: TrunkGroupId;
    readonly failover?: FailoverSettings | null;
    readonly triggers?: TriggerSettings | null;
  };
  readonly trunkGroup: {
    readonly name?: string;
    readonly username?: string;
    /** Until when the password before is taken, too, in ms since the Unix epoch. */
    readonly oldPasswordUntil?: number | null;
  };
  readonly gateway: {
    readonly name?: string;
    readonly sources?: readonly string[];
    readonly address?: PbxAddress | null;
    readonly priority?: number;
    readonly weight?: number;
    readonly trusted?: boolean;
  };
  readonly apiKey: {
    readonly name?: string;
    readonly access?: 'read' | 'failover' | 'write';
    readonly expiresAt?: number | null;
  };
  readonly user: {
    readonly email?: string;
    readonly role?: 'operator' | 'owner' | 'viewer';
    readonly disabled?: boolean;
    readonly secondFactor?: boolean;
  };
  /** A browser in which a person is logged in. */
  readonly login: { readonly userAgent?: string; readonly address?: string };
  readonly trunkServer: { readonly address?: string };
}
export type AuditWhat = keyof AuditStates;

/** What happened to some things of one kind, to each of them the same. */
interface ChangeOf<W extends AuditWhat> {
  readonly what: W;
  /** Numbers, names or ids. */
  readonly ids: readonly string[];
  /** How many there are: `ids` may be the first of them only. */
  readonly count: number;
  /** What people call the thing, where it is one that has a name besides its id. */
  readonly name?: string;
  /** As far as it is different afterwards; null: it was not there. */
  readonly before: AuditStates[W] | null;
  /** null: it is gone. */
  readonly after: AuditStates[W] | null;
}
export type AuditChange = { readonly [W in AuditWhat]: ChangeOf<W> }[AuditWhat];

/** One change by one asker: what stands in the audit log. */
export interface AuditRecord {
  readonly action: AuditAction;
  /** Whose things were changed; absent: the operators'. */
  readonly account?: AccountId;
  /** What it was called then. */
  readonly accountName?: string;
  /** The account to which DIDs were moved from `account`. */
  readonly toAccount?: AccountId;
  readonly changes: readonly AuditChange[];
  /** The number of the entry that this one takes back. */
  readonly undoes?: number;
}

export interface AuditEntry extends AuditRecord {
  /** 1, 2, 3 and so on: none is missing. */
  readonly number: number;
  /** In ms since the Unix epoch. */
  readonly at: number;
  readonly actor: AuditActor;
  /** The network address from which it was asked. */
  readonly address?: string;
  /** The revision of the settings that it made; absent: it changed none that trunk servers route by. */
  readonly revision?: number;
  /** How many there are: `changes` may be the first of them only, as may be their ids. */
  readonly changeCount: number;
  /** The newest entry that takes this one back. */
  readonly undoneBy?: number;
}
