import ipaddr from 'ipaddr.js';
import { assertNever } from '../base/assert-never.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { PbxAddress } from './pbx-address.ts';

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** An address range in CIDR form, parsed. */
export interface AddressRange {
  readonly network: Ip;
  readonly bits: number;
}

/** Where a trunk server of ours listens. */
export interface OwnAddress {
  readonly address: string;
  readonly port: number;
}

/** Which addresses a backup may point to. Made by `addressPolicy`. */
export interface AddressPolicy {
  readonly allowedRanges: readonly AddressRange[];
  readonly ownAddresses: readonly OwnAddress[];
  /** Where gateways take calls: as a backup they would send the call straight back. */
  readonly gateways: readonly OwnAddress[];
}

/** Why an address may not be called. `address` is the one that was judged, IPv4 taken out of IPv6. */
export type AddressRefusal =
  | { readonly kind: 'notAnAddress'; readonly address: string }
  | { readonly kind: 'own'; readonly address: string }
  | { readonly kind: 'gateway'; readonly address: string }
  | { readonly kind: 'cloudMetadata'; readonly address: string }
  | { readonly kind: 'loopback'; readonly address: string }
  | { readonly kind: 'private'; readonly address: string }
  | { readonly kind: 'linkLocal'; readonly address: string }
  | { readonly kind: 'multicast'; readonly address: string }
  | { readonly kind: 'broadcast'; readonly address: string }
  | { readonly kind: 'unspecified'; readonly address: string }
  | { readonly kind: 'carrierGradeNat'; readonly address: string }
  /** For documentation, benchmarks, tunnels, or not assigned to anyone (IANA special-purpose registries). */
  | { readonly kind: 'reserved'; readonly address: string };

/**
 * Where clouds serve a machine its own secrets: AWS and most others, AWS over IPv6, AWS for containers,
 * Alibaba, Azure, Oracle, Google over IPv6. Some lie in ranges that are public otherwise.
 */
const CLOUD_METADATA: ReadonlySet<string> = new Set([
  '169.254.169.254',
  'fd00:ec2::254',
  '169.254.170.2',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd20:ce::254',
]);

/** All of IPv6 that is assigned to anyone (RFC 4291 section 2.4, IANA). */
const GLOBAL_UNICAST = range('2000::', 3);
/** The prefix of NAT64 whose last 32 bits are an IPv4 address on the Internet (RFC 6052 section 2.1). */
const NAT64 = range('64:ff9b::', 96);
/** Tunnel addresses of an IPv4 address in bits 16–47 (RFC 3056). */
const SIX_TO_FOUR = range('2002::', 16);

function range(network: string, bits: number): AddressRange {
  return { network: ipaddr.parse(network), bits };
}

/** Reads a range such as `10.0.0.0/8`, or a single address; undefined where it is neither. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const trimmed = text.trim();
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(trimmed) || ipaddr.IPv6.isValidCIDR(trimmed)) {
    const [network, bits] = ipaddr.parseCIDR(trimmed);
    // Addresses that are mapped into IPv6 are judged as IPv4, so their range must be one of IPv4, too.
    return network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96
      ? { network: network.toIPv4Address(), bits: bits - 96 }
      : { network, bits };
  }
  const address = parseIp(trimmed);
  return address === undefined ? undefined : { network: address, bits: address.kind() === 'ipv4' ? 32 : 128 };
}

/** The one way in which a range is written: its first address, and its length unless it is a single address. */
export function formatAddressRange({ network, bits }: AddressRange): string {
  const bytes = network.toByteArray().map((byte, index) => {
    const kept = Math.min(Math.max(bits - index * 8, 0), 8);
    return byte & (0xff00 >> kept) & 0xff;
  });
  const first = ipaddr.fromByteArray(bytes);
  const text = first instanceof ipaddr.IPv6 ? first.toRFC5952String() : first.toString();
  return bits === bytes.length * 8 ? text : `${text}/${bits}`;
}

/** Whether it is an IP address in one of the ranges. IPv4 that is mapped into IPv6 is IPv4. */
export function isAddressIn(text: string, ranges: readonly AddressRange[]): boolean {
  const ip = parseIp(text);
  return ip !== undefined && isAllowed(ip, ranges);
}

/** The one way in which an IP address is written, IPv4 taken out of IPv6; undefined for what is none. */
export function canonicalAddress(text: string): string | undefined {
  const ip = parseIp(text);
  return ip instanceof ipaddr.IPv6 ? ip.toRFC5952String() : ip?.toString();
}

/** A range that cannot be read allows nothing; the settings are checked with `parseAddressRange` at start. */
export function addressPolicy(
  allowedRanges: readonly string[],
  ownAddresses: readonly OwnAddress[],
  gateways: readonly OwnAddress[] = [],
): AddressPolicy {
  const ranges: AddressRange[] = [];
  for (const text of allowedRanges) {
    const parsed = parseAddressRange(text);
    if (parsed !== undefined) ranges.push(parsed);
  }
  return {
    allowedRanges: ranges,
    ownAddresses: ownAddresses.map(inCanonicalForm),
    gateways: gateways.map(inCanonicalForm),
  };
}

/**
 * Whether a call may be sent to an address: asked when a backup is saved and again for every address that its
 * name resolves to, so that a name cannot be pointed elsewhere in between. Gives the address as it was judged.
 *
 * `port`: undefined where it is not known yet. An own IP address is refused with any port unless its range is
 * allowed, and with the port of a trunk server even then.
 */
