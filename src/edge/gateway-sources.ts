import ipaddr from 'ipaddr.js';
import { type AddressRange, parseAddressRange } from '../domain/address-policy.ts';
import type { Gateway } from '../domain/gateway.ts';

/** Past this many remembered addresses the memory starts afresh: strangers must not fill it. */
const MEMORY_LIMIT = 10_000;

interface Range extends AddressRange {
  readonly gateway: Gateway;
}

/** What was found for an address. */
interface Found {
  readonly address: string;
  readonly gateway: Gateway | undefined;
}

const NOT_FOUND: Found = { address: '', gateway: undefined };

/** Which gateway an address belongs to. A longer prefix wins over a shorter one. */
export class GatewaySources {
  #ranges: readonly Range[] = [];
  readonly #hosts = new Set<string>();
  readonly #known = new Map<string, Gateway | undefined>();
  /** The last two that were found: mostly the two sides of a call in turn. */
  #last: Found = NOT_FOUND;
  #before: Found = NOT_FOUND;

  replace(gateways: Iterable<Gateway>): void {
    const ranges: Range[] = [];
    this.#hosts.clear();
    for (const gateway of gateways) {
      const host = gateway.address?.host;
      if (host !== undefined) this.#hosts.add(host.kind === 'name' ? host.name.toLowerCase() : host.address);
      for (const source of gateway.sources) {
        const range = parseAddressRange(source);
        if (range !== undefined) ranges.push({ gateway, ...range });
      }
    }
    this.#ranges = ranges.sort((a, b) => b.bits - a.bits);
    this.#known.clear();
    this.#last = NOT_FOUND;
    this.#before = NOT_FOUND;
  }

  /** True for the host of a gateway: an address that it sends from, or the one that it is called at. */
  isGateway(host: string): boolean {
    return this.#hosts.has(host) || this.find(host) !== undefined;
  }

  /** The gateway that sends from `address`; undefined for a stranger. */
  find(address: string): Gateway | undefined {
    if (this.#last.address === address) return this.#last.gateway;
    const before = this.#before;
    this.#before = this.#last;
    this.#last = before.address === address ? before : { address, gateway: this.#findKnown(address) };
    return this.#last.gateway;
  }

  #findKnown(address: string): Gateway | undefined {
    const known = this.#known.get(address);
    if (known !== undefined || this.#known.has(address)) return known;
    if (this.#known.size >= MEMORY_LIMIT) this.#known.clear();
    const found = this.#search(address);
    this.#known.set(address, found);
    return found;
  }

  #search(text: string): Gateway | undefined {
    if (!ipaddr.isValid(text)) return undefined;
    const address = ipaddr.process(text);
    for (const range of this.#ranges) {
      if (range.network.kind() === address.kind() && address.match([range.network, range.bits])) {
        return range.gateway;
      }
    }
    return undefined;
  }
}
