import { z } from 'zod';
import type {
  DidFilter,
  FailoverInput,
  FailoverValue,
  FailoverView,
  MassFailoverPreview,
} from '../../control/views.ts';
import { accountId, trunkGroupId } from '../../domain/ids.ts';
import {
  accountIdText,
  changeFields,
  dryRun,
  e164,
  numberList,
  numberText,
  trunkGroupIdText,
} from './common.ts';

const backupInput = z
  .union([z.string().min(1).max(300), z.strictObject({ trunkGroup: trunkGroupIdText })], {
    error: 'must be an address such as "pbx2.example.com:5062", {"trunkGroup": id} or null',
  })
  .meta({
    description:
      'The backup PBX: `host[:port][;transport=udp|tcp|tls]`, or another trunk group of the account.',
    example: 'pbx2.example.com:5062',
  });

/** Both parts; null and absent mean the same: that part is not set. */
export const failoverInput = z
  .strictObject({
    number: numberText.nullable().optional().meta({ description: 'The phone number that is dialled last.' }),
    backup: backupInput.nullable().optional(),
  })
  .refine((input) => (input.number ?? undefined) !== undefined || (input.backup ?? undefined) !== undefined, {
    error: 'must set number, backup or both; to clear the failover settings, use DELETE',
  });

export const didFilterFields = {
  trunkGroup: trunkGroupIdText.optional(),
  search: z.string().min(1).max(40).optional().meta({
    description:
      'Digits of the number, with or without punctuation; with + before them, those that it begins with.',
    example: '512 555',
  }),
  failover: z.enum(['own', 'global', 'none']).optional().meta({
    description: "DIDs with failover settings of their own, with only their account's, or with none at all.",
  }),
};

/** Which DIDs. */
export const didFilter = z.strictObject({ ...didFilterFields, account: accountIdText.optional() });

export function toDidFilter(input: z.output<typeof didFilter>): DidFilter {
  const { account, trunkGroup, search, failover: of } = input;
  return {
    account: account === undefined ? undefined : accountId(account),
    trunkGroup: trunkGroup === undefined ? undefined : trunkGroupId(trunkGroup),
    search,
    failover: of,
  };
}

/** As `failoverInput`, where null clears. */
export const massFailoverInput = z
  .strictObject({
    dids: numberList
      .optional()
      .meta({ description: 'All or nothing: one refused DID and none is changed. Either this or `filter`.' }),
    filter: didFilter.optional().meta({
      description: 'Every DID that the list gives for this filter, 10,000 at most, instead of `dids`.',
    }),
    failover: failoverInput
      .nullable()
      .meta({ description: 'Replaces all of the failover settings of each DID; null clears them.' }),
    dryRun,
  })
  .refine((input) => (input.dids === undefined) !== (input.filter === undefined), {
    error: 'must have either dids or filter',
  });

/** As `massFailoverInput`, to each DID its own. */
export const eachFailoverInput = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        did: numberText,
        failover: failoverInput
          .nullable()
          .meta({ description: 'Replaces all of the failover settings of the DID; null clears them.' }),
      }),
    )
    .min(1)
    .max(10_000)
    .meta({ description: 'All or nothing; everything that is refused is named.' }),
});

/** What a mass operation would do, or finds. */
export function toMassPreview({
  changes,
  unchanged,
}: Pick<MassFailoverPreview, 'changes' | 'unchanged'>): z.output<typeof massFailoverPreview> {
  return {
    changes: changes.map(({ did, before, after }) => ({
      did,
      before: toFailover(before),
      after: toFailover(after),
    })),
    unchanged,
  };
}

export function toFailoverInput(input: z.output<typeof failoverInput>): FailoverInput {
  const backup = input.backup ?? undefined;
  return {
    number: input.number ?? undefined,
    backup: typeof backup === 'object' ? { trunkGroup: trunkGroupId(backup.trunkGroup) } : backup,
  };
}

const backup = z.union([z.string(), z.strictObject({ trunkGroup: z.string() })]);
const source = z.enum(['did', 'account']).meta({ description: 'Whose setting it is.' });

/** As it is stored; null where nothing is set. */
export const failover = z
  .strictObject({ number: e164.nullable(), backup: backup.nullable() })
  .nullable()
  .meta({ description: 'Failover settings as they are stored; null where there are none.' });

export const effective = z
  .strictObject({
    number: z.strictObject({ value: e164, source }).nullable(),
    backup: z.strictObject({ value: backup, source }).nullable(),
  })
  .meta({ description: 'What a call gets, each part with whose setting it is.' });

export const failoverAnswer = z.strictObject({ failover, effective });

export const failoverChanged = z.strictObject({ ...changeFields, before: failover, after: failover });

export const massFailoverChanged = z.strictObject({
  ...changeFields,
  dids: z.int().meta({ description: 'How many DIDs have it now.' }),
  failover,
});

export const eachFailoverChanged = z.strictObject({
  ...changeFields,
  changes: z.array(z.strictObject({ did: e164, before: failover, after: failover })),
});

export const massFailoverPreview = z.strictObject({
  changes: z
    .array(z.strictObject({ did: e164, before: failover, after: failover }))
    .meta({ description: 'The DIDs whose failover settings would be others.' }),
  unchanged: z.int().meta({ description: 'How many of the DIDs have exactly these settings already.' }),
});

export function toFailover(value: FailoverValue | undefined): z.output<typeof failover> {
  if (value === undefined) return null;
  return { number: value.number ?? null, backup: value.backup ?? null };
}

export function toEffective({ number, backup: to }: FailoverView['effective']): z.output<typeof effective> {
  return { number: number ?? null, backup: to ?? null };
}

export function toFailoverAnswer(view: FailoverView): z.output<typeof failoverAnswer> {
  return {
    failover: toFailover(view.failover),
    effective: toEffective(view.effective),
  };
}
