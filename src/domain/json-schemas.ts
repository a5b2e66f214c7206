import { z } from 'zod';
import type { Account, Did, TrunkGroup } from './account.ts';
import type { Binding } from './binding.ts';
import type { CallAttempt, CallRecord } from './call-record.ts';
import {
  type AttemptOutcome,
  type AttemptReason,
  type AttemptTarget,
  type DeliveryPlan,
  SKIP_CAUSES,
} from './delivery.ts';
import type { DeliverySettings, TriggerSettings } from './delivery-settings.ts';
import type { FailoverSettings } from './failover-settings.ts';
import type { Gateway } from './gateway.ts';
import { accountId, callId, gatewayId, trunkGroupId, trunkServerId } from './ids.ts';
import type { PbxAddress } from './pbx-address.ts';
import { type E164, parseE164 } from './phone-number.ts';

/**
 * How domain values are read back from JSON of ours: columns of the store, lines of the spool. What people
 * and peers write is read elsewhere, with messages that are meant for them.
 */

/** PostgreSQL takes neither NUL nor half a surrogate pair, and what peers write may hold both. */
const text = z.string().transform((value) => value.toWellFormed().replaceAll('\0', '\ufffd'));
/** Clocks may tell fractions of a millisecond; columns hold whole ones. */
export const timeJson = z.number().nonnegative().transform(Math.round);
const count = z.number().int().nonnegative();
const port = z.number().int().min(0).max(65_535);

export const accountIdJson = z.string().transform(accountId);
export const trunkGroupIdJson = z.string().transform(trunkGroupId);
export const gatewayIdJson = z.string().transform(gatewayId);
export const trunkServerIdJson = z.string().transform(trunkServerId);
export const callIdJson = z.string().transform(callId);

export const e164Json: z.ZodType<E164> = z.string().transform((value, context) => {
  const number = parseE164(value);
  if (number !== undefined) return number;
  context.addIssue({ code: 'custom', message: 'no E.164 number' });
  return z.NEVER;
});

export const pbxAddressJson: z.ZodType<PbxAddress> = z.object({
  host: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('ipv4'), address: z.string() }),
    z.object({ kind: z.literal('ipv6'), address: z.string() }),
    z.object({ kind: z.literal('name'), name: z.string() }),
  ]),
  port: port.exactOptional(),
  transport: z.enum(['udp', 'tcp', 'tls']).exactOptional(),
});

export const failoverSettingsJson: z.ZodType<FailoverSettings> = z.object({
  backup: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('address'), address: pbxAddressJson }),
      z.object({ kind: z.literal('trunkGroup'), trunkGroup: trunkGroupIdJson }),
    ])
    .exactOptional(),
  number: e164Json.exactOptional(),
});

export const triggerSettingsJson: z.ZodType<TriggerSettings> = z.object({
  preset: z.enum(['unreachable', 'unreachable-or-broken', 'anything']),
  add: z.array(z.number()),
  remove: z.array(z.number()),
});

export const deliverySettingsJson: z.ZodType<DeliverySettings> = z.object({
  triggers: triggerSettingsJson,
  timings: z.object({
    noResponse: count,
    noProgress: z.union([count, z.literal('off')]),
    ring: z.union([count, z.literal('default')]),
  }),
  noAnswerFailover: z.boolean(),
  sharedRegistrations: z.boolean(),
  legCap: count,
});

export const accountJson: z.ZodType<Account> = z.object({
  id: accountIdJson,
  name: z.string(),
  suspended: z.boolean(),
  didFormat: z.enum(['10-digits', '11-digits', 'e164']),
  failover: failoverSettingsJson.exactOptional(),
  delivery: deliverySettingsJson,
});

export const trunkGroupJson: z.ZodType<TrunkGroup> = z.object({
  id: trunkGroupIdJson,
  account: accountIdJson,
  name: z.string(),
  username: z.string(),
  ha1: z.object({ md5: z.string(), sha256: z.string() }),
  oldHa1: z.object({ md5: z.string(), sha256: z.string(), until: count }).exactOptional(),
});

