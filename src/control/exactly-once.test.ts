import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { Kysely } from 'kysely';
import { expect, test } from 'vitest';
import { must, NOW, TRUNK1 } from '../../test/support/control-stand.ts';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import { binding, call } from '../../test/support/store-contract.ts';
import { callId } from '../domain/ids.ts';
import type { SpoolEvent } from '../link/messages.ts';
import { SpoolReader } from '../link/spool-reader.ts';
import { SpoolWriter } from '../link/spool-writer.ts';
import { sqliteBulkRows } from '../store/bulk-rows.ts';
import { nodeSqliteDialect } from '../store/node-sqlite.ts';
import type { Tables } from '../store/schema.ts';
import { Store } from '../store/store.ts';
import { SpoolConsumer } from './spool-consumer.ts';

const LIMITS = { fileBytes: 1_500, totalBytes: 1e7 };

const event = fc.oneof(
  fc.record({ kind: fc.constant('bound' as const), contact: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('unbound' as const), contact: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('call' as const) }),
);

const step = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    events: fc.array(event, { minLength: 1, maxLength: 8 }),
  }),
  fc.record({ kind: fc.constant('drain' as const), databaseAway: fc.boolean() }),
  fc.record({ kind: fc.constant('restart' as const), torn: fc.integer({ min: 0, max: 40 }) }),
);

test('each event reaches the store once, whatever crashes, restarts and goes away in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 30 }),
      fc.integer({ min: 300, max: 4_000 }),
      async (steps, batchBytes) => {
        const folder = mkdtempSync(join(tmpdir(), 'throughline-once-'));
        const spool = join(folder, 'spool');
        const path = join(folder, 'throughline.db');
        const open = (): Kysely<Tables> => new Kysely<Tables>({ dialect: nodeSqliteDialect(path, 1) });
        const consume = (): SpoolConsumer => {
          const reader = new SpoolReader(spool, TRUNK1, batchBytes);
          return new SpoolConsumer(
            store,
            reader,
            TRUNK1,
            () => {},
            () => {},
          );
        };
        let db = open();
        let store = new Store(db, sqliteBulkRows, SEALING_KEY);
        must(await store.migrate());
        let writer = must(SpoolWriter.open(spool, TRUNK1, NOW, LIMITS));
        let consumer = consume();
        const bound = new Map<string, number>();
        let made = 0;
        let expected = 0;

        /** Drains, and compares the store with what was appended so far. */
        const drainAndCompare = async (): Promise<void> => {
          must(await consumer.drain());
          const bindings = must(
            await store.read((tables) => tables.bindings.ofTrunkGroups([binding('').trunkGroup], 0)),
          );
          expect(new Map(bindings.map(({ contact, cseq }) => [contact, cseq]))).toEqual(bound);
          const calls = must(await store.read((tables) => tables.calls.list({}, undefined, 1_000)));
          expect(calls).toHaveLength(expected);
          // A record that is applied again would be passed over where it still stands: here it would come back.
          await db.deleteFrom('calls').execute();
          expected = 0;
        };

        try {
          let cseq = 0;
          for (const action of steps) {
            if (action.kind === 'append') {
              const events = action.events.map((chosen): SpoolEvent => {
                if (chosen.kind === 'call') {
                  made += 1;
                  expected += 1;
                  return { kind: 'call', record: call(`call-${made}`).record };
                }
                const contact = `sip:${chosen.contact}@192.0.2.1`;
                const { trunkGroup } = binding(contact);
                if (chosen.kind === 'unbound') {
                  bound.delete(contact);
                  return { kind: 'unbound', trunkGroup, contact };
                }
                cseq += 1;
                bound.set(contact, cseq);
                return { kind: 'bound', binding: binding(contact, { cseq }) };
              });
              must(writer.append([...events, { kind: 'callEnded', call: callId('unknown'), at: NOW }]));
            } else if (action.kind === 'drain' && action.databaseAway) {
              const other = new DatabaseSync(path);
              other.exec('begin immediate');
              await consumer.drain();
              other.close();
            } else if (action.kind === 'drain') {
              await drainAndCompare();
            } else {
              writer.close();
              await store.close();
              const files = readdirSync(spool).sort();
              const last = files.at(-1);
              if (last !== undefined)
                appendFileSync(
                  join(spool, last),
                  '{"kind":"unbound","trunkGroup":"tg_alice","con'.slice(0, action.torn),
                );
              db = open();
              store = new Store(db, sqliteBulkRows, SEALING_KEY);
              writer = must(SpoolWriter.open(spool, TRUNK1, NOW, LIMITS));
              consumer = consume();
            }
          }
          await drainAndCompare();
        } finally {
          writer.close();
          await store.close();
          rmSync(folder, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);
