import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../base/result.ts';
import { type AccountId, type ApiKeyId, apiKeyId } from '../domain/ids.ts';
import type { StoredApiKey } from '../store/api-keys.ts';
import type { StoreUnavailable } from '../store/failure.ts';
import type { Asker } from './asker.ts';
import { apiKeyChanges } from './audit/differences.ts';
import { authorOf, record, whose } from './audit/record.ts';
import { type ControlContext, refuseReader } from './context.ts';
import type { Answer } from './control-plane.ts';
import type { ControlError } from './errors.ts';
import { readName } from './input.ts';
import { notFound, pageLimit, refused } from './refusals.ts';
import { newId } from './tokens.ts';
import type { ApiKeyView, CreatedApiKey, NewApiKey, Page, PageRequest } from './views.ts';

/** `tl_`, the id, and the secret; found by its id, compared by the hash of the whole. */
const KEY = /^tl_(key_[0-9a-z]{18})_[A-Za-z0-9_-]{43}$/;

/** Whose keys: an account's, or the operators' own. */
export type KeyOwner = AccountId | undefined;

/** The answer shows the key, once; kept is only its hash. */
export async function createApiKey(
  context: ControlContext,
  owner: KeyOwner,
  input: NewApiKey,
): Answer<CreatedApiKey> {
  const allowed = refuseReader(context);
  if (!allowed.ok) return allowed;
  const name = readName(input.name, 'name');
  if (!name.ok) return name;
  const now = Math.floor(context.clock.now());
  const { expiresAt } = input;
  if (expiresAt !== undefined && expiresAt <= now) {
    return refused('expiresAt', 'The key would have expired already; give a time to come, or none.');
  }
  if (owner === undefined && input.access === 'failover') {
    return refused('access', 'Only a key of an account can be limited to failover; give read or write.');
  }
  const id = apiKeyId(newId('key', now));
  const key = `tl_${id}_${randomBytes(32).toString('base64url')}`;
  const stored: StoredApiKey = {
    id,
    account: owner,
    name: name.value,
    access: input.access ?? 'write',
    keyHash: hashOf(key).toString('hex'),
    createdBy: nameOf(context.asker),
    createdAt: now,
    expiresAt,
    lastUsedAt: undefined,
    revokedAt: undefined,
  };
  return await context.store.write<CreatedApiKey, ControlError>(async (tables) => {
    if (owner !== undefined && (await tables.accounts.get(owner)) === undefined) {
      return notFound('account', owner);
    }
    await tables.apiKeys.insert(stored);
    const changes = apiKeyChanges({ before: undefined, after: stored });
    await record(tables, authorOf(context.asker), now, [
      { action: 'apiKeyCreated', ...whose(owner), changes },
    ]);
    return ok({ key, apiKey: viewOf(context, stored) });
  });
}

/** Without those that were revoked. A key that is limited to failover sees itself alone. */
export async function listApiKeys(
  context: ControlContext,
  owner: KeyOwner,
  page: PageRequest<ApiKeyId>,
): Answer<Page<ApiKeyView, ApiKeyId>> {
  const limit = pageLimit(page.limit);
  const found = await context.store.read(
    async (tables): Promise<Result<readonly StoredApiKey[], ControlError>> => {
      if (owner !== undefined && (await tables.accounts.get(owner)) === undefined) {
        return notFound('account', owner);
      }
      const { access, by } = context.asker;
      if (access === 'failover') {
        const own = by.kind === 'apiKey' ? await tables.apiKeys.get(apiKeyId(by.id)) : undefined;
        return ok(own === undefined ? [] : [own]);
      }
      return ok(await tables.apiKeys.list(owner, page.after, limit + 1));
    },
  );
  if (!found.ok) return found;
  if (!found.value.ok) return found.value;
  const keys = found.value.value;
  const entries = keys.slice(0, limit).map((key) => viewOf(context, key));
  const next = keys.length > limit ? entries.at(-1)?.id : undefined;
  return ok(next === undefined ? { entries } : { entries, next });
}

/** From the answer on the key opens nothing, on any process of the service. */
export async function revokeApiKey(
  context: ControlContext,
  owner: KeyOwner,
  id: ApiKeyId,
): Answer<ApiKeyView> {
  const allowed = refuseReader(context);
  if (!allowed.ok) return allowed;
  return await context.store.write<ApiKeyView, ControlError>(async (tables) => {
    const key = await tables.apiKeys.get(id);
    if (key === undefined || key.account !== owner || key.revokedAt !== undefined) {
      return notFound('apiKey', id);
    }
    const now = Math.floor(context.clock.now());
    await tables.apiKeys.revoke(id, now);
    const changes = apiKeyChanges({ before: key, after: undefined });
    await record(tables, authorOf(context.asker), now, [
      { action: 'apiKeyRevoked', ...whose(owner), changes },
    ]);
    return ok(viewOf(context, key));
  });
}

/** Who holds this key; undefined where it opens nothing. */
export async function holderOf(
  context: ControlContext,
  key: string,
): Promise<Result<Asker | undefined, StoreUnavailable>> {
  const id = KEY.exec(key)?.[1];
  if (id === undefined) return ok(undefined);
  const found = await context.store.read((tables) => tables.apiKeys.get(apiKeyId(id)));
  if (!found.ok) return err(found.error);
  const stored = found.value;
  if (stored === undefined || !timingSafeEqual(Buffer.from(stored.keyHash, 'hex'), hashOf(key))) {
    return ok(undefined);
  }
  const now = Math.floor(context.clock.now());
  if (stored.revokedAt !== undefined || (stored.expiresAt ?? Number.POSITIVE_INFINITY) <= now) {
    return ok(undefined);
  }
  context.keyUses.note(stored.id, now);
  const { account, access, name } = stored;
  return ok({
    scope: account === undefined ? { kind: 'operator' } : { kind: 'account', account },
    access,
    by: { kind: 'apiKey', id: stored.id, name },
  });
}

function viewOf(context: ControlContext, key: StoredApiKey): ApiKeyView {
  const { id, name, access, createdBy, createdAt, expiresAt } = key;
  const lastUsedAt = context.keyUses.of(id) ?? key.lastUsedAt;
  return { id, name, access, createdBy, createdAt, expiresAt, lastUsedAt };
}

/** How people know the asker. */
function nameOf({ by }: Asker): string {
  switch (by.kind) {
    case 'operatorKey':
      return 'the operator key';
    case 'apiKey':
      return `the API key ${by.name}`;
    case 'login':
      return by.email;
    case 'service':
      return 'the service';
  }
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
