import { Button, FileInput, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { ApiError, ask, askTagged, type FieldProblem } from '../api/client.ts';
import type { Account, Changed, DidImport } from '../api/types.ts';
import { useAccount } from '../app/who-context.ts';
import { texts } from '../texts/en.ts';
import { inWords } from './failover-words.ts';
import { followRevision } from './follow-revision.ts';
import { Section } from './page.tsx';
import { Notice, Refused } from './state.tsx';
import { WideTable } from './wide-table.tsx';
import { national } from './words.ts';

const t = texts.files;
/** Of 10,000 lines nobody reads more on a page. */
const SHOWN = 100;

type Preview = DidImport & { readonly refused: readonly FieldProblem[] };

/** Brings in a CSV file of DIDs: what would change and what is refused is shown first. */
export function ImportDids({ onDone }: { onDone: () => void }) {
  const { id, path } = useAccount();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const url = `/dids/failover?account=${id ?? ''}`;
  const account = useQuery({ queryKey: ['account', path], queryFn: () => ask<Account>('GET', path) });
  const names = new Map(account.data?.trunkGroups.map((group) => [group.id, group.name]));
  const preview = useMutation({
    mutationFn: async (chosen: File) => {
      // The bytes themselves: a spreadsheet may save over the file between preview and change.
      const bytes = new Blob([await chosen.arrayBuffer()]);
      return { bytes, ...(await askTagged<Preview>(`${url}&dryRun=true`, 'POST', bytes)) };
    },
  });
  const apply = useMutation({
    mutationFn: ({ bytes, tag }: { bytes: Blob; tag: string }) =>
      ask<Changed>('POST', url, bytes, { ifMatch: tag }),
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
      onDone();
    },
  });
  const choose = (chosen: File | null) => {
    setFile(chosen);
    apply.reset();
    preview.reset();
    if (chosen !== null) preview.mutate(chosen);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    choose(event.dataTransfer.files[0] ?? null);
  };
  const seen = preview.data?.value;
  const failed = apply.error ?? preview.error;
  return (
    <Stack onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <Text>{t.how}</Text>
      <FileInput
        label={t.choose}
        description={t.chooseHint}
        placeholder={t.placeholder}
        accept=".csv,.txt,text/csv,text/plain"
        clearable
        clearButtonProps={{ 'aria-label': texts.close }}
        value={file}
        onChange={choose}
      />
      <Text size="sm" c="dimmed">
        {t.drop}
      </Text>
      <Refused error={failed} />
      {failed instanceof ApiError && <Problems problems={failed.fields} />}
      <Text role="status">
        {preview.isPending && t.reading}
        {seen !== undefined && t.summary(seen.changes.length, seen.unchanged, seen.refused.length)}
      </Text>
      {seen !== undefined && seen.refused.length > 0 && (
        <>
          <Notice tone="warn">{t.refusedHint}</Notice>
          <Problems problems={seen.refused} />
        </>
      )}
      {seen !== undefined && seen.changes.length > 0 && <Changes seen={seen} names={names} />}
      {apply.error instanceof ApiError && apply.error.status === 412 && file !== null && (
        <Button variant="default" onClick={() => choose(file)}>
          {t.again}
        </Button>
      )}
      {preview.data !== undefined && (
        <Button
          loading={apply.isPending}
          disabled={preview.data.value.refused.length > 0 || preview.data.value.changes.length === 0}
          onClick={() => apply.mutate(preview.data)}
        >
          {preview.data.value.changes.length === 0 ? t.nothing : t.apply(preview.data.value.changes.length)}
        </Button>
      )}
    </Stack>
  );
}

function More({ all }: { all: number }) {
  return all <= SHOWN ? null : (
    <Text size="sm" c="dimmed">
      {t.more(all - SHOWN)}
    </Text>
  );
}

function Problems({ problems }: { problems: readonly FieldProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <Section title={t.refused}>
      <WideTable label={t.refused} minWidth={420}>
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
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{message}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      <More all={problems.length} />
    </Section>
  );
}

function Changes({ seen, names }: { seen: Preview; names: ReadonlyMap<string, string> }) {
  const shown = seen.changes.slice(0, SHOWN);
  const state = (one: Preview['changes'][number]['before'], moves: boolean): string =>
    moves
      ? `${inWords(one.failover)} (${texts.failover.trunkGroup(names.get(one.trunkGroup) ?? one.trunkGroup)})`
      : inWords(one.failover);
  return (
    <Section title={t.changes}>
      <WideTable label={t.changes} minWidth={560}>
        <Table.Thead>
          <Table.Tr>
            {[t.line, texts.dids.number, t.from, t.to].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(({ line, did, before, after }) => {
            const moves = before.trunkGroup !== after.trunkGroup;
            return (
              <Table.Tr key={did}>
                <Table.Td>{line}</Table.Td>
                <Table.Td>{national(did)}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{state(before, moves)}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{state(after, moves)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </WideTable>
      <More all={seen.changes.length} />
    </Section>
  );
}
