import type { Did } from '../api/types.ts';
import { sourceOf } from './did-columns.ts';

export type DidFilter = 'all' | 'own' | 'global' | 'none';

/** The DIDs that fit a filter and whose number has the digits that were typed. */
export function matching(dids: readonly Did[], filter: DidFilter, typed: string): readonly Did[] {
  const digits = typed.replace(/\D/g, '');
  return dids.filter((did) => did.number.includes(digits) && (filter === 'all' || sourceOf(did) === filter));
}
