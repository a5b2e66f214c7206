import { describe, expect, test } from 'vitest';
import { postgresUnderTest } from '../../test/support/postgres-under-test.ts';
import { must } from '../../test/support/store-contract.ts';

const place = postgresUnderTest();

/** Runs in the project `postgresql` alone: SQLite has nobody to hear of. */
describe('a process hears from PostgreSQL', () => {
  async function two() {
    const database = await place?.();
    if (database === undefined) throw new Error('only with PostgreSQL');
    const [writer, reader] = [database.open(), database.open()];
    must(await writer.migrate());
    const commit = async (revision: number) =>
      must(
        await writer.write<void, never>(async (tables) => {
          await tables.revisions.next();
          await tables.revisions.insert(revision, 1, '[]');
          return { ok: true, value: undefined };
        }),
      );
    const heard: number[] = [];
    const waiting: { revision: number; told: () => void }[] = [];
    let connections = 0;
    const connected: (() => void)[] = [];
    reader.hear({
      revision: (revision) => {
        heard.push(revision);
        for (const one of waiting) if (one.revision === revision) one.told();
      },
      question: () => {},
      connected: () => {
        connections += 1;
        connected.shift()?.();
      },
    });
    return {
      database,
      heard,
      commit,
      connection: (nth: number) =>
        connections >= nth
          ? Promise.resolve()
          : new Promise<void>((resolve) => {
              connected.push(resolve);
            }),
      told: (revision: number) =>
        heard.includes(revision)
          ? Promise.resolve()
          : new Promise<void>((resolve) => {
              waiting.push({ revision, told: resolve });
            }),
      async end() {
        await reader.close();
        await writer.close();
        await database.remove();
      },
    };
  }

  test('each revision once it is committed, and nothing of one that was rolled back', async () => {
    const stand = await two();
    await stand.connection(1);
    await stand.commit(1);
    await stand.commit(2);
    await stand.told(2);
    expect(stand.heard).toEqual([1, 2]);
    await stand.end();
  });

  test('again after its connection was cut, and is told that it may have missed something', async () => {
    const stand = await two();
    await stand.connection(1);
    const again = stand.connection(2);
    await stand.database.cut('throughline notices');
    await again;
    await stand.commit(1);
    await stand.told(1);
    expect(stand.heard).toEqual([1]);
    await stand.end();
  });
});
