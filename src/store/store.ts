import { Kysely, sql } from 'kysely';
import { err, ok, type Result } from '../base/result.ts';
import type { SealingKey } from '../link/sealing.ts';
import { Accounts } from './accounts.ts';
import { Activations } from './activations.ts';
import { ApiKeys } from './api-keys.ts';
import { AuditLog } from './audit-log.ts';
import { Bindings } from './bindings.ts';
import { type BulkRows, postgresBulkRows, sqliteBulkRows } from './bulk-rows.ts';
import { Calls } from './calls.ts';
import { DidLists } from './did-lists.ts';
import { Dids } from './dids.ts';
import { FailedLogins } from './failed-logins.ts';
import { FailoverTable } from './failover.ts';
import { type StoreUnavailable, storeFailure, wentMeanwhile } from './failure.ts';
import { Gateways } from './gateways.ts';
import { GivenAnswers } from './given-answers.ts';
import { changeKey, type OtherKey, takeKey } from './key-check.ts';
import { Logins } from './logins.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import { type Notices, PostgresNotices } from './notices.ts';
import { OneTimeLinks } from './one-time-links.ts';
import { Places } from './places.ts';
import { PlanQuestions } from './plan-questions.ts';
import { postgresDialect } from './postgres.ts';
import { RecoveryCodes } from './recovery-codes.ts';
import { Revisions } from './revisions.ts';
import type { Tables } from './schema.ts';
import { migratorOf, type SchemaVersion, schemaVersion } from './schema-version.ts';
import { Secrets } from './secrets.ts';
import { SpoolPositions } from './spool-positions.ts';
import { type Transactions, WithinTransaction } from './transactions.ts';
import { TrunkGroups } from './trunk-groups.ts';
import { TrunkServers } from './trunk-servers.ts';
import { Users } from './users.ts';

/** Everything that is kept, within one transaction. */
export class Repositories {
  readonly accounts: Accounts;
  readonly trunkGroups: TrunkGroups;
  readonly dids: Dids;
  readonly didLists: DidLists;
  readonly failover: FailoverTable;
  readonly gateways: Gateways;
  readonly bindings: Bindings;
  readonly calls: Calls;
  readonly revisions: Revisions;
  readonly activations: Activations;
  readonly spoolPositions: SpoolPositions;
  readonly secrets: Secrets;
  readonly apiKeys: ApiKeys;
  readonly trunkServers: TrunkServers;
  readonly planQuestions: PlanQuestions;
  readonly users: Users;
  readonly recoveryCodes: RecoveryCodes;
  readonly logins: Logins;
  readonly oneTimeLinks: OneTimeLinks;
  readonly failedLogins: FailedLogins;
  readonly givenAnswers: GivenAnswers;
  readonly auditLog: AuditLog;

  constructor(db: Kysely<Tables>, bulk: BulkRows, key: SealingKey) {
    this.accounts = new Accounts(db);
    this.trunkGroups = new TrunkGroups(db, key);
    this.dids = new Dids(db, bulk);
    this.didLists = new DidLists(db);
    this.failover = new FailoverTable(db, bulk);
    this.gateways = new Gateways(db);
    this.bindings = new Bindings(db, bulk);
    this.calls = new Calls(db, bulk);
    this.revisions = new Revisions(db, key);
    this.activations = new Activations(db, bulk);
    this.spoolPositions = new SpoolPositions(db);
    this.secrets = new Secrets(db);
    this.apiKeys = new ApiKeys(db);
    this.trunkServers = new TrunkServers(db);
    this.planQuestions = new PlanQuestions(db);
    this.users = new Users(db, key);
    this.recoveryCodes = new RecoveryCodes(db);
    this.logins = new Logins(db);
    this.oneTimeLinks = new OneTimeLinks(db);
    this.failedLogins = new FailedLogins(db);
    this.givenAnswers = new GivenAnswers(db, key);
    this.auditLog = new AuditLog(db, bulk);
  }
}

/** The advisory lock of PostgreSQL that `writeInTurn` holds; any number that nothing else takes. */
const TURN = 7_476_310;

/** So many of a process's connections may wait for other transactions at once, and so long does one wait to be of them. */
const WAITING = 4;
const PATIENCE_MS = 10_000;

/** Ends a transaction without keeping what it did. */
class RollBack extends Error {}

/** The database. What it cannot do comes back as StoreUnavailable; only wrong statements of ours throw. */
export class Store implements Transactions {
  readonly #db: Kysely<Tables>;
  readonly #bulk: BulkRows;
  readonly #key: SealingKey;
  readonly #url: string | undefined;
  readonly #places = new Places(WAITING, PATIENCE_MS);
  #notices: PostgresNotices | undefined;

  /** `url`: where other processes that write the same database are heard; absent where there are none. */
  constructor(db: Kysely<Tables>, bulk: BulkRows, key: SealingKey, url?: string) {
    this.#db = db;
    this.#bulk = bulk;
    this.#key = key;
    this.#url = url;
  }

