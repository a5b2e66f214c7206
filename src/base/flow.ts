import { HashTable, hashText } from './hash-table.ts';

/** A transport as it is named in Via (RFC 3261 20.42). */
export type Transport = 'UDP' | 'TCP' | 'TLS';

/**
 * A way to one peer: for UDP the address and port seen from our socket, for TCP and TLS one connection
 * (RFC 5626 section 3.3 calls both a flow). Equal flows are the same object, so they compare by identity.
 */
export interface Flow {
  readonly transport: Transport;
  /** The peer's IP address in text form; IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}

/** An IP address as it stands where a port may follow, in a URI or in Via: IPv6 in brackets. */
export function hostText(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** True where the transport itself retransmits, so that SIP must not (RFC 3261 17.1.1.2). */
export function isReliable(transport: Transport): boolean {
  return transport !== 'UDP';
}

/** A power of two, and what is shifted out of a hash of 32 bits for it. */
const RECENT = 1_024;
const RECENT_SHIFT = 22;

/** The flows to one address, by port. */
interface PeerFlows {
  readonly address: string;
  readonly ports: Map<number, Flow>;
}

class FlowsByAddress extends HashTable<string, PeerFlows> {
  protected isNamed(value: PeerFlows, address: string): boolean {
    return value.address === address;
  }
}

/**
 * Interns UDP flows by address and port. Bounded: past `limit` it starts afresh, which costs nothing but
 * the identity of flows that are then met again.
 */
export class UdpFlows {
  readonly #byAddress = new FlowsByAddress();
  readonly #seed: number;
  readonly #limit: number;
  #count = 0;
  /** Flows by a hash of their address as a number; one that falls into the same slot takes it over. */
  readonly #recent = new Array<Flow | undefined>(RECENT).fill(undefined);
  readonly #recentBits = new Uint32Array(RECENT);
  /** The last two that were asked for: most datagrams come from the two sides of a call in turn. */
  #last: Flow | undefined = undefined;
  #before: Flow | undefined = undefined;

  /** `seed`: see `hashText`. */
  constructor(seed = 0, limit = 200_000) {
    this.#seed = seed;
    this.#limit = limit;
  }

  of(address: string, port: number): Flow {
    const last = this.#last;
    if (last !== undefined && last.port === port && last.address === address) return last;
    const before = this.#before;
    const flow =
      before !== undefined && before.port === port && before.address === address
        ? before
        : this.#find(address, port);
    this.#before = last;
    this.#last = flow;
    return flow;
  }

  /** The same for an IPv4 address as a number of 32 bits, its first byte highest: so it stands in a datagram. */
  ofIpv4(bits: number, port: number): Flow {
    const slot = (Math.imul(bits, 0x9e3779b1) ^ Math.imul(port, 0x85ebca6b)) >>> RECENT_SHIFT;
    const recent = this.#recent[slot];
    if (recent !== undefined && this.#recentBits[slot] === bits && recent.port === port) return recent;
    const flow = this.of(`${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`, port);
    this.#recent[slot] = flow;
    this.#recentBits[slot] = bits;
    return flow;
  }

  #find(address: string, port: number): Flow {
    const hash = hashText(address, this.#seed);
    let peer = this.#byAddress.get(address, hash);
    const known = peer?.ports.get(port);
    if (known !== undefined) return known;
    if (this.#count >= this.#limit) {
      this.#byAddress.clear();
      this.#recent.fill(undefined);
      this.#count = 0;
      peer = undefined;
    }
    if (peer === undefined) {
      peer = { address, ports: new Map() };
      this.#byAddress.add(peer, hash);
    }
    const flow: Flow = { transport: 'UDP', address: peer.address, port };
    peer.ports.set(port, flow);
    this.#count += 1;
    return flow;
  }
}
