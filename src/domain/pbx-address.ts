import ipaddr from 'ipaddr.js';
import { err, ok, type Result } from '../base/result.ts';

/** Where a PBX is reached: `host[:port][;transport=udp|tcp|tls]`. */
export interface PbxAddress {
  readonly host:
    | { readonly kind: 'ipv4'; readonly address: string }
    /** Without brackets, as RFC 5952 writes it. */
    | { readonly kind: 'ipv6'; readonly address: string }
    /** In lower case, without a dot at the end. */
    | { readonly kind: 'name'; readonly name: string };
  /** Absent: an SRV record decides where one exists, else 5060 (5061 for TLS). */
  readonly port?: number;
  /** Absent: as RFC 3263 section 4.1 chooses; for us UDP. */
  readonly transport?: 'udp' | 'tcp' | 'tls';
}

/** What is wrong with a text that should be a PBX address. */
export type PbxAddressError =
  | { readonly kind: 'empty' }
  | { readonly kind: 'tooLong' }
  /** A URI (`sip:…`), not an address. */
  | { readonly kind: 'scheme'; readonly scheme: string }
  /** Something before an `@`. */
  | { readonly kind: 'userPart' }
  | { readonly kind: 'badIpv4'; readonly found: string }
  | { readonly kind: 'badIpv6'; readonly found: string }
  | { readonly kind: 'ipv6WithoutBrackets'; readonly found: string }
  | { readonly kind: 'badPort'; readonly found: string }
  /** A name with letters outside ASCII, which DNS knows by its A-labels (RFC 5890) only. */
  | { readonly kind: 'internationalName'; readonly found: string }
  | { readonly kind: 'badLabel'; readonly label: string }
  | { readonly kind: 'notFullyQualified'; readonly found: string }
  | { readonly kind: 'nameTooLong' }
  | { readonly kind: 'badTransport'; readonly found: string }
  | { readonly kind: 'unknownParameter'; readonly found: string };

/** The longest name (RFC 1035 section 2.3.4), with room for port and transport. */
const MAX_TEXT = 300;
const MAX_NAME = 253;
const MAX_LABEL = 63;

const SCHEMES: readonly string[] = ['sip', 'sips', 'tel', 'http', 'https', 'udp', 'tcp', 'tls'];

/** Reads what a customer or an operator wrote as the address of a PBX or a gateway. */
export function parsePbxAddress(text: string): Result<PbxAddress, PbxAddressError> {
  const trimmed = text.trim();
  if (trimmed === '') return err({ kind: 'empty' });
  if (trimmed.length > MAX_TEXT) return err({ kind: 'tooLong' });
  const colon = trimmed.indexOf(':');
  const scheme = colon === -1 ? '' : trimmed.slice(0, colon).toLowerCase();
  if (SCHEMES.includes(scheme)) return err({ kind: 'scheme', scheme });
  if (trimmed.includes('@')) return err({ kind: 'userPart' });
  const semicolon = trimmed.indexOf(';');
  const hostport = semicolon === -1 ? trimmed : trimmed.slice(0, semicolon);
  const transport = parseTransport(semicolon === -1 ? undefined : trimmed.slice(semicolon + 1));
  if (!transport.ok) return transport;
  const split = splitPort(hostport);
  if (!split.ok) return split;
  const host = parseHost(split.value.host);
  if (!host.ok) return host;
  const port = parsePort(split.value.port);
  if (!port.ok) return port;
  return ok({
    host: host.value,
    ...(port.value === undefined ? {} : { port: port.value }),
    ...(transport.value === undefined ? {} : { transport: transport.value }),
  });
}

/** The one way in which an address is written; `parsePbxAddress` reads it back unchanged. */
export function formatPbxAddress(address: PbxAddress): string {
  const port = address.port === undefined ? '' : `:${address.port}`;
  const transport = address.transport === undefined ? '' : `;transport=${address.transport}`;
  return `${formatHost(address.host)}${port}${transport}`;
}

function formatHost(host: PbxAddress['host']): string {
  switch (host.kind) {
    case 'ipv4':
      return host.address;
    case 'ipv6':
      return `[${host.address}]`;
    case 'name':
      return host.name;
  }
}

