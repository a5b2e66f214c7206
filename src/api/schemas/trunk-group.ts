import { z } from 'zod';
import type { TrunkGroupView } from '../../control/views.ts';
import { accountIdText, changeFields, optionalTime, time, trunkGroupIdText } from './common.ts';
import { credentials } from './credentials.ts';

export const trunkGroupParams = z.strictObject({ id: accountIdText, trunkGroup: trunkGroupIdText });

export const ownTrunkGroupParams = z.strictObject({ trunkGroup: trunkGroupIdText });

export const trunkGroupInput = z.strictObject({
  name: z.string().trim().min(1).max(200).meta({ description: 'Unique in the account.' }),
});

export const trunkGroup = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    username: z.string().meta({ description: 'The SIP user name of the PBX.' }),
    oldPasswordUntil: time.nullable().meta({
      description: 'After a new password was made: until when the old one is taken, too. Else null.',
    }),
    oldPasswordLastUsed: time.nullable().meta({
      description:
        'When the PBX last registered with the old password; null where it has not since the new one was made. Enter the new one before `oldPasswordUntil`.',
    }),
  })
  .meta({ id: 'TrunkGroup' });

export const trunkGroupList = z.strictObject({ entries: z.array(trunkGroup) });
export const trunkGroupChanged = z.strictObject({ ...changeFields, trunkGroup });
export const trunkGroupCreated = z.strictObject({ ...changeFields, trunkGroup, credentials });
export const trunkGroupRemoved = z.strictObject({ ...changeFields, removed: z.string() });

export function toTrunkGroup(view: TrunkGroupView): z.output<typeof trunkGroup> {
  return {
    id: view.id,
    name: view.name,
    username: view.username,
    oldPasswordUntil: optionalTime(view.oldPasswordUntil),
    oldPasswordLastUsed: optionalTime(view.oldPasswordLastUsed),
  };
}
