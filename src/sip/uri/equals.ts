import { normalizeEscapes } from './escape.ts';
import { ipv6Groups } from './host.ts';
import type { Params } from './params.ts';
import type { SipUri } from './sip-uri.ts';
import type { Host, TelUri, Uri, UriHeader } from './uri.ts';

/** RFC 3261 19.1.4; for tel URIs RFC 3966 section 4; other URIs are equal when their text is. */
export function uriEquals(a: Uri, b: Uri): boolean {
  switch (a.kind) {
    case 'sip':
      return b.kind === 'sip' && sipEquals(a, b);
    case 'tel':
      return b.kind === 'tel' && telEquals(a, b);
    case 'other':
      return b.kind === 'other' && a.scheme === b.scheme && a.rest === b.rest;
  }
}

function sipEquals(a: SipUri, b: SipUri): boolean {
  // A PBX that registers again writes its Contact as before.
  if (a.toString() === b.toString()) return true;
  const aParams = a.params;
  const bParams = b.params;
  return (
    a.scheme === b.scheme &&
    a.port === b.port &&
    sameCase(a.user, b.user) &&
    sameCase(a.password, b.password) &&
    hostEquals(a.host, b.host) &&
    paramsMatch(aParams, bParams) &&
    paramsMatch(bParams, aParams) &&
    headersMatch(a.headers, b.headers)
  );
}

/** Case counts in the user part and the password. */
function sameCase(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a === b || normalizeEscapes(a) === normalizeEscapes(b);
}

function sameText(a: string, b: string): boolean {
  return a === b || normalizeEscapes(a).toLowerCase() === normalizeEscapes(b).toLowerCase();
}

export function hostEquals(a: Host, b: Host): boolean {
  switch (a.kind) {
    case 'name':
      return b.kind === 'name' && (a.name === b.name || a.name.toLowerCase() === b.name.toLowerCase());
    case 'ipv4':
      if (b.kind !== 'ipv4') return false;
      return (
        a.address === b.address || a.address.split('.').every((n, i) => Number(n) === octet(b.address, i))
      );
    case 'ipv6': {
      if (b.kind !== 'ipv6') return false;
      if (a.address === b.address) return true;
      const groups = ipv6Groups(b.address);
      return groups !== undefined && ipv6Groups(a.address)?.every((n, i) => n === groups[i]) === true;
    }
  }
}

function octet(address: string, index: number): number {
  return Number(address.split('.')[index]);
}

/**
 * Parameters that never match when only one URI has them. The text of 19.1.4 names user, ttl, method and
 * maddr; its examples add transport.
 */
const SIGNIFICANT: readonly string[] = ['user', 'ttl', 'method', 'maddr', 'transport'];

/** True when each parameter of `a` that matters is in `b`, with the same value. */
function paramsMatch(a: Params, b: Params): boolean {
  for (let i = 0; i < a.count; i += 1) {
    const name = normalizeEscapes(a.names[i] ?? '');
    const other = indexOfName(b, name);
    if (other === -1) {
      if (SIGNIFICANT.includes(name.toLowerCase())) return false;
    } else if (!sameText(a.values[i] ?? '', b.values[other] ?? '')) {
      return false;
    }
  }
  return true;
}

function indexOfName(params: Params, name: string): number {
  return params.names.findIndex((n) => sameText(n, name));
}

/** URI headers are never ignored, whichever URI has them; their order does not count. */
function headersMatch(a: readonly UriHeader[], b: readonly UriHeader[]): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  for (const header of a) {
    const index = left.findIndex((h) => sameText(h.name, header.name) && sameText(h.value, header.value));
    if (index === -1) return false;
    left.splice(index, 1);
  }
  return true;
}

function telEquals(a: TelUri, b: TelUri): boolean {
  return (
    telDigits(a.number) === telDigits(b.number) &&
    a.params.count === b.params.count &&
    a.params.names.every((name, i) => {
      const other = indexOfName(b.params, name);
      return other !== -1 && sameText(a.params.values[i] ?? '', b.params.values[other] ?? '');
    })
  );
}

const VISUAL_SEPARATORS = '-.()';

/** A telephone number without visual separators, in lower case, with its `+` if it is a global one. */
function telDigits(number: string): string {
  let digits = '';
  for (const character of number) {
    if (!VISUAL_SEPARATORS.includes(character)) digits += character;
  }
  return digits.toLowerCase();
}
