import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, ask } from '../api/client.ts';
import type { Changed, Failover } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { inWords } from './failover-words.ts';
import { followRevision } from './follow-revision.ts';
import { backupText } from './words.ts';

const t = texts.failover;

/** A backup that is another trunk group stays one unless something else is typed. */
export function failoverOf(number: string, typed: string, before: Failover | null) {
  const same = before !== null && typed === backupText(before.backup);
  const backup = same ? before.backup : typed.trim();
  return { number: number.trim() === '' ? null : number.trim(), backup: backup === '' ? null : backup };
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * What the API says to settings that are being typed; nothing while it says nothing. It is asked to try them on
 * a DID, without changing anything.
 */
function useCheck(did: string | undefined, wanted: ReturnType<typeof failoverOf>, on: boolean) {
  const [typed] = useDebouncedValue(wanted, 400);
  const check = useQuery({
    queryKey: ['check', did, typed],
    queryFn: () => ask('POST', '/dids/failover', { dids: [did], failover: typed, dryRun: true }),
    enabled: on && did !== undefined && (typed.number !== null || typed.backup !== null),
    retry: false,
    staleTime: 60_000,
  });
  const { error } = check;
  return on && isSame(typed, wanted) && error instanceof ApiError && [400, 422].includes(error.status)
    ? error
    : undefined;
}

/**
 * Sets and clears the failover settings at `path`. What was typed stays there when it is refused, and when somebody
 * else changes the settings meanwhile: then both are shown.
 */
export function FailoverForm(props: {
  path: string;
  failover: Failover | null;
  /** A DID of the account, to check what is typed with. */
  did?: string | undefined;
  onDone?: () => void;
}) {
  const { path, failover, did } = props;
  const client = useQueryClient();
  const [seen, setSeen] = useState(failover);
  const [number, setNumber] = useState(failover?.number ?? '');
  const [backup, setBackup] = useState(backupText(failover?.backup ?? null));
  const show = (settings: Failover | null) => {
    setNumber(settings?.number ?? '');
    setBackup(backupText(settings?.backup ?? null));
  };
  const change = useMutation({
    mutationFn: (wanted: ReturnType<typeof failoverOf> | null) =>
      wanted === null
        ? ask<Changed & { after: Failover | null }>('DELETE', path)
        : ask<Changed & { after: Failover | null }>('PUT', path, wanted),
    onSuccess: (changed) => {
      void followRevision(changed);
      show(changed.after);
      void client.invalidateQueries();
      props.onDone?.();
    },
  });
  const wanted = failoverOf(number, backup, failover);
  const unchanged = isSame(wanted, failoverOf(seen?.number ?? '', backupText(seen?.backup ?? null), seen));
  if (!isSame(seen, failover) && (unchanged || isSame(wanted, failover ?? failoverOf('', '', null)))) {
    setSeen(failover);
    show(failover);
  }
  const conflict = !isSame(seen, failover) && !change.isPending && !change.isSuccess;
  const checked = useCheck(did, wanted, !unchanged && !change.isPending);
  const refused = change.error instanceof ApiError ? change.error : undefined;
  const error = refused ?? checked;
  const nothing = wanted.number === null && wanted.backup === null;
  const elsewhere = error !== undefined && !error.about('number') && !error.about('backup');
  const edit = (set: (text: string) => void, text: string) => {
    set(text);
    change.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!nothing) change.mutate(wanted);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {conflict && (
          <Alert variant="default" title={t.conflict} role="alert">
            <Text>
              {t.theirs}: {inWords(failover)}
            </Text>
            <Text>
              {t.yours}: {inWords(wanted)}
            </Text>
            <Button
              variant="default"
              size="xs"
              mt="xs"
              onClick={() => {
                setSeen(failover);
                show(failover);
              }}
            >
              {t.takeTheirs}
            </Button>
          </Alert>
        )}
        <TextInput
          label={t.number}
          description={t.numberHint}
          inputMode="tel"
          autoComplete="off"
          value={number}
          error={error?.about('number')}
          onChange={(event) => edit(setNumber, event.currentTarget.value)}
        />
        <TextInput
          label={t.backup}
          description={t.backupHint}
          autoComplete="off"
          spellCheck={false}
          value={backup}
          error={error?.about('backup')}
          onChange={(event) => edit(setBackup, event.currentTarget.value)}
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
