import type { Clock } from '../base/clock.ts';
import { ok, type Result } from '../base/result.ts';
import type { TrunkGroup } from '../domain/account.ts';
import type { AuditRecord } from '../domain/audit.ts';
import type { TrunkGroupId } from '../domain/ids.ts';
import type { RoutingChange } from '../link/routing.ts';
import { type ControlContext, change } from './context.ts';
import type { ControlError } from './errors.ts';
import { refused } from './refusals.ts';
import type { TrunkGroupView } from './views.ts';

const DAY = 86_400;
/** In seconds: time to enter the new password in a PBX. */
const DEFAULT_OVERLAP = DAY;
const LONGEST_OVERLAP = 30 * DAY;

/** So many are taken out with one change. */
const BATCH = 500;

/** How long the old password stays valid, in ms. */
export function readOverlap(overlap: number = DEFAULT_OVERLAP): Result<number, ControlError> {
  if (Number.isInteger(overlap) && overlap >= 0 && overlap <= LONGEST_OVERLAP) return ok(overlap * 1_000);
  return refused(
    'overlap',
    `The overlap is ${overlap}. Give whole seconds from 0, which ends the old password at once, to ${LONGEST_OVERLAP}, which is 30 days.`,
  );
}

/** `lastUsed`: when a PBX last registered with the old password. */
export function trunkGroupView(
  { id, name, username, oldHa1 }: TrunkGroup,
  now: number,
  lastUsed?: number,
): TrunkGroupView {
  const valid = oldHa1 !== undefined && oldHa1.until > now;
  return {
    id,
    name,
    username,
    oldPasswordUntil: valid ? oldHa1.until : undefined,
    oldPasswordLastUsed: valid ? lastUsed : undefined,
  };
}

/**
 * Forgets the old passwords whose time is over, here and at the trunk servers. These do not take them any more from the very
 * moment; this is so that nobody keeps them.
 */
export async function forgetOldPasswords(
  context: ControlContext,
  clock: Clock,
): Promise<Result<void, ControlError>> {
  for (;;) {
    const now = Math.floor(clock.now());
    const expired = await context.store.read((tables) => tables.trunkGroups.withExpiredPassword(now, 1));
    if (!expired.ok) return expired;
    if (expired.value.length === 0) return ok(undefined);
    const done = await change(context, async (tables, revision) => {
      const changes: RoutingChange[] = [];
      const audit: AuditRecord[] = [];
      for (const trunkGroup of await tables.trunkGroups.withExpiredPassword(now, BATCH)) {
        const { oldHa1: _, ...kept } = trunkGroup;
        await tables.trunkGroups.setHa1(kept, revision);
        changes.push({ kind: 'trunkGroup', trunkGroup: kept });
        audit.push(ended(trunkGroup));
      }
      return ok({ value: undefined, changes, audit });
    });
    if (!done.ok) return done;
  }
}

function ended({ id, account, name, oldHa1 }: TrunkGroup): AuditRecord {
  const before = { oldPasswordUntil: oldHa1?.until ?? null };
  const after = { oldPasswordUntil: null };
  const changes = [{ what: 'trunkGroup', ids: [id], count: 1, name, before, after } as const];
  return { action: 'oldSipPasswordEnded', account, changes };
}

/** What is said where a second new password comes before the first one's overlap is over. */
export function endsEarlier(id: TrunkGroupId, until: number) {
  const message = `The password before the one that ends now was to be valid until ${new Date(until).toISOString()}. It is refused from now on, for ${id} can have one old password only: see that its PBX does not use it any more.`;
  return { field: 'overlap', message };
}
