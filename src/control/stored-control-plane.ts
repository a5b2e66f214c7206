import { ok } from '../base/result.ts';
import { tenDigitsAt } from '../domain/did-format.ts';
import type { AccountId, ApiKeyId, CallId, GatewayId, TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { GatewayPlace } from '../store/gateways.ts';
import { type ClosedAccount, closeAccount } from './account-closing.ts';
import { changeAccount, createAccount, getAccount, listAccounts } from './account-commands.ts';
import { createApiKey, holderOf, listApiKeys, revokeApiKey } from './api-keys.ts';
import { type Asker, THE_OPERATOR } from './asker.ts';
import { type AuditEntryView, type AuditFilter, getAudit, listAudit } from './audit/queries.ts';
import { type Undone, undoEntry } from './audit/undo.ts';
import { countCalls, getCall, listCalls } from './call-queries.ts';
import type { ControlContext } from './context.ts';
import type { Answer, ChangeAnswer, ControlPlane } from './control-plane.ts';
import { addDids, previewAdditions } from './did-additions.ts';
import { changeDid, moveDids, removeDid, removeDids } from './did-commands.ts';
import { exportDids } from './did-export.ts';
import { importDids, previewImport } from './did-import.ts';
import { getDid, listDids } from './did-queries.ts';
import { eachFailover } from './each-failover.ts';
import type { IfMatch } from './edit-tags.ts';
import { deleteFailover, getFailover, putFailover } from './failover-commands.ts';
import { changeGateway, createGateway, getGateway, listGateways, removeGateway } from './gateway-commands.ts';
import type { LiveTopic } from './live-events.ts';
import type { Logins } from './logins/logins.ts';
import { massFailover, previewMassFailover } from './mass-failover.ts';
import { type Giving, type Once, once, type RepeatableRequest } from './once.ts';
import { listRegistrations } from './registrations.ts';
import type { OperatorKey } from './secrets.ts';
import { policyOf, serviceOf } from './service-queries.ts';
import {
  createTrunkGroup,
  getTrunkGroup,
  listTrunkGroups,
  removeTrunkGroup,
  renameTrunkGroup,
  replaceCredentials,
} from './trunk-group-commands.ts';
import { getRevision, planOf, removeTrunkServer } from './trunk-server-queries.ts';
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

/** The control plane over a store and the trunk servers of this process. */
export class StoredControlPlane implements ControlPlane {
  readonly #context: ControlContext;
  readonly #operatorKey: OperatorKey;

  constructor(context: ControlContext, operatorKey: OperatorKey) {
    this.#context = context;
    this.#operatorKey = operatorKey;
  }

  readonly tenDigits = (number: E164): string | undefined =>
    tenDigitsAt(this.#context.numberPolicy.homeCountry, number);

  get logins(): Logins {
    return this.#context.logins;
  }

  as(asker: Asker, ifMatch?: IfMatch): ControlPlane {
    return new StoredControlPlane({ ...this.#context, asker, ifMatch }, this.#operatorKey);
  }

  once(
    request: RepeatableRequest,
    give: (asking: ControlPlane) => Promise<Giving | undefined>,
  ): Answer<Once> {
    return once(this.#context, request, (context) =>
      give(new StoredControlPlane(context, this.#operatorKey)),
    );
  }

  async holderOf(key: string): Answer<Asker | undefined> {
    return this.#operatorKey.is(key) ? ok(THE_OPERATOR) : await holderOf(this.#context, key);
  }

  createApiKey(owner: AccountId | undefined, input: NewApiKey): Answer<CreatedApiKey> {
    return createApiKey(this.#context, owner, input);
  }

  apiKeys(owner: AccountId | undefined, page: PageRequest<ApiKeyId>): Answer<Page<ApiKeyView, ApiKeyId>> {
    return listApiKeys(this.#context, owner, page);
  }

  revokeApiKey(owner: AccountId | undefined, id: ApiKeyId): Answer<ApiKeyView> {
    return revokeApiKey(this.#context, owner, id);
  }

  createAccount(input: NewAccount): ChangeAnswer<CreatedAccount> {
    return createAccount(this.#context, input);
  }

  accounts(page: PageRequest<AccountId>): Answer<Page<AccountView, AccountId>> {
    return listAccounts(this.#context, page);
  }

  account(id: AccountId): Answer<AccountView> {
    return getAccount(this.#context, id);
  }

  changeAccount(id: AccountId, input: AccountChange): ChangeAnswer<AccountView> {
    return changeAccount(this.#context, id, input);
  }

  closeAccount(id: AccountId, name: string): ChangeAnswer<ClosedAccount> {
    return closeAccount(this.#context, id, name);
  }

  replaceCredentials(
    id: AccountId,
    trunkGroup?: TrunkGroupId,
    overlap?: number,
  ): ChangeAnswer<ReplacedCredentials> {
    return replaceCredentials(this.#context, id, trunkGroup, overlap);
  }

  trunkGroups(account: AccountId): Answer<readonly TrunkGroupView[]> {
    return listTrunkGroups(this.#context, account);
  }

  trunkGroup(account: AccountId, id: TrunkGroupId): Answer<TrunkGroupView> {
    return getTrunkGroup(this.#context, account, id);
  }

  createTrunkGroup(account: AccountId, name: string): ChangeAnswer<CreatedTrunkGroup> {
    return createTrunkGroup(this.#context, account, name);
  }

  renameTrunkGroup(account: AccountId, id: TrunkGroupId, name: string): ChangeAnswer<TrunkGroupView> {
    return renameTrunkGroup(this.#context, account, id, name);
  }

  removeTrunkGroup(account: AccountId, id: TrunkGroupId): ChangeAnswer<{ readonly removed: TrunkGroupId }> {
    return removeTrunkGroup(this.#context, account, id);
  }

  addDids(account: AccountId, input: NewDids): ChangeAnswer<readonly DidView[]> {
    return addDids(this.#context, account, input);
  }

  previewAdditions(account: AccountId, input: NewDids): Answer<DidAdditionPreview> {
    return previewAdditions(this.#context, account, input);
  }

  removeDid(account: AccountId, number: string): ChangeAnswer<{ readonly removed: number }> {
    return removeDid(this.#context, account, number);
  }

  removeDids(account: AccountId, numbers: readonly string[]): ChangeAnswer<{ readonly removed: number }> {
    return removeDids(this.#context, account, numbers);
  }

  moveDids(
    account: AccountId,
    numbers: readonly string[],
    to: { readonly account?: AccountId; readonly trunkGroup?: TrunkGroupId },
  ): ChangeAnswer<readonly DidView[]> {
    return moveDids(this.#context, account, numbers, to);
  }

  dids(scope: Scope, filter: DidFilter, page: DidPageRequest): Answer<DidPage> {
    return listDids(this.#context, scope, filter, page);
  }

  did(scope: Scope, number: string): Answer<ListedDid> {
    return getDid(this.#context, scope, number);
  }

  importDids(scope: Scope, input: DidImport): ChangeAnswer<DidsImported> {
    return importDids(this.#context, scope, input);
  }

  previewImport(scope: Scope, input: DidImport): Answer<DidImportPreview> {
    return previewImport(this.#context, scope, input);
  }

  exportDids(scope: Scope, filter: DidFilter, after: E164 | undefined): Answer<Page<ExportedDid, E164>> {
    return exportDids(this.#context, scope, filter, after);
  }

  changeDid(scope: Scope, number: string, input: DidChange): ChangeAnswer<DidView> {
    return changeDid(this.#context, scope, number, input);
  }

  failover(scope: Scope, owner: FailoverOwner): Answer<FailoverView> {
    return getFailover(this.#context, scope, owner);
  }

  putFailover(scope: Scope, owner: FailoverOwner, input: FailoverInput): ChangeAnswer<FailoverChanged> {
    return putFailover(this.#context, scope, owner, input);
  }

  deleteFailover(scope: Scope, owner: FailoverOwner): ChangeAnswer<FailoverChanged> {
    return deleteFailover(this.#context, scope, owner);
  }

  massFailover(scope: Scope, input: MassFailover): ChangeAnswer<MassFailoverChanged> {
    return massFailover(this.#context, scope, input);
  }

  eachFailover(scope: Scope, input: EachFailover): ChangeAnswer<EachFailoverChanged> {
    return eachFailover(this.#context, scope, input);
  }

  previewMassFailover(scope: Scope, input: MassFailover): Answer<MassFailoverPreview> {
    return previewMassFailover(this.#context, scope, input);
  }

  gateways(page: PageRequest<GatewayPlace>): Answer<Page<GatewayView, GatewayPlace>> {
    return listGateways(this.#context, page);
  }

  gateway(id: GatewayId): Answer<GatewayView> {
    return getGateway(this.#context, id);
  }

  createGateway(input: GatewayInput): ChangeAnswer<GatewayView> {
    return createGateway(this.#context, input);
  }

  changeGateway(id: GatewayId, input: GatewayChange): ChangeAnswer<GatewayView> {
    return changeGateway(this.#context, id, input);
  }

  removeGateway(id: GatewayId): ChangeAnswer<{ readonly removed: GatewayId }> {
    return removeGateway(this.#context, id);
  }

  registrations(scope: Scope, page: PageRequest<TrunkGroupId>): Answer<Page<RegistrationView, TrunkGroupId>> {
    return listRegistrations(this.#context, scope, page);
  }

  plan(scope: Scope, number: string): Answer<PlanView> {
    return planOf(this.#context, scope, number);
  }

  calls(scope: Scope, filter: CallFilter, page: PageRequest<string>): Answer<Page<CallView, string>> {
    return listCalls(this.#context, scope, filter, page);
  }

  countCalls(scope: Scope, filter: CallFilter, most: number): Answer<number> {
    return countCalls(this.#context, scope, filter, most);
  }

  call(scope: Scope, id: CallId): Answer<CallView> {
    return getCall(this.#context, scope, id);
  }

  audit(scope: Scope, filter: AuditFilter, page: PageRequest<number>): Answer<Page<AuditEntryView, number>> {
    return listAudit(this.#context, scope, filter, page);
  }

  auditEntry(scope: Scope, number: number): Answer<AuditEntryView> {
    return getAudit(this.#context, scope, number);
  }

  undo(scope: Scope, number: number): ChangeAnswer<Undone> {
    return undoEntry(this.#context, scope, number);
  }

  async trunkServers(): Answer<readonly TrunkServerView[]> {
    return ok(this.#context.edges.views());
  }

  service(): Answer<ServiceView> {
    return serviceOf(this.#context);
  }

  policy(): Answer<PolicyView> {
    return policyOf(this.#context);
  }

  removeTrunkServer(id: TrunkServerId): Answer<{ readonly removed: TrunkServerId }> {
    return removeTrunkServer(this.#context, id);
  }

  revision(revision: number): Answer<RevisionView> {
    return getRevision(this.#context, revision);
  }

  hear(scope: Scope, tell: (topics: readonly LiveTopic[]) => void): (() => void) | undefined {
    return this.#context.edges.live.hear(scope, tell);
  }
}
