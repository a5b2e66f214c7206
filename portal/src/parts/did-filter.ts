import type { Did, Failover } from '../api/types.ts';

export type DidFilter = 'all' | 'own' | 'global' | 'none';

/** The failover that a call for the DID gets, part by part, and where it comes from. */
export function inForce(did: Did, global: Failover | null) {
  const own = did.failover;
  const number = own?.number ?? global?.number ?? null;
  const backup = own?.backup ?? global?.backup ?? null;
  const failover = number === null && backup === null ? null : { number, backup };
  const from: DidFilter = own !== null ? 'own' : failover === null ? 'none' : 'global';
  return { failover, from };
}

/** The DIDs that fit a filter and whose number has the digits that were typed. */
export function matching(
  dids: readonly Did[],
  global: Failover | null,
  filter: DidFilter,
  typed: string,
): readonly Did[] {
  const digits = typed.replace(/\D/g, '');
  return dids.filter(
    (did) => did.number.includes(digits) && (filter === 'all' || inForce(did, global).from === filter),
  );
}
