import type { TrunkServerId } from '../domain/ids.ts';
import type { Log } from './log.ts';

/** A change is active everywhere within this; a trunk server that takes longer lags. */
const LAG_MS = 1_000;
/** Later than this nobody asks which revision came when; a trunk server that far behind needs a snapshot anyway. */
const KEPT = 10_000;

/** A trunk server lacks `revision`, and has lacked it since `since`. */
export interface Lag {
  readonly revision: number;
  readonly since: number;
}

interface Judged {
  readonly id: TrunkServerId;
  /** What it routes by; undefined while it does not run, which is another thing than lagging. */
  readonly revision: number | undefined;
}

/** Which trunk servers do not route yet by what has been in the store for a second. */
export class LagWatch {
  readonly #log: Log;
  readonly #lags = new Map<TrunkServerId, Lag>();
  /** When a revision was first known here, in order. */
  #known: { readonly revision: number; readonly at: number }[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** The newest revision that is known here; undefined before the first. */
  get newest(): number | undefined {
    return this.#known.at(-1)?.revision;
  }

  of(id: TrunkServerId): Lag | undefined {
    return this.#lags.get(id);
  }

  newestIs(revision: number, at: number): void {
    if (revision <= (this.newest ?? -1)) return;
    this.#known.push({ revision, at });
    if (this.#known.length > KEPT) this.#known.shift();
  }

  /** What was known is not so: the database is another, or an older one. */
  startOver(): void {
    this.#known = [];
  }

  /** `late`: how much older than true the revisions can be at most, in milliseconds. */
  check(trunkServers: readonly Judged[], now: number, late = 0): void {
    for (const { id, revision } of trunkServers) {
      const lacks = revision === undefined ? undefined : this.#known.find((one) => one.revision > revision);
      if (lacks !== undefined && now - lacks.at > LAG_MS + late) this.#begin(id, revision ?? 0, lacks, now);
      else this.#end(id, revision);
    }
  }

  /** Milliseconds since the oldest revision that the trunk server lacks was known here; 0 where it lacks none. */
  behind(revision: number | undefined, now: number): number {
    const lacks = revision === undefined ? undefined : this.#known.find((one) => one.revision > revision);
    return lacks === undefined ? 0 : now - lacks.at;
  }

  forget(id: TrunkServerId): void {
    this.#lags.delete(id);
  }

  #begin(id: TrunkServerId, routesBy: number, lacks: { revision: number; at: number }, now: number): void {
    const before = this.#lags.get(id);
    this.#lags.set(id, { revision: lacks.revision, since: lacks.at });
    if (before !== undefined) return;
    this.#log('warn', 'a trunk server lags: it does not route by the newest settings', {
      trunkServer: id,
      routesBy,
      lacks: lacks.revision,
      sinceMs: Math.round(now - lacks.at),
    });
  }

  #end(id: TrunkServerId, revision: number | undefined): void {
    if (!this.#lags.delete(id)) return;
    if (revision === undefined) {
      this.#log('info', 'a trunk server that lagged does not run any more', { trunkServer: id });
    } else {
      this.#log('info', 'a trunk server lags no longer', { trunkServer: id, routesBy: revision });
    }
  }
}
