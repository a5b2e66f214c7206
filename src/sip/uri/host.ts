import { ALPHA, DIGIT, HEX, isAll } from './characters.ts';
import { isAt, OCTETS, spell } from './octets.ts';
import type { Host } from './uri.ts';

const DOT = 0x2e;
const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const octets = OCTETS;

/** Reads host names, IPv4 addresses and IPv6 references (RFC 3261 25.1 host). Undefined when it is none. */
export function parseHost(text: string): Host | undefined {
  const kind = hostKindAt(text, 0, text.length);
  return kind === undefined ? undefined : hostOf(kind, text);
}

/** What the host text[start, end) is; undefined when it is none. */
export function hostKindAt(text: string, start: number, end: number): Host['kind'] | undefined {
  spell(text);
  if (octets[start] === OPENING_BRACKET) {
    const isWhole = octets[end - 1] === CLOSING_BRACKET;
    return isWhole && ipv6Groups(text.substring(start + 1, end - 1)) !== undefined ? 'ipv6' : undefined;
  }
  if (ipv4End(start, end) === end) return 'ipv4';
  return isHostName(start, end) ? 'name' : undefined;
}

/** The host that `text`, known to be of that kind, says. */
export function hostOf(kind: Host['kind'], text: string): Host {
  switch (kind) {
    case 'ipv4':
      return { kind, address: text };
    case 'ipv6':
      return { kind, address: text.substring(1, text.length - 1) };
    case 'name':
      return { kind, name: text };
  }
}

export function formatHost(host: Host): string {
  switch (host.kind) {
    case 'ipv4':
      return host.address;
    case 'ipv6':
      return `[${host.address}]`;
    case 'name':
      return host.name;
  }
}

export function isIpv4(text: string): boolean {
  spell(text);
  return ipv4End(0, text.length) === text.length;
}

/**
 * The offset behind the four numbers from 0 to 255, of one to three digits each, at `start` in the text that is spelled;
 * -1 without them.
 */
export function ipv4End(start: number, end: number): number {
  let dots = 0;
  let digits = 0;
  let number = 0;
  let p = start;
  for (; p < end; p += 1) {
    const octet = octets[p] ?? 0;
    if (octet >= 48 && octet <= 57) {
      digits += 1;
      number = number * 10 + (octet - 48);
      if (digits > 3 || number > 255) return -1;
    } else if (octet === DOT && digits > 0 && dots < 3) {
      dots += 1;
      digits = 0;
      number = 0;
    } else {
      break;
    }
  }
  return dots === 3 && digits > 0 ? p : -1;
}

/**
 * Labels of letters, digits, `-` and `_` between dots, the last one beginning with a letter, a final dot
 * allowed. `_` is not RFC 3261, but PBXs are named with it.
 */
function isHostName(start: number, hostEnd: number): boolean {
  const end = hostEnd > start && octets[hostEnd - 1] === DOT ? hostEnd - 1 : hostEnd;
  if (end === start || end - start > 253) return false;
  let labelStart = start;
  for (let p = start; p <= end; p += 1) {
    const octet = p === end ? DOT : octets[p];
    if (octet === DOT) {
      if (p === labelStart || p - labelStart > 63) return false;
      if (octets[labelStart] === HYPHEN || octets[p - 1] === HYPHEN) return false;
      if (p < end) labelStart = p + 1;
    } else if (!isAt(p, ALPHA | DIGIT) && octet !== HYPHEN && octet !== UNDERSCORE) {
      return false;
    }
  }
  return !isAt(labelStart, DIGIT);
}

/**
 * The eight 16-bit groups of an IPv6 address without brackets; undefined when it is none (RFC 4291 2.2). The
 * third colon before an IPv4 part that RFC 3261's grammar lets in is ignored (RFC 5118 4.10).
 */
export function ipv6Groups(address: string): readonly number[] | undefined {
  if (address.length < 2 || address.length > 46) return undefined;
  const triple = address.indexOf(':::');
  const text =
    triple !== -1 && isIpv4(address.substring(triple + 3))
      ? address.substring(0, triple) + address.substring(triple + 1)
      : address;
  const gap = text.indexOf('::');
  if (gap === -1) {
    const groups = colonGroups(text, true);
    return groups?.length === 8 ? groups : undefined;
  }
  if (text.indexOf('::', gap + 1) !== -1) return undefined;
  const head = gap === 0 ? [] : colonGroups(text.substring(0, gap), false);
  const tail = gap + 2 === text.length ? [] : colonGroups(text.substring(gap + 2), true);
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** `atEnd`: the last group may be an IPv4 address, which counts as two. */
function colonGroups(text: string, atEnd: boolean): number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (atEnd && index === parts.length - 1 && part.includes('.')) {
      if (!isIpv4(part)) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
      groups.push(a * 256 + b, c * 256 + d);
    } else {
      if (part.length > 4 || !isAll(part, 0, part.length, HEX)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}
