import { type Flow, hostText, type UdpFlows } from '../base/flow.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import { type PeerAddress, placesOf, type TrunkServerAddress } from '../link/routing.ts';
import type { Target } from './targets.ts';

/** The other trunk servers as one of them knows them: whom it hands calls to, and from whom it takes them. */
export class Peers {
  readonly #self: TrunkServerAddress;
  readonly #flows: UdpFlows;
  #all: readonly PeerAddress[] = [];
  /** Those that a call is handed to, in this order. */
  #ids: readonly TrunkServerId[] = [];
  #places: readonly { readonly address: string; readonly port: number }[] = [];
  #addresses: ReadonlySet<string> = new Set();
  /** Where a peer is reached whose own address leads elsewhere from here; by its address and port. */
  #detours: ReadonlyMap<string, string> = new Map();

  constructor(self: TrunkServerAddress, peers: readonly PeerAddress[], flows: UdpFlows) {
    this.#self = self;
    this.#flows = flows;
    this.replace(peers);
  }

  get ids(): readonly TrunkServerId[] {
    return this.#ids;
  }

  /** Itself and the others, under every address. */
  get places(): readonly { readonly address: string; readonly port: number }[] {
    return this.#places;
  }

  replace(peers: readonly PeerAddress[]): void {
    this.#all = peers;
    this.#places = [this.#self, ...peers].flatMap(placesOf);
    this.#ids = peers.filter(({ away }) => away !== true).map(({ id }) => id);
    this.#addresses = new Set(peers.flatMap(placesOf).map(({ address }) => address));
    this.#detours = new Map(
      peers.flatMap(({ address, port, handOver }) =>
        handOver === undefined ? [] : [[`${address} ${port}`, handOver]],
      ),
    );
  }

  /** True for an address of another trunk server. */
  has(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** True for a place where one of us listens. */
  isOurs(host: string, port: number): boolean {
    return this.#places.some((place) => place.address === host && place.port === port);
  }

  target(id: TrunkServerId): Target | undefined {
    const peer = this.#all.find((candidate) => candidate.id === id);
    if (peer === undefined) return undefined;
    const { address, port } = peer;
    // It knows itself by its own address, wherever the request comes in.
    return {
      kind: 'trunkServer',
      id,
      flow: this.flowTo(address, port),
      authority: `${hostText(address)}:${port}`,
    };
  }

  flowTo(address: string, port: number): Flow {
    const detour = this.#detours.size === 0 ? undefined : this.#detours.get(`${address} ${port}`);
    return this.#flows.of(detour ?? address, port);
  }
}
