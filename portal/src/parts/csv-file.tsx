import { FileInput, Stack, Table, Text } from '@mantine/core';
import type { DragEvent, ReactNode } from 'react';
import type { FieldProblem } from '../api/client.ts';
import { texts } from '../texts/en.ts';
import { Section } from './page.tsx';
import { WideTable } from './wide-table.tsx';

const t = texts.files;
/** Of 10,000 lines nobody reads more on a page. */
export const SHOWN = 100;

/** Takes a CSV file, chosen or dropped anywhere on what it holds. */
export function CsvFile(props: {
  hint: string;
  value: File | null;
  onChange: (file: File | null) => void;
  children: ReactNode;
}) {
  const { hint, value, onChange, children } = props;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    onChange(event.dataTransfer.files[0] ?? null);
  };
  return (
    <Stack onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <FileInput
        label={t.choose}
        description={hint}
        placeholder={t.placeholder}
        accept=".csv,.txt,text/csv,text/plain"
        clearable
        clearButtonProps={{ 'aria-label': t.clear }}
        value={value}
        onChange={onChange}
      />
      <Text size="sm" c="dimmed">
        {t.drop}
      </Text>
      {children}
    </Stack>
  );
}

export function More({ all }: { all: number }) {
  return all <= SHOWN ? null : (
    <Text size="sm" c="dimmed">
      {t.more(all - SHOWN)}
    </Text>
  );
}

/** What the API says of single lines. */
export function Problems({ title, problems }: { title: string; problems: readonly FieldProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <Section title={title}>
      <WideTable label={title} minWidth={420}>
        <Table.Thead>
          <Table.Tr>
            {[t.line, t.column, t.reason].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {problems.slice(0, SHOWN).map(({ field, message, line, column }) => (
            <Table.Tr key={`${field} ${message}`}>
              <Table.Td>{line ?? ''}</Table.Td>
              <Table.Td>{column ?? (line === undefined ? field : '')}</Table.Td>
              <Table.Td>{message}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      <More all={problems.length} />
    </Section>
  );
}
