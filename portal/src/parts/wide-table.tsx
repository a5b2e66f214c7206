import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** A table that scrolls by itself where the page is narrower, with the keyboard too. */
export function WideTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.ScrollContainer
      minWidth={640}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': label } }}
    >
      <Table aria-label={label}>{children}</Table>
    </Table.ScrollContainer>
  );
}
