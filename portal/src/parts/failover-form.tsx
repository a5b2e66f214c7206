import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, ask } from '../api/client.ts';
import type { Changed, Failover } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { followRevision } from './follow-revision.ts';
import { backupText } from './words.ts';

const t = texts.failover;

/** A backup that is another trunk group stays one unless something else is typed. */
export function failoverOf(number: string, typed: string, before: Failover | null) {
  const same = before !== null && typed === backupText(before.backup);
  const backup = same ? before.backup : typed.trim();
  return { number: number.trim() === '' ? null : number.trim(), backup: backup === '' ? null : backup };
}

/** Sets and clears the failover settings at `path`. What was typed stays there when it is refused. */
export function FailoverForm(props: { path: string; failover: Failover | null; onDone?: () => void }) {
  const { path, failover } = props;
  const client = useQueryClient();
  const [number, setNumber] = useState(failover?.number ?? '');
  const [backup, setBackup] = useState(backupText(failover?.backup ?? null));
  const change = useMutation({
    mutationFn: (wanted: ReturnType<typeof failoverOf> | null) =>
      wanted === null ? ask<Changed>('DELETE', path) : ask<Changed>('PUT', path, wanted),
    onSuccess: (changed, wanted) => {
      void followRevision(changed);
      if (wanted === null) {
        setNumber('');
        setBackup('');
      }
      void client.invalidateQueries();
      props.onDone?.();
    },
  });
  const error = change.error instanceof ApiError ? change.error : undefined;
  const wanted = failoverOf(number, backup, failover);
  const nothing = wanted.number === null && wanted.backup === null;
  const elsewhere = error !== undefined && !error.about('number') && !error.about('backup');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!nothing) change.mutate(wanted);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t.number}
          description={t.numberHint}
          inputMode="tel"
          autoComplete="off"
          value={number}
          error={error?.about('number')}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <TextInput
          label={t.backup}
          description={t.backupHint}
          autoComplete="off"
          spellCheck={false}
          value={backup}
          error={error?.about('backup')}
          onChange={(event) => setBackup(event.currentTarget.value)}
        />
        {elsewhere && (
          <Alert color="red" role="alert">
            {error.message}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={change.isPending} disabled={nothing}>
            {t.update}
          </Button>
          <Button
            variant="default"
            disabled={failover === null || change.isPending}
            onClick={() => change.mutate(null)}
          >
            {t.clear}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
