import type { Transport } from '../../base/flow.ts';
import { ipv6Groups, isIpv4 } from '../uri/host.ts';

/** An address to send to. IPv6 without brackets. */
export interface Target {
  readonly address: string;
  readonly port: number;
  readonly transport: Transport;
}

export type AddressFamily = 'ipv4' | 'ipv6';

/** Targets of one lookup; more would not be tried before the caller has given up. */
export const MAX_TARGETS = 8;

/** Undefined for what is no IP address. */
export function familyOf(host: string): AddressFamily | undefined {
  if (isIpv4(host)) return 'ipv4';
  return ipv6Groups(host) === undefined ? undefined : 'ipv6';
}

/** Collects targets in order, each once, no more than MAX_TARGETS. */
export class Targets {
  readonly list: Target[] = [];

  add(address: string, port: number, transport: Transport): void {
    if (this.list.length === MAX_TARGETS) return;
    if (this.list.some((known) => known.address === address && known.port === port)) return;
    this.list.push({ address, port, transport });
  }
}
