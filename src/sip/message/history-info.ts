import { err, ok, type Result } from '../../base/result.ts';
import { decimalAt } from '../uri/characters.ts';
import { unescapeUri } from '../uri/escape.ts';
import { parseUri } from '../uri/parse.ts';
import { type HeaderError, malformed } from './header-error.ts';
import { type NameAddress, parseNameAddress } from './name-address.ts';
import { parseReason, type Reason } from './reason.ts';

/** One History-Info value (RFC 7044). */
export interface HistoryInfo extends NameAddress {
  /** `1.2.1` as [1, 2, 1]. */
  readonly index: readonly number[];
  /** Why the request left the target, from the Reason header that is escaped in the URI (RFC 7044). */
  readonly reason: Reason | undefined;
}

/** Reads all values in their order. */
export function parseHistoryInfo(elements: readonly string[]): Result<readonly HistoryInfo[], HeaderError> {
  const entries: HistoryInfo[] = [];
  for (const element of elements) {
    const address = parseNameAddress(element, 'History-Info');
    if (!address.ok) return address;
    const { displayName, uri, params } = address.value;
    const index = parseIndex(params.get('index'));
    if (index === undefined) return err(malformed('History-Info', 'an index such as 1.2'));
    entries.push({ displayName, uri, params, index, reason: embeddedReason(uri) });
  }
  return ok(entries);
}

/**
 * How often another user was called instead: entries with `mp` (RFC 7044 section 5.2). `rc` and `np` mark
 * ordinary routing, which deepens the index just the same.
 */
export function retargetCount(entries: readonly HistoryInfo[]): number {
  let count = 0;
  for (const entry of entries) if (entry.params.has('mp')) count += 1;
  return count;
}

function parseIndex(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const index: number[] = [];
  for (const part of text.split('.')) {
    const number = decimalAt(part, 0, part.length, 1_000_000);
    if (number === -1) return undefined;
    index.push(number);
  }
  return index;
}

function embeddedReason(uriText: string): Reason | undefined {
  const uri = parseUri(uriText);
  if (!uri.ok || uri.value.kind !== 'sip') return undefined;
  const header = uri.value.headers.find((h) => h.name.toLowerCase() === 'reason');
  if (header === undefined) return undefined;
  const reason = parseReason(unescapeUri(header.value));
  return reason.ok ? reason.value : undefined;
}