export const didJson: z.ZodType<Did> = z.object({
  number: e164Json,
  account: accountIdJson,
  trunkGroup: trunkGroupIdJson,
  failover: failoverSettingsJson.exactOptional(),
  triggers: triggerSettingsJson.exactOptional(),
});

export const gatewayJson: z.ZodType<Gateway> = z.object({
  id: gatewayIdJson,
  name: z.string(),
  sources: z.array(z.string()),
  address: pbxAddressJson.exactOptional(),
  priority: count,
  weight: count,
  trusted: z.boolean(),
});

export const bindingJson: z.ZodType<Binding> = z.object({
  trunkServer: trunkServerIdJson,
  trunkGroup: trunkGroupIdJson,
  contact: text,
  q: z.number().int().min(0).max(1000),
  registeredAt: timeJson,
  expiresAt: timeJson,
  callId: text,
  cseq: count,
  userAgent: text,
  source: z.object({ transport: z.enum(['UDP', 'TCP', 'TLS']), address: z.string(), port }),
  behindNat: z.boolean(),
  instance: text.exactOptional(),
  regId: count.exactOptional(),
  path: z.array(text),
});

const source = z.enum(['did', 'account']);

const attemptReasonJson: z.ZodType<AttemptReason> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('registered') }),
  z.object({
    kind: z.literal('otherTrunkServer'),
    why: z.enum(['noFailoverSettings', 'sharedRegistrations']),
  }),
  z.object({ kind: z.literal('backup'), source }),
  z.object({ kind: z.literal('number'), source }),
]);

const attemptTargetJson: z.ZodType<AttemptTarget> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bindings'), trunkGroup: trunkGroupIdJson }),
  z.object({ kind: z.literal('trunkServer'), trunkServer: trunkServerIdJson }),
  z.object({ kind: z.literal('address'), address: pbxAddressJson }),
  z.object({ kind: z.literal('number'), number: e164Json, gateways: z.array(gatewayIdJson) }),
]);

export const deliveryPlanJson: z.ZodType<DeliveryPlan> = z.object({
  attempts: z.array(
    z.object({
      reason: attemptReasonJson,
      target: attemptTargetJson,
      skip: z.enum(SKIP_CAUSES).exactOptional(),
    }),
  ),
});

const attemptOutcomeJson: z.ZodType<AttemptOutcome> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answered') }),
  z.object({ kind: z.literal('rejected'), status: z.number().int() }),
  z.object({
    kind: z.literal('unreachable'),
    cause: z.enum(['dns', 'addressNotAllowed', 'icmp', 'transport', 'notRegisteredThere']),
  }),
  z.object({ kind: z.literal('noResponse'), cause: z.enum(['silent', 'noProgress', 'noAnswer']) }),
  z.object({
    kind: z.literal('cancelled'),
    cause: z.enum(['answeredElsewhere', 'trunkServerStopped']).exactOptional(),
  }),
  z.object({
    kind: z.literal('skipped'),
    cause: z.enum(SKIP_CAUSES),
  }),
]);

const callAttemptJson: z.ZodType<CallAttempt> = z.object({
  reason: attemptReasonJson,
  target: text,
  startedAt: timeJson,
  endedAt: timeJson,
  ringingAt: timeJson.exactOptional(),
  outcome: attemptOutcomeJson,
});

export const callAttemptsJson = z.array(callAttemptJson);

export const callRecordJson: z.ZodType<CallRecord> = z.object({
  id: callIdJson,
  trunkServer: trunkServerIdJson,
  handedOverFrom: callIdJson.exactOptional(),
  account: accountIdJson,
  did: e164Json,
  caller: text,
  sipCallId: text,
  revision: count,
  startedAt: timeJson,
  answeredAt: timeJson.exactOptional(),
  finalAt: timeJson,
  finalStatus: z.number().int(),
  attempts: callAttemptsJson,
});
