import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_text,
  tableFeatures,
} from '@tanstack/react-table';
import type { Did } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { inWords } from './failover-words.ts';

const t = texts.dids;

export const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { text: sortFn_text },
});

const column = createColumnHelper<typeof features, Did>();

const ORDER = { own: '1', global: '2', none: '3' };

/** Whose failover is in force for a DID. */
export function sourceOf({ failover, effective }: Did): keyof typeof ORDER {
  if (failover !== null) return 'own';
  return effective.number === null && effective.backup === null ? 'none' : 'global';
}

/** What the table can be sorted by. */
export const columns = column.columns([
  column.accessor('number', { id: 'number', header: t.number, sortFn: 'text' }),
  column.accessor(
    ({ effective: { number, backup } }) =>
      inWords({ number: number?.value ?? null, backup: backup?.value ?? null }),
    { id: 'inForce', header: t.inForce, sortFn: 'text' },
  ),
  column.accessor((did) => ORDER[sourceOf(did)], { id: 'source', header: t.source, sortFn: 'text' }),
]);
