import type { Binding } from '../domain/binding.ts';
import { type CallRecord, outcomeOf } from '../domain/call-record.ts';
import type { CallId, TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { SpoolEvent } from '../link/messages.ts';
import type { BindingKey } from '../store/bindings.ts';
import type { Repositories } from '../store/store.ts';

/**
 * Applies a batch of events with one statement for each kind. Of several events for one binding the last
 * counts. Applying a batch again changes nothing, although the spool position sees to it that none is.
 */
export async function applySpoolEvents(
  tables: Repositories,
  trunkServer: TrunkServerId,
  events: readonly SpoolEvent[],
): Promise<void> {
  const bindings = new Map<string, Binding | undefined>();
  const keys = new Map<string, BindingKey>();
  const records: CallRecord[] = [];
  const ends = new Map<CallId, number>();
  const oldPasswords = new Map<TrunkGroupId, number>();
  for (const event of events) {
    switch (event.kind) {
      case 'bound':
      case 'unbound': {
        const { trunkGroup, contact } = event.kind === 'bound' ? event.binding : event;
        const key = `${trunkGroup} ${contact}`;
        keys.set(key, { trunkServer, trunkGroup, contact });
        // A trunk server tells of its own bindings only.
        bindings.set(key, event.kind === 'bound' ? { ...event.binding, trunkServer } : undefined);
        break;
      }
      case 'oldPasswordUsed':
        oldPasswords.set(event.trunkGroup, event.at);
        break;
      case 'call':
        records.push(event.record);
        break;
      case 'callEnded':
        ends.set(event.call, event.at);
        break;
    }
  }
  const bound: Binding[] = [];
  const unbound: BindingKey[] = [];
  for (const [key, name] of keys) {
    const binding = bindings.get(key);
    if (binding === undefined) unbound.push(name);
    else bound.push(binding);
  }
  await tables.bindings.delete(unbound);
  await tables.bindings.put(bound);
  for (const [trunkGroup, at] of oldPasswords) await tables.trunkGroups.oldPasswordUsed(trunkGroup, at);
  // A call that began and ended within the batch is written once. Where its record is there already, all is there.
  const calls = records.map((record) => {
    const endedAt = ends.get(record.id);
    ends.delete(record.id);
    return { record, outcome: outcomeOf(record), endedAt };
  });
  await tables.calls.insert(calls);
  await tables.calls.end([...ends].map(([id, ended_at]) => ({ id, ended_at })));
}
