import { assertNever } from '../../base/assert-never.ts';
import { type Flow, hostText } from '../../base/flow.ts';
import type { Via } from '../message/via.ts';
import { hostEquals } from '../uri/equals.ts';
import { parseHost } from '../uri/host.ts';
import type { SipUri } from '../uri/sip-uri.ts';
import type { Host } from '../uri/uri.ts';
import type { LiveBinding } from './binding.ts';

/**
 * True unless it is certain that the PBX can be reached at its Contact (decision 007): the REGISTER says in
 * its top Via that it was sent from the very address and port that it came from, and the Contact names that
 * address. Over TCP and TLS the port never agrees, so calls go along the connection.
 */
export function isBehindNat(via: Via, contact: SipUri, source: Flow): boolean {
  const { address, port, transport } = source;
  if ((via.port ?? 5060) !== port) return true;
  // An address is nearly always written in one way.
  if (!via.isFrom(address) && !isSameHost(parseHost(via.host), address)) return true;
  if (contact.hasParam('transport') && contact.params.get('transport')?.toUpperCase() !== transport)
    return true;
  return !contact.hasHost(address) && !isSameHost(contact.host, address);
}

function isSameHost(host: Host | undefined, address: string): boolean {
  const sender = parseHost(hostText(address));
  return host !== undefined && sender !== undefined && hostEquals(host, sender);
}

/** Where a call for a binding is sent. */
export interface BindingTarget {
  readonly address: string;
  readonly port: number;
  /** The flow that the REGISTER came from leads there; otherwise any way from our socket does. */
  readonly isFlow: boolean;
}

/** Decision 007: along the flow, or to the port that the Contact names at the same address. */
export function targetOf(binding: LiveBinding): BindingTarget {
  const { source, uri } = binding;
  const port = binding.behindNat ? source.port : (uri.port ?? defaultPort(source));
  return { address: source.address, port, isFlow: port === source.port };
}

function defaultPort({ transport }: Flow): number {
  switch (transport) {
    case 'UDP':
    case 'TCP':
      return 5060;
    case 'TLS':
      return 5061;
    default:
      return assertNever(transport);
  }
}
