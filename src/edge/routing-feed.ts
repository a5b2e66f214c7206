import { assertNever } from '../base/assert-never.ts';
import type { Millis } from '../base/clock.ts';
import type { OwnAddress } from '../domain/address-policy.ts';
import type { FromEdge, ToEdge } from '../link/messages.ts';
import type { RoutingChange, SnapshotRow } from '../link/routing.ts';
import { RoutingTable } from './routing-table.ts';

type RoutingMessage = Extract<
  ToEdge,
  { kind: 'snapshotBegin' | 'snapshotRows' | 'snapshotDids' | 'snapshotEnd' | 'changePart' | 'change' }
>;

/** Keeps the routing table at the newest revision that the control plane has sent. */
export class RoutingFeed {
  readonly #post: (message: FromEdge) => void;
  #trunkServers: readonly OwnAddress[];
  #table: RoutingTable;
  /** A snapshot that is still coming in; calls are routed by the old table meanwhile. */
  #incoming: RoutingTable | undefined;
  /** The pieces of a large revision that have come so far. */
  #parts: { readonly revision: number; readonly changes: RoutingChange[] } | undefined;
  #ready = false;

  constructor(trunkServers: readonly OwnAddress[], post: (message: FromEdge) => void) {
    this.#post = post;
    this.#trunkServers = trunkServers;
    this.#table = new RoutingTable(trunkServers);
  }

  get table(): RoutingTable {
    return this.#table;
  }

  /** False until the first snapshot is whole: nobody can be told anything true before. */
  get ready(): boolean {
    return this.#ready;
  }

  /** There are others now: none of them can be a backup. */
  trunkServersAre(trunkServers: readonly OwnAddress[]): void {
    this.#trunkServers = trunkServers;
    this.#table.trunkServersAre(trunkServers);
    this.#incoming?.trunkServersAre(trunkServers);
  }

  receive(message: RoutingMessage, now: Millis): void {
    switch (message.kind) {
      case 'snapshotBegin':
        this.#incoming = new RoutingTable(this.#trunkServers);
        return;
      case 'snapshotRows':
        this.#take(message.json);
        return;
      case 'snapshotDids':
        this.#incoming?.applyPlainDids(message.lines);
        return;
      case 'snapshotEnd':
        if (this.#incoming === undefined) return;
        this.#table = this.#incoming;
        this.#incoming = undefined;
        this.#ready = true;
        this.#routingBy(message.revision, now);
        return;
      case 'changePart':
        if (this.#parts?.revision !== message.revision)
          this.#parts = { revision: message.revision, changes: [] };
        this.#parts.changes.push(...message.changes);
        return;
      case 'change': {
        const parts = this.#parts?.revision === message.revision ? this.#parts.changes : [];
        this.#parts = undefined;
        // What a snapshot has already brought comes again when the two cross on the link.
        if (message.revision <= this.#table.revision) return;
        if (message.revision !== this.#table.revision + 1) {
          this.#post({ kind: 'snapshotNeeded' });
          return;
        }
        for (const change of parts) this.#table.apply(change);
        for (const change of message.changes) this.#table.apply(change);
        this.#routingBy(message.revision, now);
        return;
      }
      default:
        assertNever(message);
    }
  }

  #take(json: string): void {
    const rows: readonly SnapshotRow[] = JSON.parse(json);
    for (const row of rows) this.#incoming?.apply(row);
  }

  #routingBy(revision: number, at: Millis): void {
    this.#table.revision = revision;
    this.#post({ kind: 'routingBy', revision, at });
  }
}
