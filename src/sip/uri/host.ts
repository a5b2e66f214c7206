import { ALPHA, DIGIT, decimalAt, HEX, isAll, isIn } from './characters.ts';
import type { Host } from './uri.ts';

/** Reads host names, IPv4 addresses and IPv6 references (RFC 3261 25.1 host). Undefined when it is none. */
export function parseHost(text: string): Host | undefined {
  if (text.charCodeAt(0) === 0x5b) {
    const address = text.substring(1, text.length - 1);
    if (text.charCodeAt(text.length - 1) !== 0x5d || ipv6Groups(address) === undefined) return undefined;
    return { kind: 'ipv6', address };
  }
  if (isIpv4(text)) return { kind: 'ipv4', address: text };
  return isHostName(text) ? { kind: 'name', name: text } : undefined;
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

/** Four numbers from 0 to 255. */
export function isIpv4(text: string): boolean {
  let start = 0;
  for (let part = 0; part < 4; part += 1) {
    const dot = part === 3 ? text.length : text.indexOf('.', start);
    if (dot === -1 || dot - start > 3 || decimalAt(text, start, dot, 255) === -1) return false;
    start = dot + 1;
  }
  return true;
}

/**
 * Labels of letters, digits, `-` and `_` between dots, the last one beginning with a letter, a final dot
 * allowed. `_` is not RFC 3261, but PBXs are named with it.
 */
function isHostName(text: string): boolean {
  const end = text.endsWith('.') ? text.length - 1 : text.length;
  if (end === 0 || end > 253) return false;
  let labelStart = 0;
  for (let p = 0; p <= end; p += 1) {
    const code = p === end ? 0x2e : text.charCodeAt(p);
    if (code === 0x2e) {
      if (p === labelStart || p - labelStart > 63) return false;
      if (text.charCodeAt(labelStart) === 0x2d || text.charCodeAt(p - 1) === 0x2d) return false;
      if (p < end) labelStart = p + 1;
    } else if (!isIn(code, ALPHA | DIGIT) && code !== 0x2d && code !== 0x5f) {
      return false;
    }
  }
  return !isIn(text.charCodeAt(labelStart), DIGIT);
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
