import { Anchor, Button, Checkbox, Group, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { Did, Failover } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { inForce } from './did-filter.ts';
import { backupText, national } from './words.ts';

const t = texts.dids;
const ROW = 64;
const COLUMNS = '40px minmax(150px, 1fr) minmax(160px, 2fr) 90px 250px';

interface Shown {
  readonly dids: readonly Did[];
  readonly global: Failover | null;
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
  const rows = useVirtualizer({
    count: props.dids.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  return (
    <div
      ref={scroll}
      style={{ height: '60vh', overflow: 'auto' }}
      tabIndex={0}
      role="region"
      aria-label={t.table}
    >
      <div role="table" aria-label={t.table} aria-rowcount={props.dids.length + 1} style={{ minWidth: 740 }}>
        <div role="rowgroup">
          <div role="row" style={{ display: 'grid', gridTemplateColumns: COLUMNS }}>
            {['✓', t.number, t.inForce, t.source, t.configure].map((head) => (
              <Text key={head} role="columnheader" fw={600}>
                {head}
              </Text>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const did = props.dids[index];
            if (did === undefined) return null;
            return <Row key={did.number} {...props} did={did} index={index} top={start} />;
          })}
        </div>
      </div>
    </div>
  );
}

function Row(props: Shown & { did: Did; index: number; top: number }) {
  const { did, index, top } = props;
  const { account } = useParams({ strict: false });
  const { failover, from } = inForce(did, props.global);
  const way = [backupText(failover?.backup ?? null), failover?.number ?? ''].filter((part) => part !== '');
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      style={{
        position: 'absolute',
        top,
        height: ROW,
        width: '100%',
        display: 'grid',
        gridTemplateColumns: COLUMNS,
        alignItems: 'center',
        borderTop: '1px solid var(--mantine-color-default-border)',
      }}
    >
      <div role="cell">
        <Checkbox
          aria-label={t.select(did.number)}
          checked={props.selected.has(did.number)}
          onChange={(event) => props.onSelect(did.number, event.currentTarget.checked)}
        />
      </div>
      <div role="cell">
        <Anchor component="button" type="button" onClick={() => props.onOpen(did.number)}>
          {national(did.number)}
        </Anchor>
        <Text size="xs" c="dimmed">
          {did.number}
        </Text>
      </div>
      <Text role="cell" truncate>
        {way.join(' → ')}
      </Text>
      <Text role="cell">{from === 'own' ? texts.failover.fromDid : t[from]}</Text>
      <Group role="cell" gap="xs" wrap="nowrap">
        <Button
          size="xs"
          variant="default"
          aria-label={t.configureOf(did.number)}
          onClick={() => props.onOpen(did.number)}
        >
          {t.configure}
        </Button>
        <Anchor component={Link} to={`/accounts/${account}/dids/${did.number}`} size="sm">
          {t.plan}
        </Anchor>
      </Group>
    </div>
  );
}
