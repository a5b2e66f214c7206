import type { DeliverySettings, TriggerSettings } from './delivery-settings.ts';
import type { FailoverSettings } from './failover-settings.ts';
import type { AccountId, TrunkGroupId } from './ids.ts';
import type { E164 } from './phone-number.ts';

/** How a DID is written in the Request-URI and To towards the account's PBXs. */
export type DidFormat = '10-digits' | '11-digits' | 'e164';

/** A customer. */
export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly suspended: boolean;
  readonly didFormat: DidFormat;
  /** The account-wide ("global") failover. */
  readonly failover?: FailoverSettings;
  readonly delivery: DeliverySettings;
}

/** One PBX of an account: its SIP credentials. Its bindings live at the trunk servers. */
export interface TrunkGroup {
  readonly id: TrunkGroupId;
  readonly account: AccountId;
  readonly name: string;
  /** The digest user name, and the user part of its address of record. */
  readonly username: string;
  /** H(A1) for each algorithm (RFC 8760): lower-case hex, never the password. */
  readonly ha1: Ha1;
  /** That of the password before, while it is still taken beside the new one. */
  readonly oldHa1?: OldHa1;
}

interface Ha1 {
  readonly md5: string;
  readonly sha256: string;
}

interface OldHa1 extends Ha1 {
  /** From then on it is refused, in ms since the Unix epoch. */
  readonly until: number;
}

/** A phone number that carriers send to us, on exactly one trunk group. */
export interface Did {
  readonly number: E164;
  readonly account: AccountId;
  readonly trunkGroup: TrunkGroupId;
  readonly failover?: FailoverSettings;
  /** Overrides the account's triggers. */
  readonly triggers?: TriggerSettings;
}
