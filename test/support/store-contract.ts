import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe } from 'vitest';
import { ok, type Result } from '../../src/base/result.ts';
import type { Account, Did, TrunkGroup } from '../../src/domain/account.ts';
import type { Binding } from '../../src/domain/binding.ts';
import type { CallRecord } from '../../src/domain/call-record.ts';
import { DEFAULT_DELIVERY } from '../../src/domain/delivery-settings.ts';
import type { FailoverSettings } from '../../src/domain/failover-settings.ts';
import { accountId, callId, trunkGroupId, trunkServerId } from '../../src/domain/ids.ts';
import { type E164, parseE164 } from '../../src/domain/phone-number.ts';
import type { SealingKey } from '../../src/link/sealing.ts';
import type { StoredCall } from '../../src/store/calls.ts';
import { type Repositories, Store } from '../../src/store/store.ts';
import { WholeDatabase } from '../../src/store/whole-database.ts';
import { postgresUnderTest } from './postgres-under-test.ts';
import { SEALING_KEY } from './sealing-key.ts';

/** One place where a store can be: opened as often as a test likes, and the data stays. */
export interface Place {
  /** With the sealing key of the tests, or another. */
  open(key?: SealingKey): Store;
  openWhole(): WholeDatabase;
  /** One statement as somebody sends it who has the database. */
  send(statement: string): void | Promise<void>;
  remove(): void | Promise<void>;
}

interface Kind {
  readonly name: string;
  readonly make: () => Place | Promise<Place>;
}

export const SQLITE: Kind = {
  name: 'SQLite',
  make: () => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-store-'));
    return {
      open: (key = SEALING_KEY) => must(Store.openSqlite(join(folder, 'throughline.db'), key)),
      openWhole: () => must(WholeDatabase.openSqlite(join(folder, 'throughline.db'))),
      send: (statement) => {
        const database = new DatabaseSync(join(folder, 'throughline.db'), { timeout: 1_000 });
        try {
          database.exec(statement);
        } finally {
          database.close();
        }
      },
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

const postgres = postgresUnderTest();

/** The database that must pass: PostgreSQL where a server was started for the tests, else SQLite. */
export const PLACES: readonly Kind[] = [
  postgres === undefined ? SQLITE : { name: 'PostgreSQL', make: postgres },
];

export const TRUNK1 = trunkServerId('trunk1');
export const TRUNK2 = trunkServerId('trunk2');
export const ALICE = accountId('acc_alice');
export const BOB = accountId('acc_bob');
export const ALICE_PBX = trunkGroupId('tg_alice');
export const BOB_PBX = trunkGroupId('tg_bob');

export function must<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

export function e164(text: string): E164 {
  const number = parseE164(text);
  if (number === undefined) throw new Error(text);
  return number;
}

export function account(id = ALICE, name = 'Alice'): Account {
  return { id, name, suspended: false, didFormat: '10-digits', delivery: DEFAULT_DELIVERY };
}

export function trunkGroup(id = ALICE_PBX, owner = ALICE): TrunkGroup {
  return { id, account: owner, name: 'PBX', username: `user-${id}`, ha1: { md5: 'a', sha256: 'b' } };
}

export function did(number: string, owner = ALICE, group = ALICE_PBX): Did {
  return { number: e164(number), account: owner, trunkGroup: group };
}

export const BACKUP: FailoverSettings = {
  backup: {
    kind: 'address',
    address: { host: { kind: 'name', name: 'pbx.example.com' }, port: 5062, transport: 'tcp' },
  },
  number: e164('+12125550199'),
};

export function binding(contact: string, change: Partial<Binding> = {}): Binding {
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
    instance: '"<urn:uuid:00000000-0000-1000-8000-aabbccddeeff>"',
    regId: 1,
    path: ['<sip:edge.example.com;lr>'],
    ...change,
  };
}

export function call(id: string, change: Partial<CallRecord> = {}): StoredCall {
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

export async function setUp(tables: Repositories): Promise<void> {
  await tables.accounts.insert(account(), 10, 1);
  await tables.accounts.insert(account(BOB, 'Bob'), 11, 1);
  await tables.trunkGroups.insert(trunkGroup(), 10, 1);
  await tables.trunkGroups.insert(trunkGroup(BOB_PBX, BOB), 11, 1);
}

/** A store in use, in short. */
export class StoreUnderTest {
  readonly #place: Place;
  store: Store;

  constructor(place: Place) {
    this.#place = place;
    this.store = place.open();
  }

  async run<T>(command: (tables: Repositories) => Promise<T>): Promise<T> {
    return must(await this.store.write<T, never>(async (tables) => ok(await command(tables))));
  }

  async read<T>(query: (tables: Repositories) => Promise<T>): Promise<T> {
    return must(await this.store.read(query));
  }

  async send(statement: string): Promise<void> {
    await this.#place.send(statement);
  }

  async reopen(key?: SealingKey): Promise<void> {
    await this.store.close();
    this.store = this.#place.open(key);
    must(await this.store.migrate());
    must(await this.store.takeKey(0));
  }
}

/** The tests in `contract` must pass on every database; each begins with the accounts of `setUp`. */
export function onEveryDatabase(what: string, contract: (use: () => StoreUnderTest) => void): void {
  describe.each(PLACES)(`${what} on $name`, ({ make }) => {
    let place: Place | undefined;
    let under: StoreUnderTest | undefined;
    beforeEach(async () => {
      place = await make();
      under = new StoreUnderTest(place);
      must(await under.store.migrate());
      must(await under.store.takeKey(0));
      await under.run(setUp);
    });
    afterEach(async () => {
      await under?.store.close();
      await place?.remove();
    });
    contract(() => {
      if (under === undefined) throw new Error('only within a test');
      return under;
    });
  });
}
