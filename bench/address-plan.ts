import type { Address } from '../demo/agents/sip-socket.ts';

/**
 * Who is where, and what every server that is measured holds. All of it is loopback. The numbers are valid
 * ones: area code 555 would be refused as a failover target. kamailio.cfg has the same.
 */
export const EDGE: Address = { address: '127.77.0.1', port: 5060 };
export const CARRIER: Address = { address: '127.77.0.10', port: 5060 };
/** The PBX that answers; it registers from another port than the one it is called at. */
export const PBX: Address = { address: '127.77.0.20', port: 5060 };
/** The PBX that refuses every call with 503. */
export const REFUSING_PBX: Address = { address: '127.77.0.21', port: 5060 };
export const BACKUP_PBX: Address = { address: '127.77.0.30', port: 5060 };
/** Where failover numbers are dialled. */
export const GATEWAY: Address = { address: '127.77.0.40', port: 5060 };
/** Registers over and over (W4). */
export const REGISTRANT: Address = { address: '127.77.0.60', port: 5070 };

export const REALM = EDGE.address;

/** The port that the PBXs of W1 and W3 register from. */
export const REGISTER_PORT = 5071;

/** Accounts 1–1000 have a registered PBX, 1001–2000 none, 2001–3000 one that refuses, and a backup. */
export const DELIVERED = { first: 1, last: 1_000 } as const;
export const UNREGISTERED = { first: 1_001, last: 2_000 } as const;
export const REFUSED = { first: 2_001, last: 3_000 } as const;
/** Users without a DID. */
export const REGISTRANTS = { first: 10_001, last: 20_000 } as const;

export interface Range {
  readonly first: number;
  readonly last: number;
}

/** As the carrier dials it: 11 digits. */
export function dialled(i: number): string {
  return `1212${2_000_000 + i}`;
}

/** E.164. */
export function failoverNumber(i: number): string {
  return `+1512${6_660_000 + i}`;
}

export function username(i: number): string {
  return `acc${i}`;
}

export function password(i: number): string {
  return `pw${i}`;
}

export function hostPort({ address, port }: Address): string {
  return `${address}:${port}`;
}

/** The rows of an injection file with the DIDs of a range. */
export function didRows(range: Range): readonly string[] {
  return each(range, dialled);
}

/** The rows of an injection file that registers a range of users. */
export function registerRows(range: Range, contact: Address): readonly string[] {
  return each(
    range,
    (i) =>
      `${username(i)};[authentication username=${username(i)} password=${password(i)}];${hostPort(contact)}`,
  );
}

function each({ first, last }: Range, row: (i: number) => string): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => row(first + index));
}
