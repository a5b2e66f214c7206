import type { Result } from '../base/result.ts';
import type { StoreUnavailable } from './failure.ts';
import type { Repositories } from './store.ts';

/** A database, or one transaction of it: whoever reads and writes need not know which. */
export interface Transactions {
  /** One consistent view; nothing may be written. */
  read<T>(query: (tables: Repositories) => Promise<T>): Promise<Result<T, StoreUnavailable>>;
  /** One transaction: kept when the command's result is ok, else undone. */
  write<T, E>(
    command: (tables: Repositories) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StoreUnavailable>>;
  /**
   * As `write`, for what takes a revision: such transactions wait for each other, so only some of a process hold a
   * connection meanwhile.
   */
  writeChange<T, E>(
    command: (tables: Repositories) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StoreUnavailable>>;
  /**
   * As `write`, and one after another over all processes: for a command that adds a row because of what it did not find, or
   * after having counted. Changes of settings do not need it; the revision that they take makes them wait for each other.
   */
  writeInTurn<T, E>(
    command: (tables: Repositories) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StoreUnavailable>>;
  /** Several reads and writes as one transaction: to be made with the store that the command gets, and no other. */
  together<T, E>(
    command: (within: Transactions, tables: Repositories) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StoreUnavailable>>;
  /** Does it once what was written is kept: at once, or when the transaction has ended well. */
  whenKept(then: () => void): void;
}

/**
 * What is read and written here belongs to one transaction that somebody else ends. Nothing is undone by itself: whoever
 * began it has to when one of the writes has failed.
 */
export class WithinTransaction implements Transactions {
  readonly #tables: Repositories;
  readonly #takeTurn: () => Promise<void>;
  readonly #waiting: (() => void)[] = [];

  constructor(tables: Repositories, takeTurn: () => Promise<void>) {
    this.#tables = tables;
    this.#takeTurn = takeTurn;
  }

  async read<T>(query: (tables: Repositories) => Promise<T>): Promise<Result<T, StoreUnavailable>> {
    return { ok: true, value: await query(this.#tables) };
  }

  async write<T, E>(command: (tables: Repositories) => Promise<Result<T, E>>): Promise<Result<T, E>> {
    return await command(this.#tables);
  }

  async writeChange<T, E>(command: (tables: Repositories) => Promise<Result<T, E>>): Promise<Result<T, E>> {
    return await command(this.#tables);
  }

  async writeInTurn<T, E>(command: (tables: Repositories) => Promise<Result<T, E>>): Promise<Result<T, E>> {
    await this.#takeTurn();
    return await command(this.#tables);
  }

  async together<T, E>(
    command: (within: Transactions, tables: Repositories) => Promise<Result<T, E>>,
  ): Promise<Result<T, E>> {
    return await command(this, this.#tables);
  }

  whenKept(then: () => void): void {
    this.#waiting.push(then);
  }

  /** To be called when the transaction has ended well. */
  kept(): void {
    for (const then of this.#waiting) then();
  }
}
