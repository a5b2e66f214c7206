import { sql } from 'kysely';
import { describe, expect, test, vi } from 'vitest';
import {
  e164,
  eachWithStand,
  must,
  NOW,
  OPERATOR,
  TRUNK1,
  TRUNK2,
  until,
} from '../../test/support/control-stand.ts';
import type { Binding } from '../domain/binding.ts';
import type { CallRecord } from '../domain/call-record.ts';
import { accountId, callId, trunkGroupId, trunkServerId } from '../domain/ids.ts';
import type { SpoolEvent } from '../link/messages.ts';
import { SpoolWriter } from '../link/spool-writer.ts';
import type { Scope } from './views.ts';

const stand = eachWithStand();

describe('what trunk servers spool', () => {
  function binding(contact: string, group: string, expiresAt = NOW + 60_000): Binding {
    return {
      trunkServer: TRUNK1,
      trunkGroup: trunkGroupId(group),
      contact,
      q: 1000,
      registeredAt: NOW,
      expiresAt,
      callId: 'c',
      cseq: 1,
      userAgent: 'Asterisk',
      source: { transport: 'UDP', address: '203.0.113.5', port: 5060 },
      behindNat: false,
      path: [],
    };
  }

  function record(id: string, change: Partial<CallRecord> = {}): CallRecord {
    return {
      id: callId(id),
      trunkServer: TRUNK1,
      account: accountId('acc_1'),
      did: e164('+12125550100'),
      caller: 'anonymous',
      sipCallId: id,
      revision: 1,
      startedAt: NOW,
      finalAt: NOW + 5,
      finalStatus: 480,
      attempts: [],
      ...change,
    };
  }

  function spool(events: readonly SpoolEvent[], id = TRUNK1): void {
    const writer = must(SpoolWriter.open(stand().spoolFolder, id, NOW));
    must(writer.append(events));
    writer.close();
  }

  async function calls(): Promise<readonly string[]> {
    const page = must(await stand().controlPlane.calls(OPERATOR, {}, { limit: 100 }));
    return page.entries.map(({ record }) => record.id);
  }

  test('before the process ended is in the store before a trunk server gets its bindings', async () => {
    const { account } = await stand().newAccount();
    const group = account.trunkGroups[0]?.id ?? '';
    await stand().stop();
    spool([
      { kind: 'bound', binding: binding('sip:a@203.0.113.5', group) },
      { kind: 'bound', binding: binding('sip:b@203.0.113.5', group) },
      { kind: 'bound', binding: binding('sip:old@203.0.113.5', group, NOW - 1) },
      { kind: 'unbound', trunkGroup: trunkGroupId(group), contact: 'sip:b@203.0.113.5' },
    ]);
    await stand().start();
    const edge = await stand().connect();
    const sent = edge.heard.flatMap((message) => (message.kind === 'bindings' ? message.bindings : []));
    expect(sent).toEqual([binding('sip:a@203.0.113.5', group)]);
    expect(edge.kinds.indexOf('bindings')).toBeLessThan(edge.kinds.indexOf('snapshotEnd'));
    expect((await stand().connect(TRUNK2)).kinds).not.toContain('bindings');
  });

  test('also what one left that the settings no longer have', async () => {
    await stand().stop();
    spool([{ kind: 'call', record: record('one') }], trunkServerId('trunk9'));
    await stand().start();
    expect(await calls()).toEqual(['one']);
  });

  test('is consumed as it is told, once, also over restarts', async () => {
    const edge = await stand().connect();
    spool([
      { kind: 'call', record: record('one') },
      { kind: 'callEnded', call: callId('one'), at: NOW + 9 },
    ]);
    edge.say({ kind: 'spooled', position: { file: NOW, offset: 1 } });
    await until(() => edge.kinds.includes('spoolConsumed'));
    expect(must(await stand().controlPlane.call(OPERATOR, callId('one'))).endedAt).toBe(NOW + 9);
    await stand().db.deleteFrom('calls').execute();
    await stand().restart();
    expect(await calls()).toEqual([]);
    spool([{ kind: 'call', record: record('two') }]);
    await stand().restart();
    expect(await calls()).toEqual(['two']);
    spool([{ kind: 'callEnded', call: callId('two'), at: NOW + 11 }]);
    await stand().restart();
    expect(must(await stand().controlPlane.call(OPERATOR, callId('two'))).endedAt).toBe(NOW + 11);
  });

  test('waits while the database takes nothing, and comes once when it does', async () => {
    const edge = await stand().connect();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    spool(Array.from({ length: 2_000 }, (_, i) => ({ kind: 'call', record: record(`c${i}`) }) as const));
    const limit = await sql<{ page_count: number }>`pragma page_count`.execute(stand().db);
    await sql`pragma max_page_count = ${sql.lit(limit.rows[0]?.page_count ?? 0)}`.execute(stand().db);
    edge.say({ kind: 'spooled', position: { file: NOW, offset: 1 } });
    await until(() => stand().logged.includes('what happened at a trunk server waits in its spool'));
    expect(edge.kinds).not.toContain('spoolConsumed');
    expect(await stand().controlPlane.createAccount({ name: 'x', dids: manyNumbers() })).toMatchObject({
      error: { kind: 'storeUnavailable' },
    });
    await sql`pragma max_page_count = 1000000`.execute(stand().db);
    await vi.advanceTimersByTimeAsync(100);
    await until(async () => (await stand().db.selectFrom('calls').select('id').execute()).length === 2_000);
    await until(() => edge.kinds.includes('spoolConsumed'));
  });

  test('damaged lines are told of and passed over', async () => {
    const edge = await stand().connect();
    const broken: SpoolEvent = { kind: 'callEnded', call: callId('x'), at: -1 };
    spool([broken, { kind: 'call', record: record('one') }]);
    edge.say({ kind: 'spooled', position: { file: NOW, offset: 1 } });
    await until(() => edge.kinds.includes('spoolConsumed'));
    expect(await calls()).toEqual(['one']);
    expect(stand().logged).toContain('lines of the spool are damaged and were passed over');
  });

  test('a call that was handed over is one call with two records', async () => {
    spool([{ kind: 'call', record: record('first') }]);
    spool(
      [{ kind: 'call', record: record('leg', { trunkServer: TRUNK2, handedOverFrom: callId('first') }) }],
      TRUNK2,
    );
    await stand().restart();
    expect(await calls()).toEqual(['first']);
    const byLeg = must(await stand().controlPlane.call(OPERATOR, callId('leg')));
    expect(byLeg.record.id).toBe('first');
    expect(byLeg.legs.map((leg) => leg.record.id)).toEqual(['leg']);
    const other: Scope = { kind: 'account', account: accountId('acc_other') };
    expect(await stand().controlPlane.call(other, callId('leg'))).toMatchObject({
      error: { kind: 'notFound' },
    });
  });

  test('calls are told page by page, by DID and by how they went', async () => {
    const events = Array.from({ length: 5 }, (_, i): SpoolEvent => {
      return {
        kind: 'call',
        record: record(`c${i}`, { startedAt: NOW + i, finalStatus: i === 2 ? 487 : 480 }),
      };
    });
    spool(events);
    await stand().restart();
    const { controlPlane } = stand();
    const first = must(await controlPlane.calls(OPERATOR, { did: '2125550100' }, { limit: 3 }));
    const second = must(await controlPlane.calls(OPERATOR, {}, { limit: 3, after: first.next }));
    const ids = [...first.entries, ...second.entries].map((call) => call.record.id);
    expect(ids).toEqual(['c4', 'c3', 'c2', 'c1', 'c0']);
    const cancelled = must(await controlPlane.calls(OPERATOR, { outcome: 'cancelled' }, { limit: 3 }));
    expect(cancelled.entries.map((call) => call.record.id)).toEqual(['c2']);
    expect(await controlPlane.calls(OPERATOR, { did: 'sales' }, { limit: 3 })).toMatchObject({ ok: false });
    expect(await controlPlane.calls(OPERATOR, {}, { limit: 3, after: 'x' })).toMatchObject({ ok: false });
  });

  test('each trunk group of a page has its own bindings, at the trunk server where they are', async () => {
    const groups: string[] = [];
    for (let i = 0; i < 3; i += 1) groups.push((await stand().newAccount()).account.trunkGroups[0]?.id ?? '');
    const [first = '', second = ''] = groups;
    spool([
      { kind: 'bound', binding: binding('sip:a@203.0.113.5', first) },
      { kind: 'bound', binding: binding('sip:b@203.0.113.5', second) },
      { kind: 'bound', binding: binding('sip:c@203.0.113.5', second) },
    ]);
    spool([{ kind: 'bound', binding: binding('sip:a@203.0.113.5', first) }], TRUNK2);
    await stand().restart();
    const { entries } = must(await stand().controlPlane.registrations(OPERATOR, { limit: 5 }));
    const found = entries.map(({ trunkGroup, trunkServers }) => [
      trunkGroup,
      ...trunkServers.map(({ bindings }) => bindings.map(({ contact }) => contact).sort()),
    ]);
    expect(found.sort()).toEqual(
      [
        [first, ['sip:a@203.0.113.5'], ['sip:a@203.0.113.5']],
        [second, ['sip:b@203.0.113.5', 'sip:c@203.0.113.5'], []],
        [groups[2], [], []],
      ].sort(),
    );
  });

  test('a PBX that registers with one trunk server only is warned of, unless registrations are shared', async () => {
    const { account } = await stand().newAccount();
    const group = account.trunkGroups[0]?.id ?? '';
    const warning = async () =>
      must(await stand().controlPlane.registrations(OPERATOR, { limit: 5 })).entries[0]?.warning;
    expect(await warning()).toMatchObject({ kind: 'notRegistered' });
    spool([{ kind: 'bound', binding: binding('sip:a@203.0.113.5', group) }]);
    await stand().restart();
    expect(await warning()).toMatchObject({
      kind: 'someTrunkServers',
      text: 'The PBX is registered with trunk1, but not with trunk2.',
      remedy: 'Register the PBX with trunk2 (198.51.100.2 port 5060), too.',
    });
    must(await stand().controlPlane.changeAccount(account.id, { delivery: { sharedRegistrations: true } }));
    expect(await warning()).toBeUndefined();
  });
});

function manyNumbers(): readonly string[] {
  return Array.from({ length: 5_000 }, (_, i) => `+1212${5_000_000 + i}`);
}
