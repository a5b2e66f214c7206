import type { Result } from '../base/result.ts';
import type { AccountId, ApiKeyId, CallId, GatewayId, TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { GatewayPlace } from '../store/gateways.ts';
import type { ClosedAccount } from './account-closing.ts';
import type { Asker } from './asker.ts';
import type { AuditEntryView, AuditFilter } from './audit/queries.ts';
import type { Undone } from './audit/undo.ts';
import type { IfMatch } from './edit-tags.ts';
import type { ControlError, Problem } from './errors.ts';
import type { LiveTopic } from './live-events.ts';
import type { Logins } from './logins/logins.ts';
import type { Giving, Once, RepeatableRequest } from './once.ts';
import type {
  AccountChange,
  AccountView,
  ApiKeyView,
  CallFilter,
  CallView,
  CreatedAccount,
  CreatedApiKey,
  CreatedTrunkGroup,
  DidAdditionPreview,
  DidChange,
  DidFilter,
  DidImport,
  DidImportPreview,
  DidPage,
  DidPageRequest,
  DidsImported,
  DidView,
  EachFailover,
  EachFailoverChanged,
  ExportedDid,
  FailoverChanged,
  FailoverInput,
  FailoverOwner,
  FailoverView,
  GatewayChange,
  GatewayInput,
  GatewayView,
  ListedDid,
  MassFailover,
  MassFailoverChanged,
  MassFailoverPreview,
  NewAccount,
  NewApiKey,
  NewDids,
  Page,
  PageRequest,
  PlanView,
  PolicyView,
  RegistrationView,
  ReplacedCredentials,
  RevisionView,
  Scope,
  ServiceView,
  TrunkGroupView,
  TrunkServerView,
} from './views.ts';

/** The answer to a change: what it made, and the revision that carries it to the trunk servers. */
export interface Changed<T> {
  readonly revision: number;
  readonly value: T;
  /** What was done all the same but deserves a look, such as a new DID that a failover number points to. */
  readonly warnings?: readonly Problem[];
}

export type Answer<T> = Promise<Result<T, ControlError>>;
export type ChangeAnswer<T> = Promise<Result<Changed<T>, ControlError>>;

/**
 * Everything that the API and the CLI can ask for. Commands take what people typed and check it; a change is
 * one transaction, raises the revision by one, and is on its way to every trunk server when it returns.
 * Nothing here rejects: what can go wrong comes back as a ControlError.
 */
export interface ControlPlane {
  /**
   * The same for one asker: what is refused and recorded depends on who asks. `ifMatch`: changes are made where what is
   * there fits it.
   */
  as(asker: Asker, ifMatch?: IfMatch): ControlPlane;

  /**
   * Does what must not be done twice, and keeps the answer for a day; or gives the one that was given before. `give` asks
   * the control plane that it gets, and no other: all of it is one transaction.
   */
  once(request: RepeatableRequest, give: (asking: ControlPlane) => Promise<Giving | undefined>): Answer<Once>;

  /** People who log in. */
  readonly logins: Logins;

  /** A number of North America without its country code, where that is home, so that it is understood so; else undefined. */
  readonly tenDigits: (number: E164) => string | undefined;

  /** Who holds this key, the operator's or an API key; undefined where it opens nothing. */
  holderOf(key: string): Answer<Asker | undefined>;

  /** `owner` undefined: the operators' own. */
  createApiKey(owner: AccountId | undefined, input: NewApiKey): Answer<CreatedApiKey>;
  apiKeys(owner: AccountId | undefined, page: PageRequest<ApiKeyId>): Answer<Page<ApiKeyView, ApiKeyId>>;
  revokeApiKey(owner: AccountId | undefined, id: ApiKeyId): Answer<ApiKeyView>;

  createAccount(input: NewAccount): ChangeAnswer<CreatedAccount>;
  /** By id. */
  accounts(page: PageRequest<AccountId>): Answer<Page<AccountView, AccountId>>;
  account(id: AccountId): Answer<AccountView>;
  changeAccount(id: AccountId, change: AccountChange): ChangeAnswer<AccountView>;
  /** For good, with everything but its call records and audit log. Refused unless it is suspended; `name` confirms it. */
  closeAccount(id: AccountId, name: string): ChangeAnswer<ClosedAccount>;
  /**
   * Makes a new SIP password for a trunk group, the account's first where none is named. The old one is taken, too, for
   * `overlap` seconds (a day where none is given); bindings stay until they expire.
   */
  replaceCredentials(
    id: AccountId,
    trunkGroup?: TrunkGroupId,
    overlap?: number,
  ): ChangeAnswer<ReplacedCredentials>;

  trunkGroups(account: AccountId): Answer<readonly TrunkGroupView[]>;
  trunkGroup(account: AccountId, id: TrunkGroupId): Answer<TrunkGroupView>;
  createTrunkGroup(account: AccountId, name: string): ChangeAnswer<CreatedTrunkGroup>;
  renameTrunkGroup(account: AccountId, id: TrunkGroupId, name: string): ChangeAnswer<TrunkGroupView>;
  /** Refused while a DID or a backup needs it, and for the account's last. */
  removeTrunkGroup(account: AccountId, id: TrunkGroupId): ChangeAnswer<{ readonly removed: TrunkGroupId }>;

  /** All or nothing. A DID that exists already, on whatever account, is a conflict. */
  addDids(account: AccountId, input: NewDids): ChangeAnswer<readonly DidView[]>;
  /** What `addDids` would add, and every number that it would refuse. */
  previewAdditions(account: AccountId, input: NewDids): Answer<DidAdditionPreview>;
  removeDid(account: AccountId, number: string): ChangeAnswer<{ readonly removed: number }>;
  /** All or nothing. */
  removeDids(account: AccountId, numbers: readonly string[]): ChangeAnswer<{ readonly removed: number }>;
  /** All or nothing. A DID that goes to another account leaves its failover settings behind. */
  moveDids(
    account: AccountId,
    numbers: readonly string[],
    to: { readonly account?: AccountId; readonly trunkGroup?: TrunkGroupId },
  ): ChangeAnswer<readonly DidView[]>;
  /** By number. */
  dids(scope: Scope, filter: DidFilter, page: DidPageRequest): Answer<DidPage>;
  did(scope: Scope, number: string): Answer<ListedDid>;
  /** Up to 10,000 lines; all or nothing, with everything refused named by line and column. */
  importDids(scope: Scope, input: DidImport): ChangeAnswer<DidsImported>;
  /** What `importDids` would change, and every line that it would refuse. */
  previewImport(scope: Scope, input: DidImport): Answer<DidImportPreview>;
  /** 1,000 DIDs of a file, by number, those behind `after`. */
  exportDids(scope: Scope, filter: DidFilter, after: E164 | undefined): Answer<Page<ExportedDid, E164>>;
  changeDid(scope: Scope, number: string, change: DidChange): ChangeAnswer<DidView>;

  failover(scope: Scope, owner: FailoverOwner): Answer<FailoverView>;
  /** Replaces all of it. */
  putFailover(scope: Scope, owner: FailoverOwner, input: FailoverInput): ChangeAnswer<FailoverChanged>;
  deleteFailover(scope: Scope, owner: FailoverOwner): ChangeAnswer<FailoverChanged>;
  /** Up to 10,000 DIDs; all or nothing, with every refused DID named as `dids[index]`. */
  massFailover(scope: Scope, input: MassFailover): ChangeAnswer<MassFailoverChanged>;
  /** Up to 10,000 DIDs, to each its own; all or nothing, with everything refused named as `changes[index]…`. */
  eachFailover(scope: Scope, input: EachFailover): ChangeAnswer<EachFailoverChanged>;
  /** What `massFailover` would change, or why it would be refused. */
  previewMassFailover(scope: Scope, input: MassFailover): Answer<MassFailoverPreview>;

  /** In the order in which they are tried. */
  gateways(page: PageRequest<GatewayPlace>): Answer<Page<GatewayView, GatewayPlace>>;
  gateway(id: GatewayId): Answer<GatewayView>;
  createGateway(input: GatewayInput): ChangeAnswer<GatewayView>;
  changeGateway(id: GatewayId, change: GatewayChange): ChangeAnswer<GatewayView>;
  removeGateway(id: GatewayId): ChangeAnswer<{ readonly removed: GatewayId }>;

  /** One entry for each trunk group, by id, also for those that have no binding at all. */
  registrations(scope: Scope, page: PageRequest<TrunkGroupId>): Answer<Page<RegistrationView, TrunkGroupId>>;
  /** What each trunk server would do with a call for the DID now. Takes 1 s at most. */
  plan(scope: Scope, number: string): Answer<PlanView>;
  /** Newest first. A call that was handed over is one entry, that of the trunk server that took it first. */
  calls(scope: Scope, filter: CallFilter, page: PageRequest<string>): Answer<Page<CallView, string>>;
  /** How many calls `calls` has; beyond `most` they are not counted. */
  countCalls(scope: Scope, filter: CallFilter, most: number): Answer<number>;
  call(scope: Scope, id: CallId): Answer<CallView>;
  /** The audit log, newest first; of large entries the first changes only. The key of a page is the number of an entry. */
  audit(scope: Scope, filter: AuditFilter, page: PageRequest<number>): Answer<Page<AuditEntryView, number>>;
  auditEntry(scope: Scope, number: number): Answer<AuditEntryView>;
  /** Puts back what was before an entry of the audit log, all of it or nothing. */
  undo(scope: Scope, number: number): ChangeAnswer<Undone>;
  trunkServers(): Answer<readonly TrunkServerView[]>;
  /** How the process is that answers. */
  service(): Answer<ServiceView>;
  policy(): Answer<PolicyView>;
  /** Forgets a trunk server that is away for good, and what was registered there. */
  removeTrunkServer(id: TrunkServerId): Answer<{ readonly removed: TrunkServerId }>;
  revision(revision: number): Answer<RevisionView>;
  /** Tells what may have changed for the scope from now on. Returns what ends it; undefined where too many listen. */
  hear(scope: Scope, tell: (topics: readonly LiveTopic[]) => void): (() => void) | undefined;
}
