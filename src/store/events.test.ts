import { describe, expect, test } from 'vitest';
import {
  ALICE,
  ALICE_PBX,
  BOB,
  binding,
  call,
  e164,
  onEveryDatabase,
  TRUNK1,
  TRUNK2,
} from '../../test/support/store-contract.ts';
import { callId, trunkGroupId } from '../domain/ids.ts';
import type { StoredCall } from './calls.ts';
import type { Repositories } from './store.ts';

onEveryDatabase('what trunk servers report', (use) => {
  describe('bindings', () => {
    test('are replaced by trunk server, trunk group and contact, and come back as they were put', async () => {
      const refreshed = binding('sip:a@192.0.2.7', {
        expiresAt: 9_000,
        cseq: 8,
        path: [],
        behindNat: false,
      });
      await use().run(async (tables) => {
        await tables.bindings.put([binding('sip:a@192.0.2.7'), binding('sip:b@192.0.2.7')]);
        await tables.bindings.put([refreshed, binding('sip:a@192.0.2.7', { trunkServer: TRUNK2 })]);
      });
      const at1 = await use().read((tables) => tables.bindings.atTrunkServer(TRUNK1, 2_000));
      expect(at1).toHaveLength(2);
      expect(at1).toContainEqual(refreshed);
      expect(await use().read((tables) => tables.bindings.atTrunkServer(TRUNK2, 2_000))).toHaveLength(1);
    });

    test('those that have expired are not given, and are forgotten', async () => {
      await use().run((tables) =>
        tables.bindings.put([binding('sip:a@h'), binding('sip:b@h', { expiresAt: 9_000 })]),
      );
      const live = await use().read((tables) => tables.bindings.ofTrunkGroups([ALICE_PBX], 5_000));
      expect(live.map(({ contact }) => contact)).toEqual(['sip:b@h']);
      await use().run((tables) => tables.bindings.deleteExpired(5_000));
      expect(await use().read((tables) => tables.bindings.ofTrunkGroups([ALICE_PBX], 0))).toHaveLength(1);
    });

    test('one of a trunk group that is gone is kept but not given to a trunk server', async () => {
      await use().run((tables) =>
        tables.bindings.put([binding('sip:a@h', { trunkGroup: trunkGroupId('tg_gone') })]),
      );
      expect(await use().read((tables) => tables.bindings.atTrunkServer(TRUNK1, 0))).toEqual([]);
    });

    test('exactly those that are named are deleted', async () => {
      const long = `sip:a@192.0.2.7;x=${'y'.repeat(60_000)}`;
      await use().run(async (tables) => {
        await tables.bindings.put([binding(long), binding('sip:b@h'), binding('sip:c@h')]);
        await tables.bindings.delete([binding(long), binding('sip:c@h', { trunkServer: TRUNK2 })]);
      });
      const left = await use().read((tables) => tables.bindings.ofTrunkGroups([ALICE_PBX], 0));
      expect(left.map(({ contact }) => contact).sort()).toEqual(['sip:b@h', 'sip:c@h']);
    });
  });

  describe('call records', () => {
    test('come back as they were put, once, with the end of the conversation', async () => {
      const one = call('call-1');
      await use().run(async (tables) => {
        await tables.calls.insert([one, call('call-2')]);
        await tables.calls.insert([call('call-1', { finalStatus: 500 })]);
        await tables.calls.end([{ id: callId('call-1'), ended_at: 9_000 }]);
      });
      expect(await use().read((tables) => tables.calls.get(callId('call-1')))).toEqual({
        ...one,
        endedAt: 9_000,
      });
      expect(await use().read((tables) => tables.calls.get(callId('call-2')))).toEqual(call('call-2'));
    });

    test('are listed newest first, page by page, also where many began in one millisecond', async () => {
      const calls = Array.from({ length: 30 }, (_, i) =>
        call(`c${i}`, { startedAt: 1_000 + Math.floor(i / 10) }),
      );
      await use().run((tables) => tables.calls.insert(calls));
      const seen: StoredCall[] = [];
      for (;;) {
        const last = seen.at(-1)?.record;
        const page = await use().read((tables) => tables.calls.list({}, last, 7));
        seen.push(...page);
        if (page.length < 7) break;
      }
      const order = seen.map(({ record }) => [record.startedAt, record.id] as const);
      expect(order).toHaveLength(30);
      expect(new Set(order.map(([, id]) => id)).size).toBe(30);
      expect(order.map(([at]) => at)).toEqual([...order.map(([at]) => at)].sort((a, b) => b - a));
    });

    test('are chosen by account, DID, outcome and time', async () => {
      await use().run((tables) =>
        tables.calls.insert([
          call('a', { startedAt: 1 }),
          call('b', { startedAt: 2, account: BOB, did: e164('+13105550111') }),
          { ...call('c', { startedAt: 3 }), outcome: 'failed' },
        ]),
      );
      const ids = async (selection: Parameters<Repositories['calls']['list']>[0]): Promise<string> =>
        (await use().read((tables) => tables.calls.list(selection, undefined, 10)))
          .map(({ record }) => record.id)
          .join('');
      expect(await ids({ account: ALICE })).toBe('ca');
      expect(await ids({ did: e164('+13105550111') })).toBe('b');
      expect(await ids({ outcome: 'failed' })).toBe('c');
      expect(await ids({ from: 2 })).toBe('cb');
      expect(await ids({ until: 3 })).toBe('ba');
      expect(await ids({ account: ALICE, outcome: 'answered', from: 1, until: 2 })).toBe('a');
      const count = (selection: Parameters<typeof ids>[0], most: number) =>
        use().read((tables) => tables.calls.count(selection, most));
      expect(await count({}, 10)).toBe(3);
      expect(await count({ account: ALICE }, 10)).toBe(2);
      expect(await count({}, 1)).toBe(2);
    });

    test('a record of a call that was handed over stands with the first; it is listed where that is missing', async () => {
      await use().run((tables) =>
        tables.calls.insert([
          call('first'),
          call('leg', { trunkServer: TRUNK2, handedOverFrom: callId('first'), startedAt: 1_001 }),
          call('orphan', { trunkServer: TRUNK2, handedOverFrom: callId('lost'), startedAt: 1_002 }),
        ]),
      );
      const listed = await use().read((tables) => tables.calls.list({}, undefined, 10));
      expect(listed.map(({ record }) => record.id)).toEqual(['orphan', 'first']);
      const legs = await use().read((tables) => tables.calls.handedOverFrom([callId('first')]));
      expect(legs.map(({ record }) => record.id)).toEqual(['leg']);
    });

    test('a thousand are inserted at once, and none of those that are there already again', async () => {
      const calls = Array.from({ length: 1_000 }, (_, i) => call(`c${i}`));
      await use().run((tables) => tables.calls.insert(calls.slice(0, 10)));
      await use().run((tables) => tables.calls.insert(calls));
      expect(await use().read((tables) => tables.calls.list({}, undefined, 2_000))).toHaveLength(1_000);
    });
  });

  test('a spool position is kept for each trunk server', async () => {
    const position = { file: 1_790_000_000_000, offset: 12 };
    await use().run(async (tables) => {
      await tables.spoolPositions.put(TRUNK1, { file: 1, offset: 2 });
      await tables.spoolPositions.put(TRUNK1, position);
    });
    expect(await use().read((tables) => tables.spoolPositions.get(TRUNK1))).toEqual(position);
    expect(await use().read((tables) => tables.spoolPositions.get(TRUNK2))).toBeUndefined();
  });
});
