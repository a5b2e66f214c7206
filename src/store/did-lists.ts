import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { FailoverSettings } from '../domain/failover-settings.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import { failoverFrom } from './failover.ts';
import type { Tables } from './schema.ts';

/** Which DIDs; what is absent does not matter. */
export interface DidsWanted {
  readonly account?: AccountId | undefined;
  readonly trunkGroup?: TrunkGroupId | undefined;
  /** Digits that come one after another anywhere in the number; with `+` before them, at its beginning. */
  readonly part?: string | undefined;
  /** Failover settings of its own, only those of its account, or none at all. */
  readonly failover?: 'own' | 'global' | 'none' | undefined;
}

/** Finds and counts DIDs by what people look for. */
export class DidLists {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** By number, the ones behind `after` in that order. */
  async numbers(
    wanted: DidsWanted,
    page: {
      readonly after?: E164 | undefined;
      readonly limit: number;
      readonly descending?: boolean | undefined;
    },
  ): Promise<readonly E164[]> {
    const { after } = page;
    let query = this.#matching(wanted)
      .select('dids.number')
      .orderBy('dids.number', page.descending ? 'desc' : 'asc')
      .limit(page.limit);
    if (after !== undefined) query = query.where('dids.number', page.descending ? '<' : '>', after);
    return (await query.execute()).map(({ number }) => number);
  }

  async count(wanted: DidsWanted): Promise<number> {
    const row = await this.#matching(wanted)
      .select((select) => select.fn.countAll<number | string>().as('dids'))
      .executeTakeFirst();
    // PostgreSQL counts in bigint, which its driver gives as text.
    return Number(row?.dids ?? 0);
  }

  /** The account-wide failover settings of these accounts; one without any is missing. */
  async failoverOf(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, FailoverSettings>> {
    if (accounts.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('failover_settings')
      .select(['account', 'backup_address_json', 'backup_trunk_group', 'number as failover_number'])
      .where('did', 'is', null)
      .where('account', 'in', accounts)
      .execute();
    const found = new Map<AccountId, FailoverSettings>();
    for (const row of rows) {
      const settings = failoverFrom(row);
      if (settings !== undefined) found.set(row.account, settings);
    }
    return found;
  }

  #matching({ account, trunkGroup, part, failover }: DidsWanted) {
    let query = this.#db.selectFrom('dids');
    if (account !== undefined) query = query.where('dids.account', '=', account);
    if (trunkGroup !== undefined) query = query.where('dids.trunk_group', '=', trunkGroup);
    if (part !== undefined) {
      const pattern = part.startsWith('+') ? `${part}%` : `%${part}%`;
      query = query.where(sql<boolean>`dids.number like ${pattern}`);
    }
    if (failover === undefined) return query;
    if (failover === 'own') return query.where(({ exists, ...build }) => exists(settingsOf(build, 'number')));
    return query
      .where(({ not, exists, ...build }) => not(exists(settingsOf(build, 'number'))))
      .where(({ not, exists, ...build }) => {
        const global = exists(settingsOf(build, 'account'));
        return failover === 'global' ? global : not(global);
      });
  }
}

/** The failover settings whose owner is the DID itself, or its account. */
function settingsOf(
  { selectFrom }: Pick<ExpressionBuilder<Tables, 'dids'>, 'selectFrom'>,
  owner: 'number' | 'account',
) {
  return selectFrom('failover_settings as settings')
    .select('settings.owner')
    .whereRef('settings.owner', '=', `dids.${owner}`);
}
