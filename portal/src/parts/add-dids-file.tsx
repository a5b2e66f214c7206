import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, ask, type FieldProblem } from '../api/client.ts';
import type { Changed, Did } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { CsvFile, Problems } from './csv-file.tsx';
import { followRevision } from './follow-revision.ts';
import { useOnce } from './once.ts';
import { Notice, Refused } from './state.tsx';

const t = texts.files;

interface Preview {
  readonly dids: readonly Did[];
  readonly warnings: readonly FieldProblem[];
  readonly refused: readonly FieldProblem[];
}

/** More DIDs for an account from a CSV file, with their failover; what stands against it is shown first. */
export function AddDidsFile({ account }: { account: string }) {
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const url = `/accounts/${account}/dids`;
  const once = useOnce();
  const preview = useMutation({
    mutationFn: async (chosen: File) => {
      // The bytes themselves: a spreadsheet may save over the file between preview and change.
      const bytes = new Blob([await chosen.arrayBuffer()]);
      return { bytes, ...(await ask<Preview>('POST', `${url}?dryRun=true`, bytes)) };
    },
  });
  const add = useMutation({
    mutationFn: (bytes: Blob) => once<Changed & { dids: readonly Did[] }>(url, bytes),
    onSuccess: (changed) => {
      setFile(null);
      preview.reset();
      void followRevision(changed);
      void client.invalidateQueries();
    },
  });
  const choose = (chosen: File | null) => {
    setFile(chosen);
    add.reset();
    preview.reset();
    if (chosen !== null) preview.mutate(chosen);
  };
  const failed = add.error ?? preview.error;
  const seen = preview.data;
  return (
    <CsvFile hint={t.newHint} value={file} onChange={choose}>
      <Refused error={failed} />
      {failed instanceof ApiError && <Problems title={t.refused} problems={failed.fields} />}
      <Text role="status">
        {preview.isPending && t.reading}
        {seen !== undefined && t.newSummary(seen.dids.length, seen.refused.length)}
      </Text>
      {seen !== undefined && (
        <>
          {seen.refused.length > 0 && <Notice tone="warn">{t.refusedHint}</Notice>}
          <Problems title={t.refused} problems={seen.refused} />
          <Problems title={t.warnings} problems={seen.warnings} />
          <Button
            loading={add.isPending}
            disabled={seen.refused.length > 0 || seen.dids.length === 0}
            onClick={() => add.mutate(seen.bytes)}
          >
            {t.addNew(seen.dids.length)}
          </Button>
        </>
      )}
      {add.isSuccess && (
        <Notice tone="good" role="status">
          {texts.accounts.didsAdded(add.data.dids.length)}
        </Notice>
      )}
    </CsvFile>
  );
}
