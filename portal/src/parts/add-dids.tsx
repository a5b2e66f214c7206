import { Button, Divider, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../api/client.ts';
import type { Changed, Did } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { AddDidsFile } from './add-dids-file.tsx';
import { followRevision } from './follow-revision.ts';
import { NumberFields } from './number-fields.tsx';
import { NO_NUMBERS, newNumbers } from './number-list.ts';
import { useOnce } from './once.ts';
import { Notice, Refused } from './state.tsx';

const t = texts.accounts;

/** More DIDs for an account, all or nothing. */
export function AddDids({ account }: { account: string }) {
  const client = useQueryClient();
  const [dids, setDids] = useState(NO_NUMBERS);
  const once = useOnce();
  const add = useMutation({
    mutationFn: () =>
      once<Changed & { dids: readonly Did[] }>(`/accounts/${account}/dids`, {
        ...newNumbers(dids),
      }),
    onSuccess: (changed) => {
      setDids(NO_NUMBERS);
      void followRevision(changed);
      void client.invalidateQueries();
    },
  });
  const fields = add.error instanceof ApiError ? add.error.fields : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Stack>
      <form onSubmit={submit}>
        <Stack>
          <Text c="dimmed">{t.addDidsHint}</Text>
          <NumberFields value={dids} onChange={setDids} required />
          <Refused error={add.error} />
          {fields.length > 0 && (
            <ul>
              {fields.slice(0, 10).map(({ field, message }) => (
                <li key={`${field} ${message}`}>{message}</li>
              ))}
            </ul>
          )}
          {add.isSuccess && (
            <Notice tone="good" role="status">
              {t.didsAdded(add.data.dids.length)}
            </Notice>
          )}
          <Button type="submit" loading={add.isPending}>
            {t.addDids}
          </Button>
        </Stack>
      </form>
      <Divider label={texts.files.orFile} />
      <AddDidsFile account={account} />
    </Stack>
  );
}
