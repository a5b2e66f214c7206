import { Anchor, Button, Checkbox, Group, Paper, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { Did } from '../api/types.ts';
import { useWho } from '../app/who-context.ts';
import { texts } from '../texts/en.ts';
import { columns, features, sourceOf } from './did-columns.ts';
import { Icon } from './icon.tsx';
import { InForce } from './in-force.tsx';
import { State, type Tone } from './state.tsx';
import { national } from './words.ts';

const t = texts.dids;
const ROW = 60;
const COLUMNS = '44px minmax(150px, 1fr) minmax(220px, 2fr) 120px 250px';
const TONE: Readonly<Record<ReturnType<typeof sourceOf>, Tone>> = {
  own: 'accent',
  global: 'good',
  none: 'warn',
};

interface Shown {
  readonly dids: readonly Did[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (number: string, on: boolean) => void;
  readonly onOpen: (number: string) => void;
}

/**
 * Only the rows in sight are in the page, so that 10,000 DIDs scroll as quickly as ten. What scrolls can
 * be reached with the keyboard.
 */
export function DidTable(props: Shown) {
  const scroll = useRef<HTMLDivElement>(null);
  const table = useTable({
    features,
    columns,
    data: props.dids,
    getRowId: ({ number }) => number,
    enableSortingRemoval: false,
    initialState: { sorting: [{ id: 'number', desc: false }] },
  });
  const { rows } = table.getRowModel();
  const inSight = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  return (
    <Paper
      ref={scroll}
      style={{ maxHeight: '64vh', overflow: 'auto' }}
      tabIndex={0}
      role="region"
      aria-label={t.table}
    >
      <div role="table" aria-label={t.table} aria-rowcount={rows.length + 1} style={{ minWidth: 800 }}>
        <div role="rowgroup" className="tl-table-head">
          <div role="row" className="tl-table-row" style={{ gridTemplateColumns: COLUMNS }}>
            <span role="columnheader">
              <VisuallyHidden>{t.selected}</VisuallyHidden>
            </span>
            {(table.getHeaderGroups()[0]?.headers ?? []).map(({ id, column }) => {
              const sorted = column.getIsSorted();
              return (
                <div
                  key={id}
                  role="columnheader"
                  aria-sort={sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
                >
                  <UnstyledButton
                    fw={600}
                    fz="sm"
                    display="flex"
                    style={{ alignItems: 'center', gap: 4 }}
                    onClick={() => column.toggleSorting(sorted === 'asc')}
                  >
                    {`${column.columnDef.header}`}
                    <span
                      style={{
                        opacity: sorted === false ? 0.25 : 1,
                        transform: sorted === 'desc' ? 'rotate(180deg)' : 'none',
                        display: 'flex',
                      }}
                    >
                      <Icon name="down" size={14} />
                    </span>
                  </UnstyledButton>
                </div>
              );
            })}
            <Text role="columnheader" fw={600} size="sm">
              {t.actions}
            </Text>
          </div>
        </div>
        <div role="rowgroup" style={{ height: inSight.getTotalSize(), position: 'relative' }}>
          {inSight.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return <Row key={row.id} {...props} did={row.original} index={index} top={start} />;
          })}
        </div>
      </div>
    </Paper>
  );
}

function Row(props: Shown & { did: Did; index: number; top: number }) {
  const { did, index, top } = props;
  const { account } = useParams({ strict: false });
  const { mayChange } = useWho();
  const from = sourceOf(did);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="tl-table-row"
      style={{ position: 'absolute', top, height: ROW, width: '100%', gridTemplateColumns: COLUMNS }}
    >
      <div role="cell">
        {mayChange && (
          <Checkbox
            aria-label={t.select(did.number)}
            checked={props.selected.has(did.number)}
            onChange={(event) => props.onSelect(did.number, event.currentTarget.checked)}
          />
        )}
      </div>
      <div role="cell">
        {mayChange ? (
          <Anchor
            component="button"
            type="button"
            fw={550}
            size="sm"
            onClick={() => props.onOpen(did.number)}
          >
            {national(did.number)}
          </Anchor>
        ) : (
          <Text size="sm" fw={550}>
            {national(did.number)}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {did.number}
        </Text>
      </div>
      <div role="cell" style={{ minWidth: 0 }}>
        <InForce effective={did.effective} />
      </div>
      <div role="cell">
        <State tone={TONE[from]}>{t.sources[from]}</State>
      </div>
      <Group role="cell" gap="sm" wrap="nowrap">
        {mayChange && (
          <Button
            size="xs"
            variant="default"
            aria-label={t.configureOf(did.number)}
            onClick={() => props.onOpen(did.number)}
          >
            {t.configure}
          </Button>
        )}
        <Anchor
          component={Link}
          to={`/accounts/${account}/dids/${did.number}`}
          size="sm"
          aria-label={t.planOf(did.number)}
        >
          {t.plan}
        </Anchor>
      </Group>
    </div>
  );
}
