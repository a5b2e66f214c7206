import { assertNever } from '../../base/assert-never.ts';
import type { Transport } from '../../base/flow.ts';

/** The transport that a transport parameter names (RFC 3261 19.1.1); `tls` is old, but in use. */
export function transportOf(param: string): Transport | undefined {
  switch (param.toLowerCase()) {
    case 'udp':
      return 'UDP';
    case 'tcp':
      return 'TCP';
    case 'tls':
      return 'TLS';
    default:
      return undefined;
  }
}

/** RFC 3261 18.2.1 and 19.1.2. */
export function defaultPort(transport: Transport): number {
  return transport === 'TLS' ? 5061 : 5060;
}

/** What stands before the domain in the name of its SRV records (RFC 3263 4.1). */
export function srvPrefix(transport: Transport): string {
  switch (transport) {
    case 'UDP':
      return '_sip._udp.';
    case 'TCP':
      return '_sip._tcp.';
    case 'TLS':
      return '_sips._tcp.';
    default:
      return assertNever(transport);
  }
}