function parseTransport(
  parameters: string | undefined,
): Result<'udp' | 'tcp' | 'tls' | undefined, PbxAddressError> {
  if (parameters === undefined) return ok(undefined);
  const equals = parameters.indexOf('=');
  const name = (equals === -1 ? parameters : parameters.slice(0, equals)).trim().toLowerCase();
  if (name !== 'transport') return err({ kind: 'unknownParameter', found: name });
  const value = equals === -1 ? '' : parameters.slice(equals + 1).trim();
  switch (value.toLowerCase()) {
    case 'udp':
      return ok('udp');
    case 'tcp':
      return ok('tcp');
    case 'tls':
      return ok('tls');
    default:
      return err({ kind: 'badTransport', found: value });
  }
}

/** Host, still in its brackets, and the text behind its colon. */
function splitPort(
  hostport: string,
): Result<{ readonly host: string; readonly port: string | undefined }, PbxAddressError> {
  if (hostport.startsWith('[')) {
    const end = hostport.indexOf(']');
    if (end === -1) return err({ kind: 'badIpv6', found: hostport });
    const behind = hostport.slice(end + 1);
    if (behind !== '' && !behind.startsWith(':')) return err({ kind: 'badPort', found: behind });
    return ok({ host: hostport.slice(0, end + 1), port: behind === '' ? undefined : behind.slice(1) });
  }
  const colon = hostport.indexOf(':');
  if (colon === -1) return ok({ host: hostport, port: undefined });
  // Each IPv6 address has two; to have ipaddr.js find out throws and catches an error, 10,000 times for a file.
  if (!hostport.includes(':', colon + 1)) {
    return ok({ host: hostport.slice(0, colon), port: hostport.slice(colon + 1) });
  }
  const kind = ipaddr.IPv6.isValid(hostport) ? 'ipv6WithoutBrackets' : 'badIpv6';
  return err({ kind, found: hostport });
}

function parsePort(text: string | undefined): Result<number | undefined, PbxAddressError> {
  if (text === undefined) return ok(undefined);
  const port = Number(text);
  const plain = text.length <= 5 && text !== '' && isDigits(text);
  return plain && port >= 1 && port <= 65_535 ? ok(port) : err({ kind: 'badPort', found: text });
}

function parseHost(text: string): Result<PbxAddress['host'], PbxAddressError> {
  if (text === '') return err({ kind: 'empty' });
  if (text.startsWith('[')) return parseIpv6(text.slice(1, -1));
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (!looksLikeIpv4(name)) return parseName(name);
  // Forms that inet_aton takes, such as 127.1 and 010.0.0.1, mean one address here and another one there.
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return err({ kind: 'badIpv4', found: text });
  return ok({ kind: 'ipv4', address: ipaddr.IPv4.parse(text).toString() });
}

function parseIpv6(text: string): Result<PbxAddress['host'], PbxAddressError> {
  // A zone (RFC 4007) names an interface of one machine and means nothing on another.
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return err({ kind: 'badIpv6', found: text });
  // IPv4 mapped into IPv6 (RFC 4291 section 2.5.5.2) never stands in a packet: the IPv4 address was meant.
  const address = ipaddr.process(text);
  return address instanceof ipaddr.IPv6
    ? ok({ kind: 'ipv6', address: address.toRFC5952String() })
    : ok({ kind: 'ipv4', address: address.toString() });
}

/** True where the last label is a number: no top-level domain is one, so an IPv4 address was meant. */
function looksLikeIpv4(name: string): boolean {
  const label = name.slice(name.lastIndexOf('.') + 1);
  return label !== '' && (isDigits(label) || label.toLowerCase().startsWith('0x'));
}

function parseName(name: string): Result<PbxAddress['host'], PbxAddressError> {
  for (let i = 0; i < name.length; i += 1) {
    if (name.charCodeAt(i) > 0x7f) return err({ kind: 'internationalName', found: name });
  }
  if (name.length > MAX_NAME) return err({ kind: 'nameTooLong' });
  const labels = name.split('.');
  for (const label of labels) if (!isLabel(label)) return err({ kind: 'badLabel', label });
  if (labels.length < 2) return err({ kind: 'notFullyQualified', found: name });
  return ok({ kind: 'name', name: name.toLowerCase() });
}

/** Letters, digits and hyphens, no hyphen at either end (RFC 1123 section 2.1). */
function isLabel(label: string): boolean {
  if (label === '' || label.length > MAX_LABEL || label.startsWith('-') || label.endsWith('-')) return false;
  for (let i = 0; i < label.length; i += 1) {
    const code = label.charCodeAt(i) | 0x20;
    const letter = code >= 0x61 && code <= 0x7a && label.charCodeAt(i) >= 0x41;
    if (!letter && label.charAt(i) !== '-' && !isDigits(label.charAt(i))) return false;
  }
  return true;
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}
