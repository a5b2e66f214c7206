import type { Clock } from '../base/clock.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import type { StoreUnavailable } from '../store/failure.ts';
import type { Repositories, Store } from '../store/store.ts';
import type { StoredTrunkServer } from '../store/trunk-servers.ts';
import type { Edges } from './edges.ts';
import type { OtherTrunkServer } from './other-trunk-servers.ts';

const BEAT_MS = 1_000;
/** So many looks in a row found nothing new: the process is gone. While the database is away nobody can look. */
const MISSED_BEATS = 5;

/** In place of a beat: the process was stopped in order. */
const STOPPED = 0;

export interface NameTaken {
  readonly kind: 'nameTaken';
  readonly message: string;
}

interface HeartBeatOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly edges: Edges;
  /** Names this process, also after a restart. */
  readonly process: string;
}

/**
 * Tells the other processes on the database of our trunk servers, and ours of theirs, once a second. Whether a
 * process lives is told by its beats going on and not by their times, so clocks may differ.
 */
export class HeartBeat {
  readonly #options: HeartBeatOptions;
  /** The last beat of each trunk server of others, and how often it was seen unchanged. */
  readonly #seen = new Map<TrunkServerId, { readonly beatAt: number; readonly missed: number }>();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;

  constructor(options: HeartBeatOptions) {
    this.#options = options;
  }

  /**
   * Makes the names of our trunk servers ours: bindings, spools and records are kept under them, so two processes
   * that both run a trunk1 would spoil each other's. Waits for a process that may only just have died.
   */
  async join(): Promise<Result<void, StoreUnavailable | NameTaken>> {
    const { store, process, edges } = this.#options;
    const names = edges.own().map(({ id }) => id);
    const beats = new Map<TrunkServerId, number>();
    for (let look = 0; look <= MISSED_BEATS; look += 1) {
      if (look > 0) await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
      const rows = await store.read((tables) => tables.trunkServers.list());
      if (!rows.ok) return rows;
      const taken = rows.value.filter((row) => names.includes(row.id) && row.process !== process);
      const beating = taken.find(({ id, beatAt }) => (beats.get(id) ?? beatAt) !== beatAt);
      if (beating !== undefined) return nameTaken(beating);
      if (taken.every((row) => this.#isOld(row))) break;
      for (const { id, beatAt } of taken) beats.set(id, beatAt);
    }
    return await store.write(async (tables) => {
      await tables.trunkServers.removeOthersOf(process, names);
      await this.#tell(tables);
      return ok(undefined);
    });
  }

  start(): void {
    this.#timer = setInterval(() => this.beat(), BEAT_MS).unref();
  }

  /**
   * Resolves once the others' trunk servers are known as of now, where the database answers. One at a time: looks that
   * pile up while the database is slow would find nothing new, one right after the other.
   */
  beat(): Promise<void> {
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  /** Tells the others that our trunk servers were stopped, so that nobody waits for them. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#options.store.write<void, never>(async (tables) => {
      await this.#tell(tables, 'its process was stopped');
      return ok(undefined);
    });
  }

  async #beat(): Promise<void> {
    const { store, edges, process } = this.#options;
    const told = await store.write<readonly (readonly [StoredTrunkServer, number | undefined])[], never>(
      async (tables) => {
        await this.#tell(tables);
        const others = (await tables.trunkServers.list()).filter((row) => row.process !== process);
        const known: [StoredTrunkServer, number | undefined][] = [];
        for (const other of others) known.push([other, await tables.activations.newest(other.id)]);
        return ok(known);
      },
    );
    if (!told.ok) return;
    edges.othersAre(told.value.map(([row, activated]) => this.#otherOf(row, activated)));
  }

  #otherOf(row: StoredTrunkServer, activated: number | undefined): OtherTrunkServer {
    const away = this.#look(row) >= MISSED_BEATS;
    const { id, address, port, handOver } = row;
    const runs = row.state === 'running' && !away;
    const lastHeard = new Date(row.beatAt).toISOString();
    const reason = row.reason ?? `its process has not been heard of since ${lastHeard}`;
    return {
      address: {
        id,
        address,
        port,
        ...(handOver === address ? {} : { handOver }),
        ...(away ? { away } : {}),
      },
      view: {
        id,
        address,
        port,
        state: away ? 'away' : row.state,
        reason: away ? reason : row.reason,
        // Reports come with the beat, activations a moment after they happen.
        revision: runs ? Math.max(row.revision ?? 0, activated ?? 0) : undefined,
        health: runs ? row.health : undefined,
        healthAt: runs ? row.healthAt : undefined,
        lag: undefined,
      },
      numberLegs: row.numberLegs,
    };
  }

  /** How many looks ago the trunk server's process last wrote. */
  #look(row: StoredTrunkServer): number {
    const before = this.#seen.get(row.id);
    // At the first sight only the clocks can tell; they are good enough to know a row of yesterday.
    const first = this.#isOld(row) ? MISSED_BEATS : 0;
    const same = before !== undefined && before.beatAt === row.beatAt;
    const missed = same ? before.missed + 1 : row.beatAt === STOPPED || before === undefined ? first : 0;
    this.#seen.set(row.id, { beatAt: row.beatAt, missed });
    return missed;
  }

  #isOld({ beatAt }: StoredTrunkServer): boolean {
    return this.#options.clock.now() - beatAt > MISSED_BEATS * BEAT_MS;
  }

  async #tell(tables: Repositories, stopped?: string): Promise<void> {
    const { edges, process, clock } = this.#options;
    const beatAt = stopped === undefined ? Math.floor(clock.now()) : STOPPED;
    for (const { id, handOver, view, numberLegs } of edges.own()) {
      await tables.trunkServers.put({
        id,
        process,
        address: view.address,
        port: view.port,
        handOver,
        state: stopped !== undefined || view.state === 'away' ? 'down' : view.state,
        reason: stopped ?? view.reason,
        revision: view.revision,
        beatAt,
        health: view.health,
        healthAt: view.healthAt,
        numberLegs,
      });
    }
  }
}

function nameTaken({ id, address, port }: StoredTrunkServer): Result<never, NameTaken> {
  const message = `another process on this database runs a trunk server ${id} (at ${address} port ${port}); give each trunk server a name of its own over all processes`;
  return err({ kind: 'nameTaken', message });
}