  /**
   * Opens the SQLite file and makes it where it is missing. `:memory:` keeps nothing. `key`: seals what is secret; see
   * `takeKey`.
   */
  static openSqlite(path: string, key: SealingKey): Result<Store, StoreUnavailable> {
    try {
      const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(path) });
      return ok(new Store(db, sqliteBulkRows, key));
    } catch (thrown) {
      const failure = storeFailure(thrown);
      if (failure === undefined) throw thrown;
      return err({ ...failure, message: `${path}: ${failure.message}` });
    }
  }

  /** A PostgreSQL database, `postgres://user@host/name`. It is reached with the first statement, not before. */
  static openPostgres(url: string, key: SealingKey): Store {
    return new Store(new Kysely<Tables>({ dialect: postgresDialect(url) }), postgresBulkRows, key, url);
  }

  /** Brings the tables up to this version, all or nothing. */
  async migrate(): Promise<Result<void, StoreUnavailable>> {
    const { error } = await migratorOf(this.#db).migrateToLatest();
    if (error === undefined) return ok(undefined);
    const failure = storeFailure(error);
    if (failure !== undefined) return err(failure);
    if (error instanceof Error && error.message.includes('previously executed migration')) {
      const message = `the database was made by a newer version of Throughline (${error.message})`;
      return err({ kind: 'storeUnavailable', message });
    }
    throw error;
  }

  /**
   * Checks that the database is sealed with the key that the store was opened with. One that is not sealed yet, because it
   * is new or older than the sealing, is sealed with it now.
   */
  async takeKey(now: number): Promise<Result<void, OtherKey | StoreUnavailable>> {
    try {
      // What is replaced would stay readable in the file.
      if (this.#url === undefined) await sql`pragma secure_delete = on`.execute(this.#db);
      return await this.#db.transaction().execute((db) => takeKey(db, this.#key, now));
    } catch (thrown) {
      return failed(thrown);
    }
  }

  /** Seals everything with another key instead; the store then has to be opened with that one. */
  async changeKey(to: SealingKey): Promise<Result<void, OtherKey | StoreUnavailable>> {
    try {
      return await this.#db.transaction().execute((db) => changeKey(db, this.#key, to));
    } catch (thrown) {
      return failed(thrown);
    }
  }

  /** How far its tables have come; changes nothing. */
  async schemaVersion(): Promise<Result<SchemaVersion, StoreUnavailable>> {
    try {
      return ok(await schemaVersion(this.#db));
    } catch (thrown) {
      return failed(thrown);
    }
  }

  async read<T>(query: (tables: Repositories) => Promise<T>): Promise<Result<T, StoreUnavailable>> {
    try {
      const value = await this.#db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((transaction) => query(new Repositories(transaction, this.#bulk, this.#key)));
      return ok(value);
    } catch (thrown) {
      return failed(thrown);
    }
  }

  async write<T, E>(
    command: (tables: Repositories) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StoreUnavailable>> {
    return await this.#write((tables) => command(tables));
  }

  async writeChange<T, E>(
    command: (tables: Repositories) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StoreUnavailable>> {
    return await this.#writeWaiting((tables) => command(tables));
  }

  async writeInTurn<T, E>(
    command: (tables: Repositories) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StoreUnavailable>> {
    return await this.#writeWaiting(async (tables, takeTurn) => {
      await takeTurn();
      return await command(tables);
    });
  }

  async together<T, E>(
    command: (within: Transactions, tables: Repositories) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StoreUnavailable>> {
    let within: WithinTransaction | undefined;
    const done = await this.#writeWaiting<T, E>(async (tables, takeTurn) => {
      within = new WithinTransaction(tables, takeTurn);
      return await command(within, tables);
    });
    if (done.ok) within?.kept();
    return done;
  }

  whenKept(then: () => void): void {
    then();
  }

  /** As `#write`, for what may have to wait for other transactions while it holds a connection. */
  async #writeWaiting<T, E>(
    command: (tables: Repositories, takeTurn: () => Promise<void>) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StoreUnavailable>> {
    if (!(await this.#places.take())) {
      return err({
        kind: 'storeUnavailable',
        message: `other changes kept this one waiting for ${PATIENCE_MS / 1000} s`,
      });
    }
    try {
      return await this.#write(command);
    } finally {
      this.#places.leave();
    }
  }

  async #write<T, E>(
    command: (tables: Repositories, takeTurn: () => Promise<void>) => Promise<Result<T, E>>,
    again = false,
  ): Promise<Result<T, E | StoreUnavailable>> {
    let refused: Result<T, E> | undefined;
    try {
      return await this.#db.transaction().execute(async (transaction) => {
        const takeTurn = async () => {
          // SQLite has one writer at a time anyway.
          if (this.#url !== undefined) await sql`select pg_advisory_xact_lock(${TURN})`.execute(transaction);
        };
        const result = await command(new Repositories(transaction, this.#bulk, this.#key), takeTurn);
        if (result.ok) return result;
        refused = result;
        throw new RollBack();
      });
    } catch (thrown) {
      if (thrown instanceof RollBack && refused !== undefined) return refused;
      if (!again && wentMeanwhile(thrown)) return await this.#write(command, true);
      return failed(thrown);
    }
  }

  /** Tells from now on what any process commits, within milliseconds. What is lost is not told again. */
  hear(notices: Notices): void {
    if (this.#url !== undefined) this.#notices ??= new PostgresNotices(this.#url, notices);
  }

  async close(): Promise<void> {
    await this.#notices?.close();
    await this.#db.destroy();
  }
}

function failed(thrown: unknown): Result<never, StoreUnavailable> {
  const failure = storeFailure(thrown);
  if (failure === undefined) throw thrown;
  return err(failure);
}
