import { z } from 'zod';
import type { Changed } from '../../control/control-plane.ts';
import type { Credentials, ReplacedCredentials, TrunkServerView } from '../../control/views.ts';
import { changeFields, optionalTime, time, toChangeFields } from './common.ts';

export const credentials = z
  .strictObject({
    username: z.string(),
    password: z.string(),
    realm: z.string(),
    trunkServers: z
      .array(z.strictObject({ name: z.string(), address: z.string(), port: z.int() }))
      .meta({ description: 'Where the PBX registers: with each of them.' }),
  })
  .meta({ description: 'What to enter in the PBX. The password is shown only here.' });

/** What may be said of a new password, or nothing. */
export const newPasswordInput = z
  .strictObject({
    overlap: z.int().min(0).max(2_592_000).default(86_400).meta({
      description:
        'For how many seconds the old password is taken, too, up to 30 days. 0 ends it at once: right when it has become known to others.',
    }),
  })
  .nullish();

export const credentialsReplaced = z.strictObject({
  ...changeFields,
  credentials,
  oldPasswordUntil: time
    .nullable()
    .meta({ description: 'Until when the old password is taken, too; null: it is refused already.' }),
});

export function toCredentials(
  { username, password, realm }: Credentials,
  trunkServers: readonly TrunkServerView[],
): z.output<typeof credentials> {
  return {
    username,
    password,
    realm,
    trunkServers: trunkServers.map(({ id, address, port }) => ({ name: id, address, port })),
  };
}

export function toCredentialsReplaced(
  change: Changed<ReplacedCredentials>,
  trunkServers: readonly TrunkServerView[],
): z.output<typeof credentialsReplaced> {
  return {
    ...toChangeFields(change),
    credentials: toCredentials(change.value, trunkServers),
    oldPasswordUntil: optionalTime(change.value.oldPasswordUntil),
  };
}
