import type { TrunkServerId } from '../domain/ids.ts';
import type { NumberLegCounts, ToEdge } from '../link/messages.ts';
import type { PeerAddress } from '../link/routing.ts';
import type { TrunkServerView } from './views.ts';

/** A trunk server of another process, as that process told last. */
export interface OtherTrunkServer {
  readonly address: PeerAddress;
  readonly view: TrunkServerView;
  readonly numberLegs: NumberLegCounts;
}

/** What the trunk servers of this process have to know of those of the other processes. */
export class OtherTrunkServers {
  readonly #own: readonly PeerAddress[];
  #all: readonly OtherTrunkServer[] = [];

  constructor(own: readonly PeerAddress[]) {
    this.#own = own;
  }

  get views(): readonly TrunkServerView[] {
    return this.#all.map(({ view }) => view);
  }

  without(id: TrunkServerId): readonly OtherTrunkServer[] {
    return this.#all.filter(({ view }) => view.id !== id);
  }

  get addresses(): readonly PeerAddress[] {
    return this.#all.map(({ address }) => address);
  }

  /** Gives back whether one has come, gone or moved. */
  replace(all: readonly OtherTrunkServer[]): boolean {
    const before = JSON.stringify(this.addresses);
    this.#all = all;
    return JSON.stringify(this.addresses) !== before;
  }

  /** Everybody but itself: first those of its own process, in the order of the settings. */
  peersOf(id: TrunkServerId): ToEdge {
    return { kind: 'peers', peers: [...this.#own.filter((own) => own.id !== id), ...this.addresses] };
  }

  get numberLegs(): readonly ToEdge[] {
    return this.#all
      .filter(({ address }) => address.away !== true)
      .map(({ address, numberLegs }) => ({
        kind: 'numberLegs',
        trunkServer: address.id,
        counts: numberLegs,
        anew: true,
      }));
  }
}
