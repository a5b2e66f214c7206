import { isDeepStrictEqual } from 'node:util';
import type { Account, Did, TrunkGroup } from '../../domain/account.ts';
import type { AuditChange, AuditRecord } from '../../domain/audit.ts';
import type { Gateway } from '../../domain/gateway.ts';
import type { AccountId } from '../../domain/ids.ts';
import type { StoredApiKey } from '../../store/api-keys.ts';
import type { User } from '../../store/users.ts';
import { accountState, apiKeyState, didState, gatewayState, trunkGroupState, userState } from './states.ts';

/** A thing before and after; undefined where it was not there yet, or is not any more. */
export interface Step<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** Those that changed, all to which the same happened together. */
export function didChanges(steps: readonly Step<Did>[]): readonly AuditChange[] {
  const groups = new Map<string, { ids: string[] } & Different<ReturnType<typeof didState>>>();
  for (const { before, after } of steps) {
    const id = (after ?? before)?.number;
    const different = differences(before && didState(before), after && didState(after));
    if (id === undefined || different === undefined) continue;
    const key = JSON.stringify(different);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ids: [id], ...different });
    else group.ids.push(id);
  }
  return [...groups.values()].map((group) => ({ what: 'did', count: group.ids.length, ...group }));
}

/** One record for each account whose DIDs changed, for a change of DIDs of several; one that is empty where none did. */
export function didRecords(
  action: AuditRecord['action'],
  steps: readonly (Step<Did> & { readonly account: AccountId })[],
): readonly AuditRecord[] {
  const accounts = new Map<AccountId, Step<Did>[]>();
  for (const step of steps) {
    const known = accounts.get(step.account);
    if (known === undefined) accounts.set(step.account, [step]);
    else known.push(step);
  }
  const records = [...accounts].map(([account, own]) => ({ action, account, changes: didChanges(own) }));
  const changed = records.filter(({ changes }) => changes.length > 0);
  return changed.length > 0 ? changed : records.slice(0, 1);
}

export function accountChanges({ before, after }: Step<Account>): readonly AuditChange[] {
  const id = (after ?? before)?.id;
  const different = differences(before && accountState(before), after && accountState(after));
  if (id === undefined || different === undefined) return [];
  return [{ what: 'account', ids: [id], count: 1, ...different }];
}

export function trunkGroupChanges({ before, after }: Step<TrunkGroup>): readonly AuditChange[] {
  const thing = after ?? before;
  const different = differences(before && trunkGroupState(before), after && trunkGroupState(after));
  if (thing === undefined || different === undefined) return [];
  return [{ what: 'trunkGroup', ids: [thing.id], count: 1, name: thing.name, ...different }];
}

export function gatewayChanges({ before, after }: Step<Gateway>): readonly AuditChange[] {
  const thing = after ?? before;
  const different = differences(before && gatewayState(before), after && gatewayState(after));
  if (thing === undefined || different === undefined) return [];
  return [{ what: 'gateway', ids: [thing.id], count: 1, name: thing.name, ...different }];
}

export function apiKeyChanges({ before, after }: Step<StoredApiKey>): readonly AuditChange[] {
  const thing = after ?? before;
  const different = differences(before && apiKeyState(before), after && apiKeyState(after));
  if (thing === undefined || different === undefined) return [];
  return [{ what: 'apiKey', ids: [thing.id], count: 1, name: thing.name, ...different }];
}

export function userChanges({ before, after }: Step<User>): readonly AuditChange[] {
  const thing = after ?? before;
  const different = differences(before && userState(before), after && userState(after));
  if (thing === undefined || different === undefined) return [];
  return [{ what: 'user', ids: [thing.id], count: 1, name: thing.email, ...different }];
}

interface Different<S> {
  readonly before: Partial<S> | null;
  readonly after: Partial<S> | null;
}

/** The fields that differ; undefined where none does. All of them where the thing came or went. */
function differences<S extends object>(
  before: S | undefined,
  after: S | undefined,
): Different<S> | undefined {
  if (before === undefined || after === undefined) {
    return before === after ? undefined : { before: before ?? null, after: after ?? null };
  }
  const was: Partial<S> = {};
  const is: Partial<S> = {};
  let differ = false;
  for (const key in before) {
    if (isDeepStrictEqual(before[key], after[key])) continue;
    differ = true;
    was[key] = before[key];
    is[key] = after[key];
  }
  return differ ? { before: was, after: is } : undefined;
}
