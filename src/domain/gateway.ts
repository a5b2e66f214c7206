import type { GatewayId } from './ids.ts';
import type { PbxAddress } from './pbx-address.ts';

/** A carrier peer: where its calls come from, and where calls to phone numbers are sent. */
export interface Gateway {
  readonly id: GatewayId;
  readonly name: string;
  /** Addresses or CIDR ranges from which calls are accepted. Empty: it only takes calls. */
  readonly sources: readonly string[];
  /** Where numbers are dialled; absent: it only sends calls. */
  readonly address?: PbxAddress;
  /** Lower is tried first. */
  readonly priority: number;
  /** Share among gateways of equal priority, 1–65535. */
  readonly weight: number;
  /** In our trust domain (RFC 3325): its P-Asserted-Identity is believed, and it may be told one. */
  readonly trusted: boolean;
}

/** Where gateways take calls, as far as that is said without DNS. */
export function gatewayPlaces(gateways: Iterable<Gateway>): { address: string; port: number }[] {
  const places: { address: string; port: number }[] = [];
  for (const { address } of gateways) {
    if (address === undefined || address.host.kind === 'name') continue;
    places.push({ address: address.host.address, port: address.port ?? 5060 });
  }
  return places;
}