export function addressAllowed(
  address: string,
  port: number | undefined,
  policy: AddressPolicy,
): Result<string, AddressRefusal> {
  const ip = parseIp(address);
  if (ip === undefined) return err({ kind: 'notAnAddress', address });
  const refusal = refuse(ip, port, policy);
  return refusal === undefined ? ok(ip.toString()) : err(refusal);
}

/** Judges a PBX address when it is saved. A name is judged when it is resolved, and passes here. */
export function pbxAddressAllowed(
  address: PbxAddress,
  policy: AddressPolicy,
): Result<PbxAddress, AddressRefusal> {
  if (address.host.kind === 'name') return ok(address);
  const port = address.port ?? (address.transport === 'tls' ? 5061 : 5060);
  const allowed = addressAllowed(address.host.address, port, policy);
  return allowed.ok ? ok(address) : allowed;
}

/** What is wrong with an address and what would be right, in plain words. */
export function explainAddress(refusal: AddressRefusal): string {
  switch (refusal.kind) {
    case 'notAnAddress':
      return `"${refusal.address}" is not an IP address.`;
    case 'own':
      return `${refusal.address} is one of our own trunk servers; a call would come straight back to us. Give the address of your PBX.`;
    case 'gateway':
      return `${refusal.address} is a carrier's gateway, which would send the call straight back to us. Give the address of your PBX.`;
    case 'cloudMetadata':
      return `${refusal.address} is the metadata service of a cloud, not a PBX. ${PUBLIC_ADDRESS}`;
    case 'loopback':
      return `${refusal.address} is a loopback address and means the machine itself. ${PUBLIC_ADDRESS}`;
    case 'private':
      return `${refusal.address} is a private address that cannot be reached from here. ${PUBLIC_ADDRESS}`;
    case 'linkLocal':
      return `${refusal.address} is a link-local address that cannot be reached from here. ${PUBLIC_ADDRESS}`;
    case 'multicast':
      return `${refusal.address} is a multicast address, not one machine. ${PUBLIC_ADDRESS}`;
    case 'broadcast':
      return `${refusal.address} is the broadcast address, not one machine. ${PUBLIC_ADDRESS}`;
    case 'unspecified':
      return `${refusal.address} is the unspecified address and means no machine. ${PUBLIC_ADDRESS}`;
    case 'carrierGradeNat':
      return `${refusal.address} is shared address space inside a provider's NAT (100.64.0.0/10). ${PUBLIC_ADDRESS}`;
    case 'reserved':
      return `${refusal.address} is reserved and belongs to no machine on the Internet. ${PUBLIC_ADDRESS}`;
    default:
      return assertNever(refusal);
  }
}

const PUBLIC_ADDRESS = 'Give the public address of your PBX, or ask your provider to allow this range.';

/** Decimal IPv4 or IPv6 without a zone; IPv4 that is mapped into IPv6 comes out as IPv4. */
function parseIp(text: string): Ip | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text);
}

function inCanonicalForm({ address, port }: OwnAddress): OwnAddress {
  return { address: parseIp(address)?.toString() ?? address, port };
}

function refuse(ip: Ip, port: number | undefined, policy: AddressPolicy): AddressRefusal | undefined {
  const address = ip.toString();
  const allowed = isAllowed(ip, policy.allowedRanges);
  for (const own of policy.ownAddresses) {
    if (own.address === address && (own.port === port || !allowed)) return { kind: 'own', address };
  }
  for (const gateway of policy.gateways) {
    if (gateway.address === address && gateway.port === port) return { kind: 'gateway', address };
  }
  if (allowed) return undefined;
  if (CLOUD_METADATA.has(address)) return { kind: 'cloudMetadata', address };
  const embedded = embeddedIpv4(ip);
  if (embedded !== undefined) return refuse(embedded, port, policy);
  const kind = refusedKind(ip);
  return kind === undefined ? undefined : { kind, address };
}

function isAllowed(ip: Ip, ranges: readonly AddressRange[]): boolean {
  for (const { network, bits } of ranges) if (within(ip, network, bits)) return true;
  return false;
}

function within(ip: Ip, network: Ip, bits: number): boolean {
  return ip.kind() === network.kind() && ip.match(network, bits);
}

/** The IPv4 address that packets to a NAT64 or 6to4 address end up at. */
function embeddedIpv4(ip: Ip): ipaddr.IPv4 | undefined {
  if (ip.kind() !== 'ipv6') return undefined;
  const bytes = ip.toByteArray();
  if (within(ip, NAT64.network, NAT64.bits)) return new ipaddr.IPv4(bytes.slice(12, 16));
  if (within(ip, SIX_TO_FOUR.network, SIX_TO_FOUR.bits)) return new ipaddr.IPv4(bytes.slice(2, 6));
  return undefined;
}

/** Undefined for public unicast addresses. Whatever range ipaddr.js may come to know is refused as reserved. */
function refusedKind(ip: Ip): AddressRefusal['kind'] | undefined {
  switch (ip.range()) {
    case 'unicast':
      return ip.kind() === 'ipv4' || within(ip, GLOBAL_UNICAST.network, GLOBAL_UNICAST.bits)
        ? undefined
        : 'reserved';
    case 'loopback':
      return 'loopback';
    case 'private':
    case 'uniqueLocal':
      return 'private';
    case 'linkLocal':
      return 'linkLocal';
    case 'multicast':
      return 'multicast';
    case 'broadcast':
      return 'broadcast';
    case 'unspecified':
      return 'unspecified';
    case 'carrierGradeNat':
      return 'carrierGradeNat';
    default:
      return 'reserved';
  }
}
