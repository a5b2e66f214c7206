import { TextMap } from './text-map.ts';

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

/**
 * Interns UDP flows by address and port. Bounded: past `limit` it starts afresh, which costs nothing but
 * the identity of flows that are then met again.
 */
export class UdpFlows {
  readonly #byPeer: TextMap<Map<number, Flow>>;
  readonly #limit: number;
  #count = 0;
  #last: Flow | undefined = undefined;

  /** `seed`: see TextMap. */
  constructor(seed = 0, limit = 200_000) {
    this.#byPeer = new TextMap(seed);
    this.#limit = limit;
  }

  of(address: string, port: number): Flow {
    // Most datagrams come from the peer that the one before came from.
    const last = this.#last;
    if (last !== undefined && last.port === port && last.address === address) return last;
    this.#last = this.#find(address, port);
    return this.#last;
  }

  #find(address: string, port: number): Flow {
    let ports = this.#byPeer.get(address);
    if (ports === undefined) {
      ports = new Map();
      this.#byPeer.set(address, ports);
    }
    const known = ports.get(port);
    if (known !== undefined) return known;
    if (this.#count >= this.#limit) {
      this.#byPeer.clear();
      this.#count = 0;
      ports.clear();
      this.#byPeer.set(address, ports);
    }
    const flow: Flow = { transport: 'UDP', address, port };
    ports.set(port, flow);
    this.#count += 1;
    return flow;
  }
}
