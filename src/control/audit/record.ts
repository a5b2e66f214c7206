import { assertNever } from '../../base/assert-never.ts';
import type { AuditActor, AuditRecord } from '../../domain/audit.ts';
import type { AccountId } from '../../domain/ids.ts';
import type { Repositories } from '../../store/store.ts';
import type { Asker } from '../asker.ts';

/** Who did it, and from where. */
export interface Author {
  readonly actor: AuditActor;
  readonly address?: string | undefined;
}

/**
 * Writes into the audit log what the transaction did, so that neither exists without the other. The last thing in the
 * transaction.
 */
export async function record(
  tables: Repositories,
  { actor, address }: Author,
  at: number,
  records: readonly AuditRecord[],
  revision?: number,
): Promise<void> {
  if (records.length === 0) return;
  const unnamed = records.flatMap(({ account, accountName }) =>
    account === undefined || accountName !== undefined ? [] : [account],
  );
  const names = new Map(
    (await tables.accounts.getMany(unnamed)).map(({ account }) => [account.id, account.name]),
  );
  await tables.auditLog.add(
    records.map((one) => {
      const accountName = one.account === undefined ? undefined : names.get(one.account);
      return {
        ...(accountName === undefined ? {} : { accountName }),
        ...one,
        at,
        actor,
        ...(address === undefined ? {} : { address }),
        ...(revision === undefined ? {} : { revision }),
      };
    }),
  );
}

export function authorOf(asker: Asker): Author {
  return { actor: actorOf(asker), address: asker.address };
}

function actorOf({ by, scope }: Asker): AuditActor {
  const account = whose(scope.kind === 'account' ? scope.account : undefined);
  switch (by.kind) {
    case 'operatorKey':
    case 'service':
      return { kind: by.kind };
    case 'apiKey':
      return { kind: 'apiKey', id: by.id, name: by.name, ...account };
    case 'login':
      return { kind: 'login', id: by.user, name: by.email, ...account };
    default:
      return assertNever(by);
  }
}

/** Whose things are changed, in a record: an account's, or the operators' own. */
export function whose(account: AccountId | undefined): Pick<AuditRecord, 'account'> {
  return account === undefined ? {} : { account };
}
