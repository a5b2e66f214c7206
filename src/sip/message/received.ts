import type { BadRequest, SipRequest } from './message.ts';
import type { Via } from './via.ts';

/**
 * The top Via value of a request as the transport layer has to note where it came from: `received` where
 * sent-by says another address or a name (RFC 3261 18.2.1), `received` and `rport` where the sender asked for
 * it (RFC 3581 section 4). What the sender itself claimed there is not kept.
 */
export function stampReceived(request: SipRequest | BadRequest, address: string, port: number): string {
  const { via } = request;
  if (!via.plain || request.headers.folded) return restamped(via, address, port);
  const value = via.toString();
  if (via.rportEnd === -1) return via.isFrom(address) ? value : `${value};received=${address}`;
  const rportEnd = via.rportEnd - via.start;
  // A port that the sender claimed itself would have to go.
  if (value.charCodeAt(rportEnd) === 0x3d) return restamped(via, address, port);
  return `${value.substring(0, rportEnd)}=${port}${value.substring(rportEnd)};received=${address}`;
}

/** The same for every Via value that there may be: its parameters one by one, without white space. */
function restamped(via: Via, address: string, port: number): string {
  const asksForPort = via.rport !== undefined;
  const needsAddress = asksForPort || !via.isFrom(address);
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
