import type { Clock } from '../base/clock.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { AddressPolicy } from '../domain/address-policy.ts';
import type { AuditRecord } from '../domain/audit.ts';
import type { DeliverySettings } from '../domain/delivery-settings.ts';
import type { NumberPolicy } from '../domain/number-policy.ts';
import type { RoutingChange, RoutingPolicy } from '../link/routing.ts';
import type { Repositories } from '../store/store.ts';
import type { Transactions } from '../store/transactions.ts';
import type { Asker } from './asker.ts';
import { authorOf, record } from './audit/record.ts';
import type { Changed } from './control-plane.ts';
import type { Edges } from './edges.ts';
import type { IfMatch } from './edit-tags.ts';
import type { ControlError, Problem } from './errors.ts';
import type { KeyUses } from './key-uses.ts';
import type { Logins } from './logins/logins.ts';
import type { ServiceAbout } from './views.ts';

/** What every command and query works with. */
export interface ControlContext {
  readonly store: Transactions;
  readonly asker: Asker;
  /** On what the change that is asked for depends. */
  readonly ifMatch?: IfMatch | undefined;
  readonly clock: Clock;
  /** The requests that must not be done twice and are being done, by id. */
  readonly underWay: Set<string>;
  readonly keyUses: KeyUses;
  readonly logins: Logins;
  readonly edges: Edges;
  readonly realm: string;
  readonly numberPolicy: NumberPolicy;
  /** The same with all else that the operator allows. */
  readonly policy: RoutingPolicy;
  readonly about: ServiceAbout;
  /** When the process started. */
  readonly startedAt: number;
  readonly addressPolicy: AddressPolicy;
  /** How calls of a new account are delivered. */
  readonly newAccountDelivery: DeliverySettings;
}

/** What a command did within its transaction. */
export interface Change<T> {
  readonly value: T;
  /** The rows of the routing table that are different now. */
  readonly changes: readonly RoutingChange[];
  /** What the audit log says of it: one record, or one for each account where several are concerned. */
  readonly audit: readonly AuditRecord[];
  readonly warnings?: readonly Problem[];
}

/** How many revisions, and characters of changes, a reader may be behind and still catch up without a snapshot. */
const KEPT_CHANGES = 1_000;
const KEPT_SIZE = 32 * 1024 * 1024;
/** Changes of this size are rare; after others it is enough to look now and then. */
const LARGE = 100_000;

/**
 * Makes one change: in one transaction with its record in the audit log, as one revision, which is on its way to the
 * trunk servers afterwards.
 */
export async function change<T>(
  context: ControlContext,
  command: (tables: Repositories, revision: number, now: number) => Promise<Result<Change<T>, ControlError>>,
  needs: 'failover' | 'write' = 'write',
): Promise<Result<Changed<T>, ControlError>> {
  const allowed = refuseReader(context, needs);
  if (!allowed.ok) return allowed;
  const now = Math.floor(context.clock.now());
  const done = await context.store.writeChange<{ revision: number; done: Change<T> }, ControlError>(
    async (tables) => {
      const revision = await tables.revisions.next();
      const result = await command(tables, revision, now);
      if (!result.ok) return result;
      const changesJson = JSON.stringify(result.value.changes);
      await tables.revisions.insert(revision, now, changesJson);
      if (revision % 100 === 0 || changesJson.length > LARGE) {
        await tables.revisions.forgetOldChanges(KEPT_CHANGES, KEPT_SIZE);
      }
      await record(tables, authorOf(context.asker), now, result.value.audit, revision);
      return ok({ revision, done: result.value });
    },
  );
  if (!done.ok) return done;
  const { revision, done: made } = done.value;
  const { scope } = context.asker;
  context.store.whenKept(() => {
    context.edges.published(revision, made.changes);
    context.edges.live.tell('settings', scope.kind === 'account' ? scope.account : undefined);
  });
  const { value, warnings } = made;
  return ok(warnings === undefined ? { revision, value } : { revision, value, warnings });
}

/** What an asker is told whose access is `failover`. */
export const ONLY_FAILOVER =
  'This key may change failover settings and read what belongs to them, but nothing else. Ask with one that may write.';

/** Who may only read changes nothing. Every change asks this first. */
export function refuseReader(
  { asker: { access } }: Pick<ControlContext, 'asker'>,
  needs: 'failover' | 'write' = 'write',
): Result<void, ControlError> {
  if (access === 'write' || access === needs) return ok(undefined);
  if (access === 'failover') return err({ kind: 'forbidden', message: ONLY_FAILOVER });
  const message =
    'This key or login may only read. Ask with one that may write, or have it made by an owner.';
  return err({ kind: 'forbidden', message });
}
