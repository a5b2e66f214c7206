import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { canonicalAddress, isAddressIn, parseAddressRange } from '../domain/address-policy.ts';

/** For Fastify's `trustProxy`: whether what this address says in X-Forwarded-For is believed. */
export function trustIn(proxies: readonly string[]): (address: string) => boolean {
  const ranges = proxies.flatMap((text) => parseAddressRange(text) ?? []);
  return (address) => isIP(address) !== 0 && isAddressIn(address, ranges);
}

/**
 * Where a request came from: the last address in X-Forwarded-For that no proxy of ours has, or that of the connection. What
 * a proxy passed on and is no address counts as the proxy itself.
 */
export function addressOf(request: FastifyRequest): string {
  const said = isIP(request.ip) === 0 ? request.socket.remoteAddress : request.ip;
  return canonicalAddress(said ?? '') ?? '';
}
