import { describe, expect, test } from 'vitest';
import {
  ALICE,
  account,
  BACKUP,
  binding,
  call,
  did,
  must,
  PLACES,
  type Place,
  SQLITE,
  setUp,
} from '../../test/support/store-contract.ts';
import { ok } from '../base/result.ts';
import { accountId } from '../domain/ids.ts';
import type { WholeDatabase } from './whole-database.ts';

/** Every line of an export. */
async function exported(from: WholeDatabase): Promise<readonly string[]> {
  const lines: string[] = [];
  must(await from.export('1.2.3', 0, (line) => void lines.push(line.trimEnd())));
  return lines;
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

/** A place with tables, and with a little of everything where it is filled. */
async function place(make: () => Place | Promise<Place>, filled: boolean): Promise<Place> {
  const made = await make();
  const store = made.open();
  must(await store.migrate());
  if (filled) {
    must(
      await store.write<void, never>(async (tables) => {
        await setUp(tables);
        for (let n = 0; n < 300; n += 1) {
          await tables.accounts.insert(account(accountId(`acc_${n}`), 'Ünïcode "quoted"\n\\ 🦊'), n, 1);
        }
        const many = Array.from({ length: 700 }, (_, n) => did(`+1212${String(5_550_000 + n)}`));
        await tables.dids.insert(many, 5, 1);
        await tables.failover.putForDids(many, BACKUP, 2);
        await tables.failover.putForAccount(ALICE, BACKUP, 3);
        await tables.bindings.put([binding('sip:a@192.0.2.7'), binding('sip:b@192.0.2.7')]);
        await tables.calls.insert([call('c1'), call('c2')]);
        await tables.revisions.insert(await tables.revisions.next(), 1, '[{"kind":"x"}]');
        await tables.secrets.keep('signing', 'secret', 1);
        const gone = { what: 'did', ids: ['+12125550100'], count: 1, before: {}, after: null } as const;
        const entry = {
          at: 1,
          action: 'didsRemoved',
          account: ALICE,
          actor: { kind: 'operatorKey' },
        } as const;
        await tables.auditLog.add([
          { ...entry, changes: [gone] },
          { ...entry, changes: [] },
        ]);
        return ok(undefined);
      }),
    );
  }
  await store.close();
  return made;
}

/** From SQLite to the database under test and back; both are SQLite where no server was started. */
const WAYS = PLACES.flatMap((kind) => [
  { from: SQLITE, to: kind },
  { from: kind, to: SQLITE },
]);

describe.each(WAYS)('everything moves from $from.name to $to.name', ({ from, to }) => {
  test('and is the same there', async () => {
    const source = await place(from.make, true);
    const target = await place(to.make, false);
    const read = source.openWhole();
    const written = target.openWhole();
    const lines = await exported(read);
    expect(lines.length).toBeGreaterThan(1_700);
    expect(must(await written.import(each(lines), undefined))).toMatchObject({
      accounts: { rows: 302 },
      dids: { rows: 700 },
      failover_settings: { rows: 701 },
      bindings: { rows: 2 },
      calls: { rows: 2 },
      revision_counter: { rows: 1 },
      secrets: { rows: 1 },
      audit_entries: { rows: 2 },
      audit_targets: { rows: 1 },
      audit_counter: { rows: 1 },
    });
    const again = await exported(written);
    expect(again.slice(1, -1).toSorted()).toEqual(lines.slice(1, -1).toSorted());
    const store = target.open();
    expect(await store.read((tables) => tables.revisions.newest())).toEqual(ok(1));
    const log = must(await store.read((tables) => tables.auditLog.list({ account: ALICE }, undefined, 10)));
    expect(log.map(({ number }) => number)).toEqual([2, 1]);
    // The references hold again, each at its statement.
    await expect(
      store.write<void, never>(async (tables) => {
        await tables.dids.insert([did('+13105550100', accountId('acc_nobody'))], 1, 1);
        return ok(undefined);
      }),
    ).rejects.toThrow(/foreign key/i);
    await store.close();
    await read.close();
    await written.close();
    await source.remove();
    await target.remove();
  });

  test('or nothing is kept: what is damaged, cut off, or refers to nothing', async () => {
    const source = await place(from.make, true);
    const target = await place(to.make, false);
    const read = source.openWhole();
    const written = target.openWhole();
    const lines = await exported(read);
    const before = await exported(written);
    const secret = lines.findIndex((line) => line.startsWith('{"table":"secrets"')) + 1;
    const accounts = lines.findIndex((line) => line.startsWith('{"table":"accounts"'));
    const swap = (at: number, line: string) => lines.with(at, line);
    const damaged: readonly [readonly string[], RegExp][] = [
      [[], /without its last line/],
      [lines.slice(0, -1), /without its last line/],
      [[...lines, '[1]'], /behind its end/],
      [swap(secret, String(lines[secret]).replace('secret', 'Secret')), /changed or damaged/],
      [swap(secret, '[]'), /does not fit the columns/],
      [swap(secret, '{'), /no line of an export/],
      [swap(0, String(lines[0]).replace(/"schema":"[^"]*"/, '"schema":"0000"')), /run the same version/],
      [swap(accounts, '{"table":"nobodies","columns":["id"]}'), /not in the database/],
      [
        lines.toSpliced(accounts + 1, 0, String(lines[accounts + 1])),
        /does not take a row|changed or damaged/,
      ],
    ];
    for (const [file, why] of damaged) {
      expect(await written.import(each(file), undefined)).toMatchObject({
        ok: false,
        error: { kind: 'importRefused', message: expect.stringMatching(why) },
      });
    }
    expect((await exported(written)).slice(1)).toEqual(before.slice(1));
    must(await written.import(each(lines), undefined));
    expect(await written.import(each(lines), undefined)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('in use already: table accounts has 302 rows') },
    });
    await read.close();
    await written.close();
    await source.remove();
    await target.remove();
  });
});
