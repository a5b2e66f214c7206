import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { SpoolEvent } from '../link/messages.ts';
import type { Store } from '../store/store.ts';
import type { Scope } from './views.ts';

/** What may have changed: settings, what trunk servers route by, registrations, or calls. */
export const LIVE_TOPICS = ['settings', 'routing', 'registrations', 'calls'] as const;
export type LiveTopic = (typeof LIVE_TOPICS)[number];

/** Changes within so many milliseconds are told at once, so that a burst of calls is one message. */
const GATHER_MS = 100;
/** Listeners of one account, and of the operators. */
const AT_MOST = 50;
/** Beyond it their accounts are looked up anew. */
const REMEMBERED_TRUNK_GROUPS = 10_000;

interface Listener {
  readonly scope: Scope;
  readonly tell: (topics: readonly LiveTopic[]) => void;
  readonly pending: Set<LiveTopic>;
}

/**
 * Tells who listens that something has changed, and nothing of what: whoever wants to know asks, and is answered what
 * they may see. An account is told of its own things, and of what is not known to be another's.
 */
export class LiveEvents {
  readonly #store: Store;
  readonly #listeners = new Set<Listener>();
  readonly #accounts = new Map<TrunkGroupId, AccountId>();
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** True while somebody listens. */
  get heard(): boolean {
    return this.#listeners.size > 0;
  }

  /** Returns what ends it; undefined where there are too many of this scope already. */
  hear(scope: Scope, tell: Listener['tell']): (() => void) | undefined {
    const alike = [...this.#listeners].filter((other) => isSame(scope, other.scope));
    if (alike.length >= AT_MOST) return undefined;
    const listener = { scope, tell, pending: new Set<LiveTopic>() };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Without an account: everybody. */
  tell(topic: LiveTopic, account?: AccountId): void {
    for (const { scope, pending } of this.#listeners) {
      if (account === undefined || scope.kind === 'operator' || scope.account === account) pending.add(topic);
    }
    if (this.#listeners.size > 0) this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS).unref();
  }

  /** These are in the store now. */
  happened(events: readonly SpoolEvent[]): void {
    if (this.#listeners.size === 0) return;
    const trunkGroups = new Set<TrunkGroupId>();
    for (const event of events) {
      if (event.kind === 'call') this.tell('calls', event.record.account);
      else if (event.kind === 'bound') trunkGroups.add(event.binding.trunkGroup);
      else if (event.kind === 'unbound') trunkGroups.add(event.trunkGroup);
    }
    void this.#registered(trunkGroups);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  async #registered(trunkGroups: ReadonlySet<TrunkGroupId>): Promise<void> {
    const unknown = [...trunkGroups].filter((id) => !this.#accounts.has(id));
    if (unknown.length > 0) {
      const found = await this.#store.read((tables) =>
        Promise.all(unknown.map((id) => tables.trunkGroups.get(id))),
      );
      if (this.#accounts.size > REMEMBERED_TRUNK_GROUPS) this.#accounts.clear();
      for (const group of found.ok ? found.value : []) {
        if (group !== undefined) this.#accounts.set(group.id, group.account);
      }
    }
    for (const id of trunkGroups) this.tell('registrations', this.#accounts.get(id));
  }

  #flush(): void {
    this.#timer = undefined;
    for (const { pending, tell } of this.#listeners) {
      if (pending.size === 0) continue;
      const topics = [...pending];
      pending.clear();
      tell(topics);
    }
  }
}

function isSame(one: Scope, other: Scope): boolean {
  if (one.kind === 'operator' || other.kind === 'operator') return one.kind === other.kind;
  return one.account === other.account;
}
