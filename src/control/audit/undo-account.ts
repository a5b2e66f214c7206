import { err, ok, type Result } from '../../base/result.ts';
import type { Account } from '../../domain/account.ts';
import type { AuditChange } from '../../domain/audit.ts';
import { accountId } from '../../domain/ids.ts';
import type { Repositories } from '../../store/store.ts';
import type { ControlContext } from '../context.ts';
import type { ControlError } from '../errors.ts';
import { FailoverReading, misplacedAmong } from '../failover-reading.ts';
import { failoverValue, withFailover } from '../failover-values.ts';
import { readDelivery, readName } from '../input.ts';
import { refused } from '../refusals.ts';
import { accountChanges } from './differences.ts';
import { drift, isGone } from './drift.ts';
import { NOTHING_BACK, type PutBack } from './put-back.ts';
import { accountState } from './states.ts';

type AccountChange = Extract<AuditChange, { what: 'account' }>;

/** What the change made different in an account, as it was before. */
export async function undoAccount(
  context: ControlContext,
  tables: Repositories,
  { ids: [id = ''], before, after }: AccountChange,
  revision: number,
): Promise<Result<PutBack, ControlError>> {
  if (before === null || after === null) return ok(NOTHING_BACK);
  const stored = await tables.accounts.get(accountId(id));
  if (stored === undefined) return err({ kind: 'conflict', problems: [isGone(id, `The account ${id}`)] });
  const present = stored.account;
  const problems = drift('account', present.name, after, accountState(present));
  if (problems.length > 0) return err({ kind: 'conflict', problems });
  const name = readName(before.name ?? present.name, 'account.name');
  if (!name.ok) return name;
  const { triggers, noResponse, noProgress, ring, noAnswerFailover, sharedRegistrations, legCap } = before;
  const timings = { noResponse, noProgress, ring };
  const input = { triggers, timings, noAnswerFailover, sharedRegistrations, legCap };
  const delivery = readDelivery(input, present.delivery);
  if (!delivery.ok) return delivery;
  let account: Account = {
    ...present,
    name: name.value,
    suspended: before.suspended ?? present.suspended,
    didFormat: before.didFormat ?? present.didFormat,
    delivery: delivery.value,
  };
  await tables.accounts.update(account, revision);
  if (before.failover === null) {
    await tables.failover.deleteForAccount(account.id);
    account = withFailover(account, undefined);
  } else if (before.failover !== undefined) {
    const { number } = before.failover;
    const reading = await FailoverReading.of(context, tables, number === undefined ? [] : [number]);
    const failover = reading.settings(failoverValue(before.failover) ?? {}, 'account.failover.');
    if (!failover.ok) return failover;
    const trunkGroups = await tables.trunkGroups.ofAccounts([account.id]);
    const misplaced = misplacedAmong(trunkGroups, failover.value, undefined);
    if (misplaced !== undefined) return refused('account.failover.backup', misplaced);
    await tables.failover.putForAccount(account.id, failover.value, revision);
    account = withFailover(account, failover.value);
  }
  return ok({
    changes: [{ kind: 'account', account }],
    audit: accountChanges({ before: present, after: account }),
    warnings: [],
  });
}
