import { ok, type Result } from '../../base/result.ts';
import { decimalAt } from '../uri/characters.ts';
import type { HeaderError } from './header-error.ts';
import { type NameAddress, parseNameAddress } from './name-address.ts';

/** One Diversion value (RFC 5806). */
export interface Diversion extends NameAddress {
  /** `no-answer`, `user-busy`, `unavailable`, `unconditional`, …; undefined when it is not said. */
  readonly reason: string | undefined;
  /** How many diversions this value stands for. */
  readonly counter: number;
}

/** Reads all values in their order, the last diversion first. */
export function parseDiversions(elements: readonly string[]): Result<readonly Diversion[], HeaderError> {
  const diversions: Diversion[] = [];
  for (const element of elements) {
    const address = parseNameAddress(element, 'Diversion');
    if (!address.ok) return address;
    const counter = address.value.params.get('counter') ?? '1';
    const number = decimalAt(counter, 0, counter.length, 1_000_000);
    diversions.push({
      displayName: address.value.displayName,
      uri: address.value.uri,
      params: address.value.params,
      reason: address.value.params.get('reason'),
      counter: number === -1 ? 1 : number,
    });
  }
  return ok(diversions);
}

/** How often a call has been diverted: each value counts as many as its counter says (RFC 5806). */
export function diversionCount(diversions: readonly Diversion[]): number {
  let count = 0;
  for (const diversion of diversions) count += diversion.counter;
  return count;
}
