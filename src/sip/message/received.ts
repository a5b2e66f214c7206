import type { BadRequest, SipRequest } from './message.ts';
import type { Via } from './via.ts';

/**
 * The top Via value of a request as the transport layer has to note where it came from: `received` where
 * sent-by says another address or a name (RFC 3261 18.2.1), `received` and `rport` where the sender asked for
 * it (RFC 3581 section 4). What the sender itself claimed there is not kept.
 */
export function stampReceived(request: SipRequest | BadRequest, address: string, port: number): string {
  const { via } = request;
  const asksForPort = via.rport !== undefined;
  const needsAddress = asksForPort || sentByAddress(via) !== address;
  if (!needsAddress && via.received === undefined) return via.toString();
  const params = via.params;
  if (params === undefined) return via.toString();
  let stamped = via
    .toString()
    .substring(0, via.paramsStart - via.start)
    .trimEnd();
  for (let i = 0; i < params.count; i += 1) {
    const name = params.names[i] ?? '';
    const value = params.values[i];
    const lower = name.toLowerCase();
    if (lower === 'received') continue;
    if (lower === 'rport') stamped += `;rport=${port}`;
    else stamped += value === undefined ? `;${name}` : `;${name}=${value}`;
  }
  return needsAddress ? `${stamped};received=${address}` : stamped;
}

/** The host of sent-by without the brackets of an IPv6 reference. */
function sentByAddress(via: Via): string {
  return via.host.charCodeAt(0) === 0x5b
    ? via.host.substring(1, via.host.length - 1).toLowerCase()
    : via.host;
}
