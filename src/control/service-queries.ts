import { ok } from '../base/result.ts';
import type { ControlContext } from './context.ts';
import type { Answer } from './control-plane.ts';
import { measure } from './measures.ts';
import type { PolicyView, ServiceView } from './views.ts';

/** How this process is. Answers while the database is away, too: that is when people ask. */
export async function serviceOf({
  store,
  edges,
  about,
  startedAt,
  logins,
}: ControlContext): Answer<ServiceView> {
  const { databaseReachable, newestRevision, own } = await measure(store, edges);
  return ok({
    startedAt,
    database: { kind: about.database, reachable: databaseReachable },
    newestRevision,
    spools: own.map(({ id, backlog }) => ({ trunkServer: id, bytes: backlog })),
    mailsInvitations: logins.mails,
  });
}

const POLICY_SETTINGS = [
  'policy.homeCountry',
  'policy.allowedCountries',
  'policy.blockedPrefixes',
  'policy.allowedRanges',
  'policy.maxDiversions',
  'delivery.sharedRegistrations',
] as const;

/** What the operator allows. It is set in the settings of the process and takes a restart. */
export async function policyOf({ policy, newAccountDelivery, about }: ControlContext): Answer<PolicyView> {
  return ok({
    ...policy,
    newAccounts: newAccountDelivery,
    settingsFile: about.settingsFile,
    settings: POLICY_SETTINGS.map((setting) => ({ setting, from: about.origins.get(setting) ?? 'default' })),
  });
}
