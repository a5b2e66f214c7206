import { CompiledQuery, Kysely, type LogEvent } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import { ALICE, call, e164, must } from '../../test/support/store-contract.ts';
import { callId } from '../domain/ids.ts';
import { sqliteBulkRows } from './bulk-rows.ts';
import { type CallSelection, Calls } from './calls.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import type { Tables } from './schema.ts';
import { Store } from './store.ts';

/** SQLite has no statistics, here and in a service: the way it takes to ten calls it takes to ten million. */
describe('the way to a page of calls, on SQLite', () => {
  let asked: CompiledQuery | undefined;
  let db: Kysely<Tables>;
  let calls: Calls;
  const heard = (event: LogEvent) => {
    asked = event.query;
  };
  beforeEach(async () => {
    const dialect = nodeSqliteDialect(':memory:');
    db = new Kysely<Tables>({ dialect, log: heard });
    must(await new Store(db, sqliteBulkRows, SEALING_KEY).migrate());
    calls = new Calls(db, sqliteBulkRows);
    await calls.insert([call('one')]);
  });
  afterEach(() => db.destroy());

  const did = e164('+12125550100');
  const ways: readonly (readonly [CallSelection, string])[] = [
    [{}, 'calls_newest'],
    [{ account: ALICE }, 'calls_newest_by_account'],
    [{ did }, 'calls_newest_by_did'],
    [{ account: ALICE, did }, 'calls_newest_by_did'],
    [{ outcome: 'answered' }, 'calls_newest_by_outcome'],
    [{ outcome: 'failed' }, 'calls_newest_by_outcome'],
    [{ account: ALICE, outcome: 'answered' }, 'calls_newest_by_account'],
    [{ account: ALICE, outcome: 'failed' }, 'calls_unanswered_by_account'],
    [{ account: ALICE, outcome: 'cancelled' }, 'calls_unanswered_by_account'],
    [{ did, outcome: 'answered' }, 'calls_newest_by_did'],
    [{ did, outcome: 'failed' }, 'calls_newest_by_did'],
    [{ account: ALICE, did, outcome: 'failed' }, 'calls_newest_by_did'],
  ];

  test.each(ways)('%o: by the index that has these alone, in the order of time', async (selection, index) => {
    const behind = { startedAt: 5_000, id: callId('x') };
    for (const [chosen, after] of [
      [selection, undefined],
      [selection, behind],
      [{ ...selection, from: 1, until: 9_000 }, undefined],
      [{ ...selection, from: 1, until: 9_000 }, behind],
    ] as const) {
      await calls.list(chosen, after, 100);
      const way = await wayOf(asked);
      expect(way).toMatch(new RegExp(`USING INDEX ${index}( |$)`, 'm'));
      // Only calls of one and the same millisecond are put in order afterwards.
      expect(way).not.toContain('USE TEMP B-TREE FOR ORDER BY');
      if (chosen !== selection || after !== undefined) expect(way).toMatch(/started_at[<>]/);
    }
  });

  async function wayOf(query: CompiledQuery | undefined): Promise<string> {
    const explain = CompiledQuery.raw(`explain query plan ${query?.sql}`, [...(query?.parameters ?? [])]);
    const { rows } = await db.executeQuery<{ readonly detail: string }>(explain);
    return rows.map(({ detail }) => detail).join('\n');
  }
});
