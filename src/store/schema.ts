import type { DidFormat } from '../domain/account.ts';
import type { AuditAction, AuditActor } from '../domain/audit.ts';
import type { AccountId, ApiKeyId, CallId, GatewayId, TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';

/**
 * The tables, one interface each. Only what SQLite and PostgreSQL both have is used: text, bigint (times in
 * milliseconds since the Unix epoch, revisions, byte offsets), integer, and 0 or 1 for booleans. Columns that
 * end in `_json` hold JSON as text: they are read whole and never searched.
 *
 * `changed_in` is the revision that changed the row last.
 */
export interface Tables {
  accounts: AccountsTable;
  users: UsersTable;
  trunk_groups: TrunkGroupsTable;
  dids: DidsTable;
  failover_settings: FailoverSettingsTable;
  gateways: GatewaysTable;
  bindings: BindingsTable;
  revisions: RevisionsTable;
  revision_changes: RevisionChangesTable;
  revision_counter: RevisionCounterTable;
  activations: ActivationsTable;
  calls: CallsTable;
  spool_positions: SpoolPositionsTable;
  secrets: SecretsTable;
  api_keys: ApiKeysTable;
  trunk_servers: TrunkServersTable;
  plan_questions: PlanQuestionsTable;
  recovery_codes: RecoveryCodesTable;
  logins: LoginsTable;
  one_time_links: OneTimeLinksTable;
  failed_logins: FailedLoginsTable;
  given_answers: GivenAnswersTable;
  audit_entries: AuditEntriesTable;
  audit_targets: AuditTargetsTable;
  audit_counter: AuditCounterTable;
}

type Flag = 0 | 1;

export interface AccountsTable {
  id: AccountId;
  name: string;
  suspended: Flag;
  did_format: DidFormat;
  delivery_json: string;
  created_at: number;
  changed_in: number;
}

/** People who log in. */
export interface UsersTable {
  id: string;
  /** null for an operator, who belongs to no account. */
  account: AccountId | null;
  /** In lower case. */
  email: string;
  role: 'operator' | 'owner' | 'viewer';
  /** Argon2id; null until the person has set a password. */
  password_hash: string | null;
  created_at: number;
  /** Sealed; null while there is no second factor. */
  totp_secret: string | null;
  /** Sealed; shown to the person and not yet confirmed by a code. */
  totp_proposed: string | null;
  /** The time step (RFC 6238) of the newest code that was taken: none is taken twice. */
  totp_last_step: number | null;
  disabled: Flag;
}

interface RecoveryCodesTable {
  user_id: string;
  code_hash: string;
  used_at: number | null;
}

/** Tokens stand here as SHA-256 in hex alone. */
export interface LoginsTable {
  id: string;
  token_hash: string;
  user_id: string;
  created_at: number;
  last_seen_at: number;
  /** The end, however much the login is used. */
  expires_at: number;
  user_agent: string;
  address: string;
}

export interface OneTimeLinksTable {
  id: string;
  kind: 'invitation' | 'passwordReset' | 'setup';
  token_hash: string;
  /** null for `setup`, which makes the first operator. */
  user_id: string | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** What counts against an e-mail and an address for a while. No foreign keys: the e-mail may be nobody's. */
interface FailedLoginsTable {
  id: string;
  kind: 'login' | 'passwordReset';
  email: string;
  address: string;
  at: number;
}

export interface TrunkGroupsTable {
  id: TrunkGroupId;
  account: AccountId;
  name: string;
  username: string;
  /** Sealed. */
  ha1_md5: string;
  /** Sealed. */
  ha1_sha256: string;
  /** Sealed; null while there is no old password. */
  old_ha1_md5: string | null;
  old_ha1_sha256: string | null;
  /** The old password is refused from then on. */
  old_valid_until: number | null;
  /** When a PBX last registered with the old password. */
  old_last_used: number | null;
  created_at: number;
  changed_in: number;
}

export interface DidsTable {
  number: E164;
  account: AccountId;
  trunk_group: TrunkGroupId;
  triggers_json: string | null;
  created_at: number;
  changed_in: number;
}

export interface FailoverSettingsTable {
  /** The DID's number, or the account's id where they are the account's. */
  owner: string;
  account: AccountId;
  /** null: the settings are the account's. */
  did: E164 | null;
  /** At most one of the two backups is set. */
  backup_address_json: string | null;
  backup_trunk_group: TrunkGroupId | null;
  number: E164 | null;
  changed_in: number;
}

export interface GatewaysTable {
  id: GatewayId;
  name: string;
  sources_json: string;
  address_json: string | null;
  priority: number;
  weight: number;
  trusted: Flag;
  created_at: number;
  changed_in: number;
}

/** No foreign keys: what a trunk server reports is kept even where its trunk group has just been removed. */
export interface BindingsTable {
  trunk_server: TrunkServerId;
  trunk_group: TrunkGroupId;
  /** SHA-256 of `contact` in hex: a Contact may be longer than an index of PostgreSQL takes. */
  contact_hash: string;
  contact: string;
  q: number;
  registered_at: number;
  expires_at: number;
  call_id: string;
  cseq: number;
  user_agent: string;
  source_transport: 'UDP' | 'TCP' | 'TLS';
  source_address: string;
  source_port: number;
  behind_nat: Flag;
  instance: string | null;
  reg_id: number | null;
  path_json: string;
}

interface RevisionsTable {
  revision: number;
  at: number;
}

/** What the newest revisions changed; an older one has no row, and its reader is better off with a snapshot. */
interface RevisionChangesTable {
  revision: number;
  /** RoutingChanges. */
  changes_json: string;
  /** The length of `changes_json`. */
  size: number;
}

/** One row. Raising it is the first statement of every change, so that changes are committed one by one. */
interface RevisionCounterTable {
  id: 1;
  revision: number;
}

/** From `at` on the trunk server has routed by `revision`. */
interface ActivationsTable {
  trunk_server: TrunkServerId;
  revision: number;
  at: number;
}

/** No foreign keys: records outlive the account and the DID. */
export interface CallsTable {
  id: CallId;
  trunk_server: TrunkServerId;
  handed_over_from: CallId | null;
  account: AccountId;
  did: E164;
  caller: string;
  sip_call_id: string;
  revision: number;
  started_at: number;
  answered_at: number | null;
  final_at: number;
  final_status: number;
  ended_at: number | null;
  outcome: 'answered' | 'cancelled' | 'failed';
  attempts_json: string;
}

interface SpoolPositionsTable {
  trunk_server: TrunkServerId;
  file: number;
  byte_offset: number;
}

interface SecretsTable {
  name: string;
  value: string;
  created_at: number;
}

export interface ApiKeysTable {
  id: ApiKeyId;
  /** null for an operator's. */
  account: AccountId | null;
  name: string;
  access: 'read' | 'failover' | 'write';
  /** SHA-256 in hex. */
  key_hash: string;
  created_by: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
}

/** What was answered to requests that must not be done twice. */
interface GivenAnswersTable {
  /** SHA-256 of who asked and the key that was sent, in hex. */
  id: string;
  /** Who asked. */
  asker: string;
  /** SHA-256 of what was asked, in hex. */
  request_hash: string;
  /** Sealed; null only within the transaction that does what was asked. */
  answer: string | null;
  /** The length of `answer`. */
  size: number;
  expires_at: number;
}

/** The trunk servers of every process, as their process wrote last. Not used where there is one process alone. */
export interface TrunkServersTable {
  id: TrunkServerId;
  /** Names the process; the same after a restart. */
  process: string;
  address: string;
  port: number;
  /** Where the trunk servers of other processes reach it. */
  hand_over_address: string;
  state: 'running' | 'starting' | 'down';
  reason: string | null;
  /** What it routes by. */
  revision: number | null;
  /** When its process wrote last, by the clock of that process. */
  beat_at: number;
  health_at: number | null;
  health_json: string | null;
  /** Its legs to failover numbers by account, for the cap that counts over all trunk servers. */
  number_legs_json: string;
}

/** What a trunk server would do with a call: asked by one process, answered by the one that runs it. */
interface PlanQuestionsTable {
  id: string;
  trunk_server: TrunkServerId;
  did: E164;
  asked_at: number;
  /** null until it is answered. */
  answer_json: string | null;
}

/** Append-only: triggers refuse every change and removal of a row. No foreign keys: it outlives what it tells of. */
export interface AuditEntriesTable {
  number: number;
  at: number;
  action: AuditAction;
  /** null: what was changed belongs to no account. */
  account: AccountId | null;
  /** As it was then. */
  account_name: string | null;
  to_account: AccountId | null;
  actor_kind: AuditActor['kind'];
  actor_id: string | null;
  actor_name: string | null;
  actor_account: AccountId | null;
  address: string | null;
  revision: number | null;
  undoes: number | null;
  change_count: number;
  /** AuditChanges: the first ones, each with its first ids. */
  brief_json: string;
  /** All of them; null where `brief_json` is all. */
  changes_json: string | null;
}

/** Which entries tell of a DID, a user and so on. Append-only, too. */
interface AuditTargetsTable {
  target: string;
  entry: number;
}

/** One row. Raising it is the last statement before the entry, so that entries are committed in their order. */
interface AuditCounterTable {
  id: 1;
  number: number;
}
