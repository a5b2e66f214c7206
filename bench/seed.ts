import { join } from 'node:path';
import { ok, type Result } from '../src/base/result.ts';
import { configSchema } from '../src/cli/config-schema.ts';
import { sealingKeyFor } from '../src/cli/sealing-key.ts';
import { ha1Of } from '../src/control/tokens.ts';
import type { Account, Did, TrunkGroup } from '../src/domain/account.ts';
import type { Binding } from '../src/domain/binding.ts';
import { DEFAULT_DELIVERY } from '../src/domain/delivery-settings.ts';
import type { FailoverSettings } from '../src/domain/failover-settings.ts';
import { accountId, gatewayId, trunkGroupId } from '../src/domain/ids.ts';
import { type E164, parseE164 } from '../src/domain/phone-number.ts';
import { type Repositories, Store } from '../src/store/store.ts';
import { CARRIER, GATEWAY, password, REALM, username } from './address-plan.ts';

/**
 * Fills a data folder before the service starts on it, through the store's own repositories. The API would
 * give the same rows, one request for each account; and its credentials are random, while the servers that are
 * compared must all know the same.
 */

/** One account, its PBX and its DIDs. */
export interface SeedAccount {
  readonly number: number;
  /** E.164. */
  readonly dids: readonly string[];
  readonly failover?: FailoverSettings;
  /** For each of its DIDs. */
  readonly didFailover?: FailoverSettings;
  readonly binding?: Binding;
}

/** Accounts in one transaction. */
const BATCH = 2_000;

export async function seed(dataFolder: string, accounts: Iterable<SeedAccount>): Promise<void> {
  const key = await sealingKeyFor(configSchema.parse({ dataFolder }));
  if (!key.ok) throw new Error(key.error.reason);
  const store = checked(Store.openSqlite(join(dataFolder, 'throughline.db'), key.value));
  checked(await store.migrate());
  checked(await store.takeKey(Date.now()));
  await write(store, addGateway);
  let batch: SeedAccount[] = [];
  for (const account of accounts) {
    batch.push(account);
    if (batch.length < BATCH) continue;
    await addAll(store, batch);
    batch = [];
  }
  await addAll(store, batch);
  await store.close();
}

/** The trunk group's id, for bindings that are there from the start. */
export function seededTrunkGroup(account: number) {
  return trunkGroupId(`tg_${account}`);
}

export function e164(text: string): E164 {
  const number = parseE164(text);
  if (number === undefined) throw new Error(`${text} is no E.164 number`);
  return number;
}

async function addAll(store: Store, batch: readonly SeedAccount[]): Promise<void> {
  if (batch.length === 0) return;
  await write(store, async (tables, revision, now) => {
    const dids: Did[] = [];
    for (const one of batch) dids.push(...(await addAccount(tables, one, revision, now)));
    await tables.dids.insert(dids, now, revision);
    for (const { didFailover, number } of batch) {
      if (didFailover === undefined) continue;
      const own = dids.filter((did) => did.account === idOf(number));
      await tables.failover.putForDids(own, didFailover, revision);
    }
    await tables.bindings.put(batch.flatMap(({ binding }) => (binding === undefined ? [] : [binding])));
  });
}

async function addAccount(
  tables: Repositories,
  { dids, failover, number }: SeedAccount,
  revision: number,
  now: number,
): Promise<readonly Did[]> {
  const account: Account = {
    id: idOf(number),
    name: `Account ${number}`,
    suspended: false,
    didFormat: '10-digits',
    delivery: DEFAULT_DELIVERY,
  };
  const user = username(number);
  const trunkGroup: TrunkGroup = {
    id: seededTrunkGroup(number),
    account: account.id,
    name: 'PBX',
    username: user,
    ha1: ha1Of(user, REALM, password(number)),
  };
  await tables.accounts.insert(account, now, revision);
  await tables.trunkGroups.insert(trunkGroup, now, revision);
  if (failover !== undefined) await tables.failover.putForAccount(account.id, failover, revision);
  return dids.map((did) => ({ number: e164(did), account: account.id, trunkGroup: trunkGroup.id }));
}

async function addGateway(tables: Repositories, revision: number, now: number): Promise<void> {
  const gateway = {
    id: gatewayId('gw_bench'),
    name: 'carrier',
    sources: [CARRIER.address, GATEWAY.address],
    address: { host: { kind: 'ipv4', address: GATEWAY.address }, port: GATEWAY.port },
    priority: 10,
    weight: 100,
    trusted: true,
  } as const;
  await tables.gateways.insert(gateway, now, revision);
}

function idOf(account: number) {
  return accountId(`acc_${account}`);
}

/** One revision; the trunk servers are not there yet, so nobody has to be told of it. */
async function write(
  store: Store,
  command: (tables: Repositories, revision: number, now: number) => Promise<void>,
): Promise<void> {
  const written = await store.write<undefined, never>(async (tables) => {
    const now = Date.now();
    const revision = await tables.revisions.next();
    await command(tables, revision, now);
    await tables.revisions.insert(revision, now, '[]');
    return ok(undefined);
  });
  checked(written);
}

function checked<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
