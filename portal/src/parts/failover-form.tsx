import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, ask } from '../api/client.ts';
import type { Changed, Failover } from '../api/types.ts';
import { useWho } from '../app/who-context.ts';
import { texts } from '../texts/en.ts';
import { Conflict } from './conflict.tsx';
import { useBoth, useEdited } from './edited.ts';
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

/** As the fields show them: without anything in them they are no settings. */
const sameFailover = (one: Failover | null, other: Failover | null) =>
  (one?.number ?? null) === (other?.number ?? null) &&
  backupText(one?.backup ?? null) === backupText(other?.backup ?? null);

interface Settings {
  readonly failover: Failover | null;
}

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
  const { path, did } = props;
  const { mayChange } = useWho();
  const client = useQueryClient();
  const edited = useEdited<Settings>(path, props, (one, other) => sameFailover(one.failover, other.failover));
  const { failover } = edited.now;
  const [number, setNumber] = useState(props.failover?.number ?? '');
  const [backup, setBackup] = useState(backupText(props.failover?.backup ?? null));
  const show = (settings: Failover | null) => {
    setNumber(settings?.number ?? '');
    setBackup(backupText(settings?.backup ?? null));
  };
  const change = useMutation({
    mutationFn: (wanted: ReturnType<typeof failoverOf> | null) =>
      wanted === null
        ? edited.change<Changed & { after: Failover | null }>('DELETE')
        : edited.change<Changed & { after: Failover | null }>('PUT', wanted),
    onSuccess: (changed) => {
      void followRevision(changed);
      show(changed.after);
      void client.invalidateQueries();
      props.onDone?.();
    },
  });
  const wanted = failoverOf(number, backup, failover);
  const { conflict, takeTheirs } = useBoth<Failover | null>({
    shown: props.failover,
    now: failover,
    typed: wanted,
    show,
    same: sameFailover,
    idle: !change.isPending && !change.isSuccess,
  });
  const checked = useCheck(did, wanted, !sameFailover(wanted, failover) && !change.isPending);
  const refused = change.error instanceof ApiError ? change.error : undefined;
  const error = refused ?? checked;
  const nothing = wanted.number === null && wanted.backup === null;
  const bothShown = conflict && error?.status === 412;
  const elsewhere = error !== undefined && !error.about('number') && !error.about('backup') && !bothShown;
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
          <Conflict
            theirs={inWords(failover)}
            yours={inWords(wanted)}
            onTakeTheirs={() => {
              change.reset();
              takeTheirs();
            }}
          />
        )}
        <TextInput
          label={t.number}
          description={t.numberHint}
          inputMode="tel"
          autoComplete="off"
          data-autofocus
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
        {mayChange && (
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
        )}
      </Stack>
    </form>
  );
}
