import { Paper, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { texts } from '../texts/en.ts';

/** A table that scrolls by itself where the page is narrower, with the keyboard too. */
export function WideTable(props: { label: string; minWidth?: number; children: ReactNode }) {
  const { label, minWidth = 640, children } = props;
  return (
    <Paper style={{ overflow: 'hidden' }}>
      <Table.ScrollContainer
        minWidth={minWidth}
        scrollAreaProps={{
          offsetScrollbars: 'present',
          viewportProps: { tabIndex: 0, role: 'region', 'aria-label': texts.tableOf(label) },
        }}
      >
        <Table aria-label={label} className="tl-numbers">
          {children}
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
