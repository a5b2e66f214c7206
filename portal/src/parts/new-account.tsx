import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../api/client.ts';
import type { Changed, Credentials } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { followRevision } from './follow-revision.ts';
import { NumberFields } from './number-fields.tsx';
import { accountNumbers, NO_NUMBERS } from './number-list.ts';
import { useOnce } from './once.ts';
import { CredentialsShown } from './sip-credentials.tsx';
import { Notice, Refused } from './state.tsx';

const t = texts.accounts;

/** An account with its first DIDs; its SIP password is shown once. */
export function NewAccount() {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [dids, setDids] = useState(NO_NUMBERS);
  const once = useOnce();
  const create = useMutation({
    mutationFn: () =>
      once<Changed & { credentials: Credentials }>('/accounts', {
        name,
        ...accountNumbers(dids),
      }),
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
    },
  });
  const error = create.error instanceof ApiError ? create.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  if (create.data !== undefined) {
    return (
      <Stack>
        <Notice tone="good" role="status">
          {t.created}
        </Notice>
        <CredentialsShown credentials={create.data.credentials} />
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t.name}
          required
          data-autofocus
          value={name}
          error={error?.about('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NumberFields value={dids} onChange={setDids} />
        <Refused error={create.error} />
        <Button type="submit" loading={create.isPending}>
          {t.create}
        </Button>
      </Stack>
    </form>
  );
}
