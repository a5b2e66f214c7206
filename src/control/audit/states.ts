import type { Account, Did, TrunkGroup } from '../../domain/account.ts';
import type { AuditStates } from '../../domain/audit.ts';
import type { Gateway } from '../../domain/gateway.ts';
import type { StoredApiKey } from '../../store/api-keys.ts';
import type { User } from '../../store/users.ts';

/** What the audit log says of things, field by field: everything that people set, and nothing that is secret. */

export function accountState(account: Account): AuditStates['account'] {
  const { triggers, timings, noAnswerFailover, sharedRegistrations, legCap } = account.delivery;
  return {
    name: account.name,
    suspended: account.suspended,
    didFormat: account.didFormat,
    failover: account.failover ?? null,
    triggers,
    noResponse: timings.noResponse,
    noProgress: timings.noProgress,
    ring: timings.ring,
    noAnswerFailover,
    sharedRegistrations,
    legCap,
  };
}

export function didState({ account, trunkGroup, failover, triggers }: Did): AuditStates['did'] {
  return { account, trunkGroup, failover: failover ?? null, triggers: triggers ?? null };
}

export function trunkGroupState({ name, username }: TrunkGroup): AuditStates['trunkGroup'] {
  return { name, username };
}

export function gatewayState(gateway: Gateway): AuditStates['gateway'] {
  const { name, sources, address, priority, weight, trusted } = gateway;
  return { name, sources, address: address ?? null, priority, weight, trusted };
}

export function apiKeyState({ name, access, expiresAt }: StoredApiKey): AuditStates['apiKey'] {
  return { name, access, expiresAt: expiresAt ?? null };
}

export function userState({ email, role, disabled, totpSecret }: User): AuditStates['user'] {
  return { email, role, disabled, secondFactor: totpSecret !== undefined };
}
