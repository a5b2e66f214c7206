import { z } from 'zod';
import type { ApiKeyView } from '../../control/views.ts';
import { accountIdText, optionalTime, pageAfter, pageLimit, pageOf, time, toTime } from './common.ts';

const keyIdText = z.string().min(1).max(64).meta({ description: 'The id of an API key.' });

const access = z.enum(['read', 'failover', 'write']).meta({
  description:
    '`read` refuses every change; `failover`, which only a key of an account can have, every change but that of failover settings, and reads only what belongs to them: no calls, no plans, no other keys.',
});

export const newApiKey = z.strictObject({
  name: z.string().min(1).max(200).meta({ description: 'By which people recognise it.' }),
  access: access.optional(),
  expiresAt: time.optional().meta({ description: 'From then on it opens nothing. Absent: never.' }),
});

export const apiKeyParams = z.strictObject({ key: keyIdText });
export const accountApiKeyParams = z.strictObject({ id: accountIdText, key: keyIdText });
export const apiKeyQuery = z.strictObject({ after: pageAfter, limit: pageLimit });

export const apiKey = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    access,
    createdBy: z.string(),
    createdAt: time,
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const apiKeyPage = pageOf(apiKey);
export const apiKeyCreated = z.strictObject({
  key: z.string().meta({ description: 'The key itself. It is shown only here.' }),
  apiKey,
});

export function toApiKey(view: ApiKeyView): z.output<typeof apiKey> {
  return {
    id: view.id,
    name: view.name,
    access: view.access,
    createdBy: view.createdBy,
    createdAt: toTime(view.createdAt),
    expiresAt: optionalTime(view.expiresAt),
    lastUsedAt: optionalTime(view.lastUsedAt),
  };
}
