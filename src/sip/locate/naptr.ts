import type { NaptrRecord } from '../../base/dns.ts';
import type { Transport } from '../../base/flow.ts';

/** One service of a domain: how it is reached, and the name of its SRV records. */
export interface Service {
  readonly transport: Transport;
  readonly name: string;
}

/**
 * RFC 3263 4.1: the services that we have a transport for, as the domain orders them, at most one for each
 * transport. Records that do not lead to SRV (flag s) are of no use to SIP.
 */
export function chooseNaptr(records: readonly NaptrRecord[], ours: readonly Transport[]): Service[] {
  const ordered = records.toSorted((a, b) => a.order - b.order || a.preference - b.preference);
  const services: Service[] = [];
  for (const { flags, service, replacement } of ordered) {
    const transport = transportOfService(service);
    if (transport === undefined || !ours.includes(transport)) continue;
    if (flags.toLowerCase() !== 's' || replacement === '') continue;
    if (services.some((known) => known.transport === transport)) continue;
    services.push({ transport, name: replacement.toLowerCase() });
  }
  return services;
}

function transportOfService(service: string): Transport | undefined {
  switch (service.toUpperCase()) {
    case 'SIP+D2U':
      return 'UDP';
    case 'SIP+D2T':
      return 'TCP';
    case 'SIPS+D2T':
      return 'TLS';
    default:
      return undefined;
  }
}
