import { Alert, Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, ask } from '../api/client.ts';
import type { Changed } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { followRevision } from './follow-revision.ts';

const t = texts.gateways;

/** A carrier: where its calls come from, and where numbers are dialled. */
export function NewGateway() {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [sources, setSources] = useState('');
  const [address, setAddress] = useState('');
  const add = useMutation({
    mutationFn: () =>
      ask<Changed>('POST', '/gateways', {
        name,
        sources: sources.split(/[\s,]+/).filter((one) => one !== ''),
        ...(address === '' ? {} : { address }),
      }),
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
      setName('');
      setSources('');
      setAddress('');
    },
  });
  const error = add.error instanceof ApiError ? add.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group align="end">
        <TextInput label={t.name} required value={name} onChange={(e) => setName(e.currentTarget.value)} />
        <TextInput
          label={t.sources}
          description={t.sourcesHint}
          value={sources}
          onChange={(e) => setSources(e.currentTarget.value)}
        />
        <TextInput label={t.address} value={address} onChange={(e) => setAddress(e.currentTarget.value)} />
        <Button type="submit" loading={add.isPending}>
          {t.add}
        </Button>
      </Group>
      {error !== undefined && (
        <Alert color="red" role="alert" mt="sm">
          {error.message}
        </Alert>
      )}
    </form>
  );
}
