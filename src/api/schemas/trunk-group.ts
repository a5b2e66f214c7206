import { z } from 'zod';
import { credentials } from './account.ts';
import { accountIdText, changeFields, trunkGroupIdText } from './common.ts';

export const trunkGroupParams = z.strictObject({ id: accountIdText, trunkGroup: trunkGroupIdText });

export const trunkGroupInput = z.strictObject({
  name: z.string().trim().min(1).max(200).meta({ description: 'Unique in the account.' }),
});

const trunkGroup = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    username: z.string().meta({ description: 'The SIP user name of the PBX.' }),
  })
  .meta({ id: 'TrunkGroup' });

export const trunkGroupList = z.strictObject({ entries: z.array(trunkGroup) });
export const trunkGroupChanged = z.strictObject({ ...changeFields, trunkGroup });
export const trunkGroupCreated = z.strictObject({ ...changeFields, trunkGroup, credentials });
export const trunkGroupRemoved = z.strictObject({ ...changeFields, removed: z.string() });
