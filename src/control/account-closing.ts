import { ok } from '../base/result.ts';
import type { AccountId } from '../domain/ids.ts';
import { accountChanges, didChanges, trunkGroupChanges } from './audit/differences.ts';
import { type ControlContext, change } from './context.ts';
import type { ChangeAnswer } from './control-plane.ts';
import { conflict, notFound, refused } from './refusals.ts';

export interface ClosedAccount {
  readonly id: AccountId;
  readonly name: string;
  /** How many DIDs are free again. */
  readonly dids: number;
  readonly trunkGroups: number;
  /** How many people cannot log in any more. */
  readonly users: number;
}

/**
 * Takes an account away for good, with its DIDs, trunk groups, bindings, keys and people. Its call records and the audit log
 * stay. It must be suspended, which can be taken back, and named: so neither a wrong id nor a wrong line of a program does it.
 */
export async function closeAccount(
  context: ControlContext,
  id: AccountId,
  name: string,
): ChangeAnswer<ClosedAccount> {
  return await change(context, async (tables) => {
    const stored = await tables.accounts.get(id);
    if (stored === undefined) return notFound('account', id);
    const { account } = stored;
    if (name.trim() !== account.name) {
      return refused(
        'name',
        `The account ${id} has another name. Give its name as it is, so that no other is closed.`,
      );
    }
    if (!account.suspended) {
      return conflict(
        'suspended',
        'The account is in service. Suspend it first, which can be taken back; closing cannot.',
      );
    }
    const dids = await tables.dids.ofAccount(id);
    const trunkGroups = await tables.trunkGroups.ofAccounts([id]);
    const users = await tables.users.countOf(id);
    await tables.failover.deleteOfAccount(id);
    await tables.dids.deleteOfAccount(id);
    await tables.bindings.deleteOf(trunkGroups.map((group) => group.id));
    for (const group of trunkGroups) await tables.trunkGroups.delete(group.id);
    await tables.accounts.delete(id);
    return ok({
      value: { id, name: account.name, dids: dids.length, trunkGroups: trunkGroups.length, users },
      changes: [
        ...dids.map(({ number }) => ({ kind: 'didRemoved', number }) as const),
        ...trunkGroups.map((group) => ({ kind: 'trunkGroupRemoved', id: group.id }) as const),
        { kind: 'accountRemoved', id } as const,
      ],
      audit: [
        {
          action: 'accountClosed',
          account: id,
          accountName: account.name,
          changes: [
            ...accountChanges({ before: account, after: undefined }),
            ...trunkGroups.flatMap((before) => trunkGroupChanges({ before, after: undefined })),
            ...didChanges(dids.map((before) => ({ before, after: undefined }))),
          ],
        },
      ],
    });
  });
}
