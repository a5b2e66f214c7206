import { z } from 'zod';
import type { AuditChange } from './audit.ts';
import {
  accountIdJson,
  failoverSettingsJson,
  pbxAddressJson,
  triggerSettingsJson,
  trunkGroupIdJson,
} from './json-schemas.ts';

/** How the changes of an entry of the audit log are read back from JSON of ours. */

const text = z.string();
const whole = z.number().int();
const yes = z.boolean();

const account = z.object({
  name: text.exactOptional(),
  suspended: yes.exactOptional(),
  didFormat: z.enum(['10-digits', '11-digits', 'e164']).exactOptional(),
  failover: failoverSettingsJson.nullable().exactOptional(),
  triggers: triggerSettingsJson.exactOptional(),
  noResponse: whole.exactOptional(),
  noProgress: z.union([whole, z.literal('off')]).exactOptional(),
  ring: z.union([whole, z.literal('default')]).exactOptional(),
  noAnswerFailover: yes.exactOptional(),
  sharedRegistrations: yes.exactOptional(),
  legCap: whole.exactOptional(),
});

const did = z.object({
  account: accountIdJson.exactOptional(),
  trunkGroup: trunkGroupIdJson.exactOptional(),
  failover: failoverSettingsJson.nullable().exactOptional(),
  triggers: triggerSettingsJson.nullable().exactOptional(),
});

const trunkGroup = z.object({
  name: text.exactOptional(),
  username: text.exactOptional(),
  oldPasswordUntil: whole.nullable().exactOptional(),
});

const gateway = z.object({
  name: text.exactOptional(),
  sources: z.array(text).exactOptional(),
  address: pbxAddressJson.nullable().exactOptional(),
  priority: whole.exactOptional(),
  weight: whole.exactOptional(),
  trusted: yes.exactOptional(),
});

const apiKey = z.object({
  name: text.exactOptional(),
  access: z.enum(['read', 'failover', 'write']).exactOptional(),
  expiresAt: whole.nullable().exactOptional(),
});

const user = z.object({
  email: text.exactOptional(),
  role: z.enum(['operator', 'owner', 'viewer']).exactOptional(),
  disabled: yes.exactOptional(),
  secondFactor: yes.exactOptional(),
});

const login = z.object({ userAgent: text.exactOptional(), address: text.exactOptional() });
const trunkServer = z.object({ address: text.exactOptional() });

const common = { ids: z.array(text), count: whole, name: text.exactOptional() };
const change: z.ZodType<AuditChange> = z.discriminatedUnion('what', [
  z.object({ what: z.literal('account'), ...common, ...beforeAfter(account) }),
  z.object({ what: z.literal('did'), ...common, ...beforeAfter(did) }),
  z.object({ what: z.literal('trunkGroup'), ...common, ...beforeAfter(trunkGroup) }),
  z.object({ what: z.literal('gateway'), ...common, ...beforeAfter(gateway) }),
  z.object({ what: z.literal('apiKey'), ...common, ...beforeAfter(apiKey) }),
  z.object({ what: z.literal('user'), ...common, ...beforeAfter(user) }),
  z.object({ what: z.literal('login'), ...common, ...beforeAfter(login) }),
  z.object({ what: z.literal('trunkServer'), ...common, ...beforeAfter(trunkServer) }),
]);

function beforeAfter<T extends z.ZodType>(state: T) {
  return { before: state.nullable(), after: state.nullable() };
}

export const auditChangesJson = z.array(change);
