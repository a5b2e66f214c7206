import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { err, ok, type Result } from '../base/result.ts';
import type { Account, Did, TrunkGroup } from '../domain/account.ts';
import type { Binding } from '../domain/binding.ts';
import type { CallRecord } from '../domain/call-record.ts';
import { DEFAULT_DELIVERY } from '../domain/delivery-settings.ts';
import type { FailoverSettings } from '../domain/failover-settings.ts';
import type { Gateway } from '../domain/gateway.ts';
import { accountId, callId, gatewayId, trunkGroupId, trunkServerId } from '../domain/ids.ts';
import { type E164, parseE164 } from '../domain/phone-number.ts';
import { sqliteBulkRows } from './bulk-rows.ts';
import type { StoredCall } from './calls.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import type { Tables } from './schema.ts';
import { type Repositories, Store } from './store.ts';

/** One place where a store can be: opened as often as a test likes, and the data stays. */
interface Place {
  open(): Store;
  remove(): void;
}

/** Every database that must pass. */
const PLACES: readonly { readonly name: string; readonly make: () => Place }[] = [
  {
    name: 'SQLite',
    make: () => {
      const folder = mkdtempSync(join(tmpdir(), 'throughline-store-'));
      return {
        open: () => must(Store.openSqlite(join(folder, 'throughline.db'))),
        remove: () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  },
];

const TRUNK1 = trunkServerId('trunk1');
const TRUNK2 = trunkServerId('trunk2');
const ALICE = accountId('acc_alice');
const BOB = accountId('acc_bob');
const ALICE_PBX = trunkGroupId('tg_alice');
const BOB_PBX = trunkGroupId('tg_bob');

function must<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function e164(text: string): E164 {
  const number = parseE164(text);
  if (number === undefined) throw new Error(text);
  return number;
}

function account(id = ALICE, name = 'Alice'): Account {
  return { id, name, suspended: false, didFormat: '10-digits', delivery: DEFAULT_DELIVERY };
}

function trunkGroup(id = ALICE_PBX, owner = ALICE): TrunkGroup {
  return { id, account: owner, name: 'PBX', username: `user-${id}`, ha1: { md5: 'a', sha256: 'b' } };
}

function did(number: string, owner = ALICE, group = ALICE_PBX): Did {
  return { number: e164(number), account: owner, trunkGroup: group };
}

const BACKUP: FailoverSettings = {
  backup: {
    kind: 'address',
    address: { host: { kind: 'name', name: 'pbx.example.com' }, port: 5062, transport: 'tcp' },
  },
  number: e164('+12125550199'),
};

function binding(contact: string, change: Partial<Binding> = {}): Binding {
  return {
    trunkServer: TRUNK1,
    trunkGroup: ALICE_PBX,
    contact,
    q: 1000,
    registeredAt: 1_000,
    expiresAt: 5_000,
    callId: 'c1',
    cseq: 7,
    userAgent: 'FreePBX',
    source: { transport: 'UDP', address: '192.0.2.7', port: 5060 },
    behindNat: true,
    path: ['<sip:edge.example.com;lr>'],
    ...change,
  };
}

function call(id: string, change: Partial<CallRecord> = {}): StoredCall {
  return {
    record: {
      id: callId(id),
      trunkServer: TRUNK1,
      account: ALICE,
      did: e164('+12125550100'),
      caller: '+13105550111',
      sipCallId: `${id}@carrier`,
      revision: 3,
      startedAt: 1_000,
      answeredAt: 1_500,
      finalAt: 1_500,
      finalStatus: 200,
      attempts: [
        {
          reason: { kind: 'number', source: 'account' },
          target: '+12125550199 over carrier',
          startedAt: 1_000,
          endedAt: 1_500,
          ringingAt: 1_200,
          outcome: { kind: 'rejected', status: 503 },
        },
      ],
      ...change,
    },
    outcome: 'answered',
    endedAt: undefined,
  };
}

async function setUp(tables: Repositories): Promise<void> {
  await tables.accounts.insert(account(), 10, 1);
  await tables.accounts.insert(account(BOB, 'Bob'), 11, 1);
  await tables.trunkGroups.insert(trunkGroup(), 10, 1);
  await tables.trunkGroups.insert(trunkGroup(BOB_PBX, BOB), 11, 1);
}

for (const { name, make } of PLACES) {
  describe(`the store on ${name}`, () => {
    let place: Place;
    let store: Store;

    beforeEach(async () => {
      place = make();
      store = place.open();
      must(await store.migrate());
      await run(setUp);
    });
    afterEach(async () => {
      await store.close();
      place.remove();
    });

    async function run<T>(command: (tables: Repositories) => Promise<T>): Promise<T> {
      return must(await store.write<T, never>(async (tables) => ok(await command(tables))));
    }

    async function read<T>(query: (tables: Repositories) => Promise<T>): Promise<T> {
      return must(await store.read(query));
    }

    async function reopen(): Promise<void> {
      await store.close();
      store = place.open();
      must(await store.migrate());
    }

    describe('transactions', () => {
      test('a command that is refused leaves nothing behind', async () => {
        const refused = await store.write(async (tables) => {
          await tables.revisions.next();
          await tables.accounts.update({ ...account(), name: 'Mallory' }, 2);
          return err('no');
        });
        expect(refused).toEqual(err('no'));
        expect((await read((tables) => tables.accounts.get(ALICE)))?.account.name).toBe('Alice');
        expect(await read((tables) => tables.revisions.newest())).toBe(0);
      });

      test('a command that throws leaves nothing behind, and the next one works', async () => {
        const thrown = store.write(async (tables) => {
          await tables.accounts.update({ ...account(), name: 'Mallory' }, 2);
          throw new Error('a bug');
        });
        await expect(thrown).rejects.toThrow('a bug');
        expect((await read((tables) => tables.accounts.get(ALICE)))?.account.name).toBe('Alice');
      });

      test('commands that are given at once are made one after another', async () => {
        const revisions = await Promise.all(
          Array.from({ length: 20 }, () => run((tables) => tables.revisions.next())),
        );
        expect(revisions.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      });

      test('what was accepted is there after the database was opened again', async () => {
        await run((tables) => tables.dids.insert([did('+12125550100')], 20, 2));
        await reopen();
        expect(await read((tables) => tables.dids.get(e164('+12125550100')))).toEqual(did('+12125550100'));
      });
    });

    describe('accounts and trunk groups', () => {
      test('come back as they were put, with their failover settings', async () => {
        const changed: Account = {
          ...account(),
          suspended: true,
          didFormat: 'e164',
          delivery: {
            ...DEFAULT_DELIVERY,
            triggers: { preset: 'anything', add: [404], remove: [503] },
            timings: { noResponse: 2_000, noProgress: 'off', ring: 30_000 },
          },
          failover: BACKUP,
        };
        await run(async (tables) => {
          await tables.accounts.update(changed, 2);
          await tables.failover.putForAccount(ALICE, BACKUP, 2);
        });
        expect(await read((tables) => tables.accounts.get(ALICE))).toEqual({
          account: changed,
          createdAt: 10,
          changedIn: 2,
        });
        expect(await read((tables) => tables.trunkGroups.get(ALICE_PBX))).toEqual(trunkGroup());
        await run((tables) => tables.failover.deleteForAccount(ALICE));
        expect((await read((tables) => tables.accounts.get(ALICE)))?.account.failover).toBeUndefined();
      });

      test('are listed by id, page by page', async () => {
        const first = await read((tables) => tables.accounts.list(undefined, 1));
        const second = await read((tables) => tables.accounts.list(first[0]?.account.id, 5));
        expect([...first, ...second].map((stored) => stored.account.name)).toEqual(['Alice', 'Bob']);
        const groups = await read((tables) => tables.trunkGroups.list(BOB, undefined, 5));
        expect(groups.map(({ id }) => id)).toEqual([BOB_PBX]);
        expect(await read((tables) => tables.trunkGroups.list(undefined, ALICE_PBX, 5))).toHaveLength(1);
      });

      test('a user name cannot be given twice', async () => {
        const twice = run((tables) =>
          tables.trunkGroups.insert({ ...trunkGroup(), id: trunkGroupId('tg_other') }, 12, 2),
        );
        await expect(twice).rejects.toThrow();
      });
    });

    describe('DIDs', () => {
      const numbers = Array.from({ length: 2_500 }, (_, i) => `+1212555${String(i).padStart(4, '0')}`);

      test('many are inserted, found, moved and deleted at once', async () => {
        const all = numbers.map(e164);
        await run((tables) =>
          tables.dids.insert(
            numbers.map((number) => did(number)),
            20,
            2,
          ),
        );
        expect(await read((tables) => tables.dids.countOf([ALICE, BOB]))).toEqual(new Map([[ALICE, 2_500]]));
        expect(await read((tables) => tables.dids.find([...all, e164('+13105550111')]))).toHaveLength(2_500);
        await run((tables) => tables.dids.move(all.slice(0, 1_000), BOB, BOB_PBX, 3));
        expect(await read((tables) => tables.dids.get(e164('+12125550999')))).toEqual(
          did('+12125550999', BOB, BOB_PBX),
        );
        await run((tables) => tables.dids.delete(all.slice(0, 2_000)));
        expect(await read((tables) => tables.dids.countOf([ALICE, BOB]))).toEqual(new Map([[ALICE, 500]]));
      });

      test('are listed by number, page by page, of one account or trunk group', async () => {
        await run(async (tables) => {
          await tables.dids.insert(
            numbers.slice(0, 10).map((number) => did(number)),
            20,
            2,
          );
          await tables.dids.insert([did('+12125559999', BOB, BOB_PBX)], 20, 2);
        });
        const first = await read((tables) => tables.dids.list({ account: ALICE }, undefined, 6));
        const rest = await read((tables) => tables.dids.list({ account: ALICE }, first.at(-1)?.number, 6));
        expect([...first, ...rest].map(({ number }) => number)).toEqual(numbers.slice(0, 10));
        expect(await read((tables) => tables.dids.list({ trunkGroup: BOB_PBX }, undefined, 6))).toHaveLength(
          1,
        );
        expect(await read((tables) => tables.dids.list({}, undefined, 100))).toHaveLength(11);
      });

      test('failover settings and triggers belong to a DID and go with it', async () => {
        const [one, two] = [did('+12125550100'), did('+12125550101')];
        const triggers = { preset: 'anything', add: [], remove: [486] } as const;
        await run(async (tables) => {
          await tables.dids.insert([one, two], 20, 2);
          await tables.dids.setTriggers(one.number, triggers, 3);
          await tables.failover.putForDids([one, two], BACKUP, 3);
          await tables.failover.putForDids([two], { number: e164('+12125550198') }, 4);
        });
        expect(await read((tables) => tables.dids.find([one.number, two.number]))).toEqual([
          { ...one, triggers, failover: BACKUP },
          { ...two, failover: { number: e164('+12125550198') } },
        ]);
        expect(
          await read((tables) =>
            tables.failover.ownersPointingAt([e164('+12125550198'), e164('+12125550197')]),
          ),
        ).toEqual([{ number: '+12125550198', owner: two.number }]);
        await run(async (tables) => {
          await tables.dids.delete([two.number]);
          await tables.failover.deleteForDids([one.number]);
        });
        expect(await read((tables) => tables.dids.get(one.number))).toEqual({ ...one, triggers });
        await run((tables) => tables.dids.insert([two], 30, 5));
        expect(await read((tables) => tables.dids.get(two.number))).toEqual(two);
      });

      test('a backup may be another trunk group', async () => {
        const settings: FailoverSettings = { backup: { kind: 'trunkGroup', trunkGroup: BOB_PBX } };
        await run(async (tables) => {
          await tables.dids.insert([did('+12125550100')], 20, 2);
          await tables.failover.putForDids([did('+12125550100')], settings, 3);
        });
        expect((await read((tables) => tables.dids.get(e164('+12125550100'))))?.failover).toEqual(settings);
      });
    });

    test('gateways come back as they were put, by priority', async () => {
      const one: Gateway = {
        id: gatewayId('gw_1'),
        name: 'one',
        sources: ['203.0.113.0/24'],
        address: { host: { kind: 'ipv4', address: '203.0.113.7' } },
        priority: 20,
        weight: 5,
        trusted: true,
      };
      const two: Gateway = {
        id: gatewayId('gw_2'),
        name: 'two',
        sources: [],
        priority: 10,
        weight: 1,
        trusted: false,
      };
      await run(async (tables) => {
        await tables.gateways.insert(one, 20, 2);
        await tables.gateways.insert({ ...two, sources: ['198.51.100.1'] }, 20, 2);
        await tables.gateways.update(two, 3);
      });
      expect(await read((tables) => tables.gateways.list())).toEqual([two, one]);
      await run((tables) => tables.gateways.delete(one.id));
      expect(await read((tables) => tables.gateways.get(one.id))).toBeUndefined();
    });

    describe('bindings', () => {
      test('are replaced by trunk server, trunk group and contact, and come back as they were put', async () => {
        const refreshed = binding('sip:a@192.0.2.7', {
          expiresAt: 9_000,
          cseq: 8,
          path: [],
          behindNat: false,
        });
        await run(async (tables) => {
          await tables.bindings.put([binding('sip:a@192.0.2.7'), binding('sip:b@192.0.2.7')]);
          await tables.bindings.put([refreshed, binding('sip:a@192.0.2.7', { trunkServer: TRUNK2 })]);
        });
        const at1 = await read((tables) => tables.bindings.atTrunkServer(TRUNK1, 2_000));
        expect(at1).toHaveLength(2);
        expect(at1).toContainEqual(refreshed);
        expect(await read((tables) => tables.bindings.atTrunkServer(TRUNK2, 2_000))).toHaveLength(1);
      });

      test('those that have expired are not given, and are forgotten', async () => {
        await run((tables) =>
          tables.bindings.put([binding('sip:a@h'), binding('sip:b@h', { expiresAt: 9_000 })]),
        );
        const live = await read((tables) => tables.bindings.ofTrunkGroups([ALICE_PBX], 5_000));
        expect(live.map(({ contact }) => contact)).toEqual(['sip:b@h']);
        await run((tables) => tables.bindings.deleteExpired(5_000));
        expect(await read((tables) => tables.bindings.ofTrunkGroups([ALICE_PBX], 0))).toHaveLength(1);
      });

      test('one of a trunk group that is gone is kept but not given to a trunk server', async () => {
        await run((tables) =>
          tables.bindings.put([binding('sip:a@h', { trunkGroup: trunkGroupId('tg_gone') })]),
        );
        expect(await read((tables) => tables.bindings.atTrunkServer(TRUNK1, 0))).toEqual([]);
      });

      test('exactly those that are named are deleted', async () => {
        const long = `sip:a@192.0.2.7;x=${'y'.repeat(60_000)}`;
        await run(async (tables) => {
          await tables.bindings.put([binding(long), binding('sip:b@h'), binding('sip:c@h')]);
          await tables.bindings.delete([binding(long), binding('sip:c@h', { trunkServer: TRUNK2 })]);
        });
        const left = await read((tables) => tables.bindings.ofTrunkGroups([ALICE_PBX], 0));
        expect(left.map(({ contact }) => contact).sort()).toEqual(['sip:b@h', 'sip:c@h']);
      });
    });

    describe('call records', () => {
      test('come back as they were put, once, with the end of the conversation', async () => {
        const one = call('call-1');
        await run(async (tables) => {
          await tables.calls.insert([one, call('call-2')]);
          await tables.calls.insert([call('call-1', { finalStatus: 500 })]);
          await tables.calls.end([{ id: callId('call-1'), ended_at: 9_000 }]);
        });
        expect(await read((tables) => tables.calls.get(callId('call-1')))).toEqual({
          ...one,
          endedAt: 9_000,
        });
        expect(await read((tables) => tables.calls.get(callId('call-2')))).toEqual(call('call-2'));
      });

      test('are listed newest first, page by page, also where many began in one millisecond', async () => {
        const calls = Array.from({ length: 30 }, (_, i) =>
          call(`c${i}`, { startedAt: 1_000 + Math.floor(i / 10) }),
        );
        await run((tables) => tables.calls.insert(calls));
        const seen: StoredCall[] = [];
        for (;;) {
          const last = seen.at(-1)?.record;
          const page = await read((tables) => tables.calls.list({}, last, 7));
          seen.push(...page);
          if (page.length < 7) break;
        }
        const order = seen.map(({ record }) => [record.startedAt, record.id] as const);
        expect(order).toHaveLength(30);
        expect(new Set(order.map(([, id]) => id)).size).toBe(30);
        expect(order.map(([at]) => at)).toEqual([...order.map(([at]) => at)].sort((a, b) => b - a));
      });

      test('are chosen by account, DID, outcome and time', async () => {
        await run((tables) =>
          tables.calls.insert([
            call('a', { startedAt: 1 }),
            call('b', { startedAt: 2, account: BOB, did: e164('+13105550111') }),
            { ...call('c', { startedAt: 3 }), outcome: 'failed' },
          ]),
        );
        const ids = async (selection: Parameters<Repositories['calls']['list']>[0]): Promise<string> =>
          (await read((tables) => tables.calls.list(selection, undefined, 10)))
            .map(({ record }) => record.id)
            .join('');
        expect(await ids({ account: ALICE })).toBe('ca');
        expect(await ids({ did: e164('+13105550111') })).toBe('b');
        expect(await ids({ outcome: 'failed' })).toBe('c');
        expect(await ids({ from: 2 })).toBe('cb');
        expect(await ids({ until: 3 })).toBe('ba');
        expect(await ids({ account: ALICE, outcome: 'answered', from: 1, until: 2 })).toBe('a');
      });

      test('a record of a call that was handed over stands with the first; it is listed where that is missing', async () => {
        await run((tables) =>
          tables.calls.insert([
            call('first'),
            call('leg', { trunkServer: TRUNK2, handedOverFrom: callId('first'), startedAt: 1_001 }),
            call('orphan', { trunkServer: TRUNK2, handedOverFrom: callId('lost'), startedAt: 1_002 }),
          ]),
        );
        const listed = await read((tables) => tables.calls.list({}, undefined, 10));
        expect(listed.map(({ record }) => record.id)).toEqual(['orphan', 'first']);
        const legs = await read((tables) => tables.calls.handedOverFrom([callId('first')]));
        expect(legs.map(({ record }) => record.id)).toEqual(['leg']);
      });

      test('an insert of a thousand is cheap enough not to be felt', async () => {
        const calls = Array.from({ length: 1_000 }, (_, i) => call(`c${i}`));
        await run((tables) => tables.calls.insert(calls.slice(0, 10)));
        const before = performance.now();
        await run((tables) => tables.calls.insert(calls));
        expect(performance.now() - before).toBeLessThan(1_000);
        expect(await read((tables) => tables.calls.list({}, undefined, 2_000))).toHaveLength(1_000);
      });
    });

    test('revisions are told from any point on, until their changes are forgotten', async () => {
      await run(async (tables) => {
        for (const at of [10, 20, 30]) {
          const revision = await tables.revisions.next();
          await tables.revisions.insert(revision, at, `["${revision}"]`);
        }
      });
      expect(await read((tables) => tables.revisions.newest())).toBe(3);
      expect(await read((tables) => tables.revisions.after(1, 1))).toEqual([
        { revision: 2, at: 20, changesJson: '["2"]' },
      ]);
      await run((tables) => tables.revisions.forgetOldChanges(2, 1_000));
      const kept = await read((tables) => tables.revisions.after(0, 5));
      expect(kept.map(({ changesJson }) => changesJson)).toEqual([undefined, '["2"]', '["3"]']);
      await run((tables) => tables.revisions.forgetOldChanges(2, 9));
      expect(await read((tables) => tables.revisions.after(1, 5))).toEqual([
        { revision: 2, at: 20, changesJson: undefined },
        { revision: 3, at: 30, changesJson: '["3"]' },
      ]);
      expect(await read((tables) => tables.revisions.get(9))).toBeUndefined();
    });

    test('the first activation of a revision stands, and answers for the revisions before it', async () => {
      await run(async (tables) => {
        await tables.activations.insert([
          { trunkServer: TRUNK1, revision: 3, at: 30 },
          { trunkServer: TRUNK1, revision: 5, at: 50 },
        ]);
        await tables.activations.insert([{ trunkServer: TRUNK1, revision: 5, at: 90 }]);
      });
      expect(await read((tables) => tables.activations.since(TRUNK1, 2))).toBe(30);
      expect(await read((tables) => tables.activations.since(TRUNK1, 4))).toBe(50);
      expect(await read((tables) => tables.activations.since(TRUNK1, 6))).toBeUndefined();
      expect(await read((tables) => tables.activations.since(TRUNK2, 1))).toBeUndefined();
    });

    test('a spool position is kept for each trunk server', async () => {
      const position = { file: 1_790_000_000_000, offset: 12 };
      await run(async (tables) => {
        await tables.spoolPositions.put(TRUNK1, { file: 1, offset: 2 });
        await tables.spoolPositions.put(TRUNK1, position);
      });
      expect(await read((tables) => tables.spoolPositions.get(TRUNK1))).toEqual(position);
      expect(await read((tables) => tables.spoolPositions.get(TRUNK2))).toBeUndefined();
    });

    test('a secret that stands is kept', async () => {
      expect(await run((tables) => tables.secrets.keep('key', 'first', 1))).toBe('first');
      expect(await run((tables) => tables.secrets.keep('key', 'second', 2))).toBe('first');
      expect(await read((tables) => tables.secrets.get('other'))).toBeUndefined();
    });
  });
}

describe('SQLite', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-sqlite-'));
    path = join(folder, 'throughline.db');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('a path where no file can be made is an error that names it', () => {
    expect(Store.openSqlite(join(folder, 'none', 'x.db'))).toMatchObject({
      ok: false,
      error: { kind: 'storeUnavailable', message: expect.stringContaining('none') },
    });
  });

  test('a file that is no database is an error', () => {
    writeFileSync(path, 'this is no database at all, but long enough to look into'.repeat(20));
    expect(Store.openSqlite(path)).toMatchObject({ ok: false, error: { kind: 'storeUnavailable' } });
  });

  test('a database of a newer version is refused', async () => {
    const store = must(Store.openSqlite(path));
    must(await store.migrate());
    const other = new DatabaseSync(path);
    other.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2100')");
    other.close();
    expect(await store.migrate()).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('newer version') },
    });
    await store.close();
  });

  test('a database that another process holds is unavailable, and works again afterwards', async () => {
    const dialect = nodeSqliteDialect(path, 10);
    const store = new Store(new Kysely<Tables>({ dialect }), sqliteBulkRows);
    must(await store.migrate());
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const next = () => store.write<number, never>(async (tables) => ok(await tables.revisions.next()));
    expect(await next()).toMatchObject({ ok: false, error: { kind: 'storeUnavailable' } });
    other.exec('rollback');
    other.close();
    expect(await next()).toEqual(ok(1));
    await store.close();
  });

  test('a full disk undoes the command and leaves the store usable', async () => {
    const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(path) });
    const store = new Store(db, sqliteBulkRows);
    must(await store.migrate());
    must(await store.write<void, never>(async (tables) => ok(await setUp(tables))));
    // SQLite answers a page limit as it answers a disk without room: SQLITE_FULL.
    await sql`pragma max_page_count = 60`.execute(db);
    const many = Array.from({ length: 5_000 }, (_, i) => did(`+1212${String(5_000_000 + i)}`));
    const full = await store.write<void, never>(async (tables) => ok(await tables.dids.insert(many, 20, 2)));
    expect(full).toMatchObject({ ok: false, error: { kind: 'storeUnavailable' } });
    expect(must(await store.read((tables) => tables.dids.list({}, undefined, 1)))).toEqual([]);
    await sql`pragma max_page_count = 100000`.execute(db);
    must(await store.write<void, never>(async (tables) => ok(await tables.dids.insert(many, 20, 2))));
    await store.close();
  });

  test('a column that holds what nobody wrote makes the store unavailable, not the process', async () => {
    const store = must(Store.openSqlite(path));
    must(await store.migrate());
    must(await store.write<void, never>(async (tables) => ok(await setUp(tables))));
    const other = new DatabaseSync(path);
    other.exec("update accounts set delivery_json = '{'");
    other.close();
    expect(await store.read((tables) => tables.accounts.get(ALICE))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('accounts.delivery_json') },
    });
    await store.close();
  });
});
