import { Button, Checkbox, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, askTagged } from '../api/client.ts';
import type { Changed, MassPreview } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { failoverOf } from './failover-form.tsx';
import { followRevision } from './follow-revision.ts';
import { useOnce } from './once.ts';
import { Refused } from './state.tsx';

const t = texts.mass;

/** Sets or clears the failover of many DIDs; what will change is shown before it is. */
export function MassFailover({ dids, onDone }: { dids: readonly string[]; onDone: () => void }) {
  const client = useQueryClient();
  const [number, setNumber] = useState('');
  const [backup, setBackup] = useState('');
  const [clear, setClear] = useState(false);
  const wanted = { dids, failover: clear ? null : failoverOf(number, backup, null) };
  const preview = useMutation({
    mutationFn: () => askTagged<MassPreview>('/dids/failover', 'POST', { ...wanted, dryRun: true }),
  });
  const once = useOnce();
  const update = useMutation({
    // What was shown is what happens, or nothing does.
    mutationFn: (ifMatch: string) => once<Changed>('/dids/failover', wanted, { ifMatch }),
    onError: (error) => {
      if (error instanceof ApiError && error.status === 412) preview.mutate();
    },
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
      onDone();
    },
  });
  const failed = update.error ?? preview.error;
  const error = failed instanceof ApiError ? failed : undefined;
  const beside = error !== undefined && (error.about('number') || error.about('backup'));
  const nothing = wanted.failover?.number === null && wanted.failover.backup === null;
  const edit = (change: () => void) => {
    change();
    preview.reset();
    update.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (preview.data !== undefined) update.mutate(preview.data.tag);
    else if (!nothing) preview.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text>{t.hint(dids.length)}</Text>
        <TextInput
          label={texts.failover.number}
          description={texts.failover.numberHint}
          inputMode="tel"
          disabled={clear}
          data-autofocus
          value={number}
          error={error?.about('number')}
          onChange={({ currentTarget }) => edit(() => setNumber(currentTarget.value))}
        />
        <TextInput
          label={texts.failover.backup}
          description={texts.failover.backupHint}
          disabled={clear}
          value={backup}
          error={error?.about('backup')}
          onChange={({ currentTarget }) => edit(() => setBackup(currentTarget.value))}
        />
        <Checkbox
          label={t.clear}
          checked={clear}
          onChange={({ currentTarget }) => edit(() => setClear(currentTarget.checked))}
        />
        {!beside && <Refused error={failed} />}
        <Button
          variant="default"
          loading={preview.isPending}
          disabled={nothing}
          onClick={() => preview.mutate()}
        >
          {t.preview}
        </Button>
        <Text role="status">
          {preview.data === undefined
            ? nothing
              ? t.nothing
              : t.stale
            : t.changes(preview.data.value.changes.length, preview.data.value.unchanged)}
        </Text>
        <Button type="submit" loading={update.isPending} disabled={!preview.isSuccess}>
          {t.update}
        </Button>
      </Stack>
    </form>
  );
}
