import { z } from 'zod';
import type { PolicyView, ServiceView } from '../../control/views.ts';
import { time, toTime } from './common.ts';
import { delivery, toDelivery } from './delivery.ts';

export const service = z
  .strictObject({
    version: z.string(),
    startedAt: time,
    database: z.strictObject({
      kind: z.enum(['sqlite', 'postgresql']),
      reachable: z.boolean().meta({ description: 'Whether it answered just now, within 2 s.' }),
    }),
    newestRevision: z.int().nullable(),
    spools: z
      .array(z.strictObject({ trunkServer: z.string(), bytes: z.int() }))
      .meta({ description: 'What its own trunk servers have on disk that is not in the database yet.' }),
    mailsInvitations: z
      .boolean()
      .meta({ description: 'Whether there is a mail server for invitations and password resets.' }),
  })
  .meta({ id: 'Service', description: 'How the process is that answers.' });

export const policy = z
  .strictObject({
    homeCountry: z.string().meta({ description: 'ISO code; its numbering plan completes numbers.' }),
    allowedCountries: z.array(z.string()).meta({ description: 'Where failover numbers may be, besides it.' }),
    blockedPrefixes: z.array(z.string()).meta({ description: 'Refused although their country is allowed.' }),
    allowedRanges: z
      .array(z.string())
      .meta({ description: 'Private and other special ranges to which backup PBXs may point all the same.' }),
    maxDiversions: z.int().meta({
      description: 'A call that was forwarded this often before it came is not sent to a failover number.',
    }),
    newAccounts: delivery.meta({ description: 'How calls of an account are delivered when it is new.' }),
    settingsFile: z.string().nullable().meta({ description: 'Where all this is set; null: there is none.' }),
    settings: z.array(
      z.strictObject({
        setting: z.string().meta({ description: 'Its path in the settings file.' }),
        from: z.enum(['file', 'environment', 'default']),
      }),
    ),
  })
  .meta({ id: 'Policy', description: 'What the operator allows. A change takes a restart.' });

export function toService(view: ServiceView, version: string): z.output<typeof service> {
  const { startedAt, database, newestRevision, spools, mailsInvitations } = view;
  return {
    version,
    startedAt: toTime(startedAt),
    database: { ...database },
    newestRevision: newestRevision ?? null,
    spools: spools.map(({ trunkServer, bytes }) => ({ trunkServer, bytes })),
    mailsInvitations,
  };
}

export function toPolicy(view: PolicyView): z.output<typeof policy> {
  return {
    homeCountry: view.homeCountry,
    allowedCountries: [...view.allowedCountries],
    blockedPrefixes: [...view.blockedPrefixes],
    allowedRanges: [...view.allowedRanges],
    maxDiversions: view.maxDiversions,
    newAccounts: toDelivery(view.newAccounts),
    settingsFile: view.settingsFile ?? null,
    settings: view.settings.map(({ setting, from }) => ({ setting, from })),
  };
}
