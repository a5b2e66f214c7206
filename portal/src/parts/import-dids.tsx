import { Button, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, ask, askTagged, type FieldProblem } from '../api/client.ts';
import type { Account, Changed, DidImport } from '../api/types.ts';
import { useAccount } from '../app/who-context.ts';
import { texts } from '../texts/en.ts';
import { CsvFile, More, Problems, SHOWN } from './csv-file.tsx';
import { inWords } from './failover-words.ts';
import { followRevision } from './follow-revision.ts';
import { useOnce } from './once.ts';
import { Section } from './page.tsx';
import { Notice, Refused } from './state.tsx';
import { WideTable } from './wide-table.tsx';
import { national } from './words.ts';

const t = texts.files;

type Preview = DidImport & { readonly refused: readonly FieldProblem[] };

/** Brings in a CSV file of DIDs: what would change and what is refused is shown first. */
export function ImportDids({ onDone }: { onDone: () => void }) {
  const { id, path } = useAccount();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const url = `/dids/failover?account=${id ?? ''}`;
  const once = useOnce();
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
    mutationFn: ({ bytes, tag }: { bytes: Blob; tag: string }) => once<Changed>(url, bytes, { ifMatch: tag }),
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
  const seen = preview.data?.value;
  const failed = apply.error ?? preview.error;
  return (
    <Stack>
      <Text>{t.how}</Text>
      <CsvFile hint={t.chooseHint} value={file} onChange={choose}>
        <Refused error={failed} />
        {failed instanceof ApiError && <Problems title={t.refused} problems={failed.fields} />}
        <Text role="status">
          {preview.isPending && t.reading}
          {seen !== undefined && t.summary(seen.changes.length, seen.unchanged, seen.refused.length)}
        </Text>
        {seen !== undefined && seen.refused.length > 0 && (
          <>
            <Notice tone="warn">{t.refusedHint}</Notice>
            <Problems title={t.refused} problems={seen.refused} />
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
      </CsvFile>
    </Stack>
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
                <Table.Td>{state(before, moves)}</Table.Td>
                <Table.Td>{state(after, moves)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </WideTable>
      <More all={seen.changes.length} />
    </Section>
  );
}
