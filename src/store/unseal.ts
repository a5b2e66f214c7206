import type { SealingKey } from '../link/sealing.ts';
import { DamagedRow } from './json-column.ts';

/** What stands sealed in a row. Throws DamagedRow, which ends up as a StoreUnavailable. */
export function unseal(key: SealingKey, sealed: string, as: string): string {
  const text = key.unseal(sealed, as);
  if (text.ok) return text.value;
  switch (text.error.kind) {
    case 'notSealed':
      throw new DamagedRow(`${as} is not sealed`);
    case 'otherKey':
      throw new DamagedRow(`${as} is sealed with the key ${text.error.keyId} and not with ${key.id}`);
    case 'damaged':
      throw new DamagedRow(`${as} was changed since it was sealed`);
  }
}
